"""Training of the good arm first: what the affected arm then gains, with the callosum and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import LEAST_EFFECT, direction, fact, mean_interval, paired_d
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.rodents import RODENT, animals

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

GOOD_FIRST, OWN_FIRST, DAYS = 6, 22, 15
"""First day of either training since the lesion (Allred, Cappellini and Jones 2010, figure 2), and days of each."""
MINUTES, REPETITIONS = 60.0, 200.0

FloatArray = NDArray[np.float64]


def plan(good_first: bool) -> Schedule:
    """Return 15 days with or without training of the good arm, then 15 days of training of the affected one."""
    from rehab_opt.therapy import Schedule, Session

    kinds = [("good-arm", GOOD_FIRST)] if good_first else []
    kinds.append(("reach", OWN_FIRST))
    sessions = (
        Session(day=first + day, minutes=MINUTES, repetitions=REPETITIONS, task=task)
        for task, first in kinds
        for day in range(DAYS)
    )
    return Schedule(name="good arm first" if good_first else "rest first", sessions=tuple(sessions), origin="lesion")


def good_arm_training(setup: Setup) -> Finding:
    """Allred: training of the good arm costs the affected one, and with the callosum cut it does not.

    Rats, as in the publication: fifteen days of the good arm from day 6 on, then 15 days of the affected arm from day
    22 on, tested on the day after. The callosum is cut by removing the mechanism from the lesion on.
    """
    people = animals(setup)
    n, end = len(people), OWN_FIRST + DAYS
    jobs = [
        Job(patient=patient, policy=plan(good_first), days=end, set=RODENT, off=off)
        for off in ((), ("callosal",))
        for good_first in (True, False)
        for patient in people
    ]
    fm = np.array([course.measures["fm_ue"][: end + 1] for course in setup.courses(jobs)]).reshape(2, 2, n, end + 1)
    effect = fm[:, 0] - fm[:, 1]
    joined, cut = effect[0, :, -1], effect[1, :, -1]
    checks = (
        direction("after the good arm minus after rest, FM-UE points", joined, sign=-1),
        direction("the same, callosum joined minus cut, FM-UE points", joined - cut, sign=-1),
        fact("no harm with the callosum cut", not harms(cut)),
    )
    days = np.arange(end + 1)
    series = tuple(
        Series(label, days, row.mean(axis=0), *_band(row), kind="line", role=role)
        for label, row, role in (("model, callosum cut", effect[1], "other"), ("model", effect[0], "model"))
    )
    words = f"Good arm for {DAYS} days from day {GOOD_FIRST}, the affected arm from day {OWN_FIRST}; {n} animals."
    return Finding(
        checks, Figure("days since the lesion", "good arm first minus rest, FM-UE points", series, caption=words)
    )


def harms(differences: FloatArray) -> bool:
    """Return whether the differences are clearly below 0: the interval excludes it, and d is at most -0.2.

    Examples
    --------
    >>> harms(np.array([-1.0, -2.0, -1.5, -1.2])), harms(np.array([-1.0, 1.2, 0.3, -0.4]))
    (True, False)
    """
    interval = mean_interval(differences)
    return interval is not None and interval[1] < 0 and paired_d(differences) <= -LEAST_EFFECT


def _band(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    half = 1.96 * rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
    return rows.mean(axis=0) - half, rows.mean(axis=0) + half
