"""The plateau of coarse arm function: the week in which each patient first reaches the best of three levels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import proportion
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.population import DAYS, WEEKS, Population, population

SOME_CAPACITY, NOTABLE_CAPACITY = 11.0, 43.0  # ARAT, points: published classes of capacity (Hoonhorst 2015)
TOLERANCE = 0.10
TARGETS = {"mild": ((3, 0.80), (6, 0.95)), "severe": ((6, 0.80), (11, 0.95))}
"""Week, and share of the patients at their best level by then."""


def levels(arat: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the coarse level of function: 0 no, 1 some, 2 notable to full capacity.

    Examples
    --------
    >>> levels(np.array([3.0, 30.0, 57.0])).tolist()
    [0, 1, 2]
    """
    return np.digitize(arat, (SOME_CAPACITY, NOTABLE_CAPACITY)).astype(np.intp)


def weeks_to_best(level: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return, per row of weekly levels, the first week at the best level that the row ever reaches.

    Examples
    --------
    >>> weeks_to_best(np.array([[0, 1, 1, 2, 2], [1, 1, 0, 1, 1]])).tolist()
    [3, 0]
    """
    return np.asarray(np.argmax(level == level.max(axis=1, keepdims=True), axis=1))


def coarse_plateau(setup: Setup) -> Finding:
    """Nakayama 1994: best level reached by 80 % of mild at week 3, 95 % at week 6; of severe at weeks 6 and 11.

    The published readout has three levels (none, partial, full use of the arm in eating and grooming). Here they are
    levels of ARAT, activity by any route, seen once a week: no capacity up to 10 points, notable to full capacity from
    43 on. Mild and severe are the outer thirds by initial FM-UE. The stated +- 10 % are applied to all four shares.
    """
    people = population(setup)
    severe, _, mild = people.thirds()
    weeks = {"mild": _weeks(people, mild), "severe": _weeks(people, severe)}
    checks = tuple(
        proportion(
            f"share of {name} at their best level by week {week}",
            int((weeks[name] <= week).sum()),
            len(weeks[name]),
            share - TOLERANCE,
            min(1.0, share + TOLERANCE),
        )
        for name, rows in TARGETS.items()
        for week, share in rows
    )
    times = np.arange(WEEKS + 1)
    series = [
        Series(f"model, {name}", times, [float((found <= t).mean()) for t in times], kind="line", role=role)
        for (name, found), role in zip(weeks.items(), ("model", "other"), strict=True)
    ]
    series += [
        Series(
            f"published, {name}",
            [week for week, _ in rows],
            [share for _, share in rows],
            [share - TOLERANCE for _, share in rows],
            [min(1.0, share + TOLERANCE) for _, share in rows],
            role="published",
        )
        for name, rows in TARGETS.items()
    ]
    return Finding(checks, Figure("weeks since the lesion", "share at their best level", tuple(series)))


def _weeks(people: Population, who: NDArray[np.intp]) -> NDArray[np.intp]:
    days = np.arange(0, DAYS + 1, 7)
    return weeks_to_best(levels(np.array([people.courses[i].measures["arat"][days] for i in who])))
