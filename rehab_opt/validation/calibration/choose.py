"""What a calibration found: the best set within noise, the ensemble, and which parameters the data pin down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.calibration.record import Record
from rehab_opt.validation.calibration.settings import Calibration

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

MEMBERS = 20
LEAST_DISTANCE = 0.02
"""Two sets are distinct when some parameter differs by this share of its prior range."""
PINNED = 1 / 3
"""A parameter is pinned down when the best 20 span at most this share of its prior range."""
NOISE = 1.0
"""Standard errors of the paired difference in loss within which two sets are as good."""
FEWEST_TRIALS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalist:
    """A set that was run again: mean loss on fresh patients, difference to the best of them and its standard error."""

    trial: Record
    mean: float
    difference: float
    error: float
    fresh: tuple[Record, ...]

    @property
    def within_noise(self) -> bool:
        """Whether it is as good as the best, as far as the fresh patients can tell."""
        return self.difference <= NOISE * self.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """What the trials say about one parameter.

    Attributes
    ----------
    name
        Dotted name.
    share
        Share of the difference between good and other trials that it explains (PED-ANOVA); NaN with too few trials.
    correlation
        Spearman's rank correlation of value and loss over all trials; NaN when there is none.
    low, high
        Smallest and largest value among the ensemble.
    width
        Their distance on the parameter's scale, relative to the prior range.
    """

    name: str
    share: float
    correlation: float
    low: float
    high: float
    width: float

    @property
    def pinned(self) -> bool:
        """Whether the data pin the parameter down."""
        return self.width <= PINNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """All that came of a calibration.

    Attributes
    ----------
    calibration, trials
        What was asked, and every trial within its budget.
    finalists
        By mean loss on fresh patients.
    best
        Among the finalists within noise of the first, the one that departs least from today's values.
    members
        The ensemble: the chosen set, then the best other distinct sets by loss.
    sensitivities
        One per parameter, in the order of the file.
    """

    calibration: Calibration
    trials: tuple[Record, ...]
    finalists: tuple[Finalist, ...]
    best: Finalist
    members: tuple[Record, ...]
    sensitivities: tuple[Sensitivity, ...]


def choose(calibration: Calibration, trials: Sequence[Record], fresh: Sequence[Record]) -> Choice:
    """Return what a finished calibration found."""
    trials = tuple(trials[: calibration.trials])
    again = rank(finalists(calibration, trials), fresh, calibration.repeats)
    best = min((row for row in again if row.within_noise), key=lambda row: (row.trial.prior, row.mean))
    members = distinct(calibration, [best.trial, *_by_loss(trials)], MEMBERS)
    return Choice(
        calibration=calibration,
        trials=trials,
        finalists=again,
        best=best,
        members=members,
        sensitivities=sensitivities(calibration, trials, members),
    )


def finalists(calibration: Calibration, trials: Sequence[Record]) -> tuple[Record, ...]:
    """Return the trials that are run again: the best distinct ones, and today's values (trial 0) to compare with."""
    best = distinct(calibration, _by_loss(trials), calibration.finalists)
    return best if any(row.number == 0 for row in best) else (*best, trials[0])


def distinct(calibration: Calibration, trials: Sequence[Record], most: int) -> tuple[Record, ...]:
    """Return the first trials, at most so many, of which no two are alike."""
    kept: list[Record] = []
    places: list[NDArray[np.float64]] = []
    for row in trials:
        place = np.array([known.place(row.point[known.name]) for known in calibration.parameters])
        if len(kept) < most and all(np.abs(place - other).max() >= LEAST_DISTANCE for other in places):
            kept.append(row)
            places.append(place)
    return tuple(kept)


def rank(trials: Sequence[Record], fresh: Sequence[Record], repeats: int) -> tuple[Finalist, ...]:
    """Return the finalists by mean loss on fresh patients.

    Every repeat has the same patients for all, so differences are paired. Few repeats tell little about the spread of
    one difference; it is pooled over the finalists.
    """
    of = {(row.number, row.repeat): row for row in fresh}
    rows = [(trial, tuple(of[trial.number, repeat] for repeat in range(repeats))) for trial in trials]
    losses = np.array([[record.loss for record in own] for _, own in rows])
    first = int(np.argmin(losses.mean(axis=1)))
    differences = losses - losses[first]
    others = np.delete(differences, first, axis=0)
    spread = float(np.sqrt(others.var(axis=1, ddof=1).mean())) if len(others) else 0.0
    found = [
        Finalist(
            trial=trial,
            mean=float(losses[i].mean()),
            difference=float(differences[i].mean()),
            error=spread / math.sqrt(repeats),
            fresh=own,
        )
        for i, (trial, own) in enumerate(rows)
    ]
    return tuple(sorted(found, key=lambda row: (row.mean, row.trial.number)))


def sensitivities(
    calibration: Calibration, trials: Sequence[Record], members: Sequence[Record]
) -> tuple[Sensitivity, ...]:
    """Return what the trials say about each parameter."""
    shares = _shares(calibration, trials)
    found = []
    for row in calibration.parameters:
        values = [member.point[row.name] for member in members]
        low, high = min(values), max(values)
        found.append(
            Sensitivity(
                name=row.name,
                share=shares.get(row.name, math.nan),
                correlation=_correlation([trial.point[row.name] for trial in trials], [trial.loss for trial in trials]),
                low=low,
                high=high,
                width=row.place(high) - row.place(low),
            )
        )
    return tuple(found)


def _by_loss(trials: Sequence[Record]) -> list[Record]:
    return sorted(trials, key=lambda row: (row.loss, row.number))


def _correlation(values: Sequence[float], losses: Sequence[float]) -> float:
    from scipy.stats import spearmanr

    if len(set(values)) < 2 or len(set(losses)) < 2:
        return math.nan
    return float(spearmanr(values, losses).statistic)


def _shares(calibration: Calibration, trials: Sequence[Record]) -> dict[str, float]:
    import optuna

    from rehab_opt.search.proposals.samplers import quiet_optuna

    if len(trials) < FEWEST_TRIALS or len({row.loss for row in trials}) < 2:
        return {}
    box: dict[str, BaseDistribution] = {row.name: row.distribution() for row in calibration.parameters}
    with quiet_optuna():
        store = optuna.create_study(direction="minimize")
        for row in trials:
            store.add_trial(optuna.trial.create_trial(params=dict(row.point), distributions=box, value=row.loss))
        return {name: float(share) for name, share in optuna.importance.get_param_importances(store).items()}
