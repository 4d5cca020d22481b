"""Loss of a few like-tuned cells at once, under weaker or stronger coupling of like-tuned cells, without plasticity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.state import State
from rehab_opt.parameters import Parameters
from rehab_opt.validation.sheet.imaging import record, responsive
from rehab_opt.validation.sheet.life import hear
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sheet import Sheet
from rehab_opt.validation.sheet.sounds import TONES
from rehab_opt.validation.sheet.youth import adult_sheet

MOST_REMOVED = 0.05
"""Share of the excitatory cells that may go."""
CENTRES = (3, 6, 9, 12, 15)
NEIGHBOURS = 1
DAY = 1

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class CouplingPlan:
    """One sheet with a given concentration of like-to-like coupling (0 = equal coupling); plain data."""

    seed: int
    like: float
    set: tuple[tuple[str, float], ...] = ()
    own: tuple[tuple[str, float], ...] = ()

    @property
    def numbers(self) -> Numbers:
        """All numbers of the sheet; the coupling differs in selectivity, not in its total."""
        return Numbers(Parameters(dict(self.set)), dict(self.own) | {"like-to-like": self.like})


@dataclass(frozen=True, slots=True)
class CouplingResult:
    """Relative change of the encoding score of spared cells, mean over groups of like-tuned cells.

    Attributes
    ----------
    alike, others
        Spared cells tuned like the removed ones, and all other responsive ones; -0.27 is a loss of 27 %.
    removed
        Mean share of the excitatory cells that was removed.
    """

    alike: float
    others: float
    removed: float


def encoding_score(responses: Floats, tuning: Floats) -> NDArray[np.float64]:
    """Return each cell's correlation of single trials [cells, sounds, trials] with a tuning [cells, sounds].

    The tuning is that before the lesion: how much of a cell's activity the sounds still predict as they did then.
    """
    x = responses - responses.mean(axis=(1, 2), keepdims=True)
    y = (tuning - tuning.mean(axis=1, keepdims=True))[:, :, None]
    size = np.sqrt((x**2).sum(axis=(1, 2)) * (y**2).sum(axis=(1, 2)) * x.shape[2])
    return np.asarray((x * y).sum(axis=(1, 2)) / np.maximum(size, 1e-12), dtype=np.float64)


def _without(sheet: Sheet, units: NDArray[np.int64]) -> State:
    state = sheet.copy_state(sheet.state)
    state.integrity[units] = 0
    hear(sheet, state, "life", DAY)
    return state


def run_coupling(plan: CouplingPlan) -> CouplingResult:
    """Remove the stronger half of the cells tuned to one tone or its neighbours, and test the weaker half at once.

    Examples
    --------
    >>> result = run_coupling(CouplingPlan(seed=1, like=0.0, own=(("units", 200), ("youth-days", 3))))
    >>> 0 < result.removed <= 0.05
    True
    """
    sheet = adult_sheet(plan.numbers, plan.seed)
    before = record(sheet, sheet.state, DAY)
    tuning = before.mean(axis=2)
    answers = responsive(before, sheet.numbers) & sheet.excitatory
    best, strength = tuning.argmax(axis=1), tuning.max(axis=1)
    most = int(MOST_REMOVED * sheet.excitatory.sum())
    score = encoding_score(before, tuning)
    rows = []
    for centre in CENTRES:
        group = np.flatnonzero(answers & (best < TONES) & (np.abs(best - centre) <= NEIGHBOURS))
        group = group[np.argsort(-strength[group], kind="stable")]
        lost = group[: min(most, len(group) // 2)]
        spared = group[len(lost) :]
        if len(lost) == 0:
            continue
        others = np.flatnonzero(answers & (np.abs(best - centre) > NEIGHBOURS))
        after = encoding_score(record(sheet, _without(sheet, lost), DAY), tuning)
        changes = [float(after[cells].mean() / score[cells].mean() - 1) for cells in (spared, others)]
        rows.append((*changes, len(lost) / int(sheet.excitatory.sum())))
    alike, rest, removed = np.mean(rows, axis=0) if rows else (np.nan, np.nan, 0.0)
    return CouplingResult(float(alike), float(rest), float(removed))
