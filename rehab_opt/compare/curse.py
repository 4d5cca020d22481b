"""The winner's curse: by how much the chosen schedule's value in the search is above its value on fresh patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.compare.statistics import FloatArray
from rehab_opt.parameters.streams import stream

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.study import Objective

_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Gap:
    """A value in the search minus the same on fresh patients, with its interval (None with fewer than two patients)."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curse:
    """The gap of the objective itself, and that of its advantage over the reference.

    The first also holds the difference between the two panels of patients; in the second that cancels, for chosen
    schedule and reference met the same patients on each panel.
    """

    value: Gap
    advantage: Gap


def winners_curse(
    before: tuple[Sequence[PatientResult], Sequence[PatientResult]],
    after: tuple[Sequence[PatientResult], Sequence[PatientResult]],
    objective: Objective,
    seed: int = 0,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Curse:
    """Return search value minus confirmed value, with percentile bootstrap intervals.

    Parameters
    ----------
    before, after
        Results of the chosen schedule and of the reference, on the search panel and on the confirmation panel; within a
        panel in the same order of patients.
    objective
        Of the study.
    seed, resamples, level
        Of the bootstrap, which draws the patients of both panels anew and keeps pairs together. That the search panel
        is the one on which the schedule was chosen is not drawn again: that is what the gap itself shows.

    Examples
    --------
    >>> from types import SimpleNamespace as Plain
    >>> people = lambda *values: [Plain(values={"fm_ue": value}) for value in values]
    >>> goal = Plain(measure="fm_ue", statistic="mean")
    >>> found = winners_curse((people(40, 44), people(38, 42)), (people(36, 38), people(35, 37)), goal)
    >>> found.value.mean, found.advantage.mean
    (5.0, 1.0)
    """
    statistic = _statistic(objective)
    panels = [_values(panel, objective) for panel in (before, after)]
    drawn = []
    for name, panel in zip(("search", "confirm"), panels, strict=True):
        rng, n = stream(seed, "compare", "curse", name), panel.shape[1]
        drawn.append(panel[:, rng.integers(n, size=(resamples, n))])
    enough = min(panel.shape[1] for panel in panels) >= _FEWEST

    def gap(reference: bool) -> Gap:
        def value(panel: FloatArray) -> FloatArray:
            return statistic(panel[0]) - (statistic(panel[1]) if reference else 0.0)

        mean = float(value(panels[0]) - value(panels[1]))
        if not enough:
            return Gap(mean, None, None)
        tails = ((1.0 - level) / 2.0, (1.0 + level) / 2.0)
        low, high = np.quantile(value(drawn[0]) - value(drawn[1]), tails)
        return Gap(mean, float(low), float(high))

    return Curse(gap(reference=False), gap(reference=True))


def _values(pair: tuple[Sequence[PatientResult], Sequence[PatientResult]], objective: Objective) -> FloatArray:
    rows = [[result.values[objective.measure] for result in results] for results in pair]
    return np.array(rows, dtype=np.float64)


def _statistic(objective: Objective) -> Callable[[FloatArray], FloatArray]:
    """Return the objective along the last axis, as the search reckons it."""

    def tail(values: FloatArray) -> FloatArray:
        inside = max(1, math.ceil(round(objective.tail * values.shape[-1], 9)))
        return np.asarray(np.sort(values, axis=-1)[..., :inside].mean(axis=-1))

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray(values.mean(axis=-1))

    return tail if objective.statistic == "lower-tail" else mean
