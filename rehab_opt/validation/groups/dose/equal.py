"""Structured practice against as many hours of another mix, and against less usual care."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import mean_interval, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.dose.plans import AN_HOUR, weekdays
from rehab_opt.validation.recruitment import after_care, recruited

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

FIRST_DAY, YEAR = 46, 365
"""Mean day of randomisation in ICARE, and days from it to the main outcome."""
FM_UE = (19.0, 58.0)
"""FM-UE on that day: the trial's criteria of entry (Winstein 2013, table 2)."""
ARAT_NOISE = 2.0
HOURS = {"structured": 30, "dose-matched": 30, "usual care": 11}
PATIENTS, QUICK_PATIENTS = 108, 8

FloatArray = NDArray[np.float64]


def plan(arm: str) -> Schedule:
    """Return an arm: hours of reaching, three a week; every third hour of the dose-matched arm is another task.

    Structured practice is in random order. The other two are in blocked order, as customary therapy is; one hour in six
    is sensory, and one in six is for the good arm.
    """
    from rehab_opt.therapy import Schedule, Session

    sessions = []
    for number, day in enumerate(weekdays(FIRST_DAY, HOURS[arm], 3)):
        task = "reach" if arm == "structured" else {2: "touch", 5: "good-arm"}.get(number % 6, "reach")
        order = "random" if arm == "structured" else "blocked"
        sessions.append(Session(day=day, minutes=60, repetitions=AN_HOUR, task=task, order=order))
    return Schedule(name=arm, sessions=tuple(sessions), origin="lesion")


def distance(rows: FloatArray, noise: float) -> float:
    """Return how far two columns of changes lie apart, in SD of the changes with measurement noise at both visits.

    Examples
    --------
    >>> distance(np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), 0.0)
    0.5
    """
    pooled = np.sqrt(rows.var(axis=0, ddof=1).mean() + 2 * noise**2)
    return float(abs(rows[:, 0].mean() - rows[:, 1].mean()) / pooled)


def equal_dose(setup: Setup) -> Finding:
    """ICARE 2016: structured task practice, as many hours of other therapy, and usual care end alike after a year.

    The change in activity from randomisation on day 46 to a year later; the SD is that of the changes, measured with
    the noise of two visits. Patients of the shared population whom the trial would have taken,
    after usual care.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    people = recruited(setup, FIRST_DAY, *FM_UE, n)
    plans = [after_care(plan(arm), FIRST_DAY) for arm in HOURS]
    jobs = [Job(patient=patient, policy=policy, days=FIRST_DAY + YEAR) for policy in plans for patient in people]
    courses = setup.courses(jobs)
    change = np.array([course.at("arat", -1) - course.at("arat", FIRST_DAY) for course in courses]).reshape(
        3, len(people)
    )
    matched = statistic(
        "structured against dose-matched, SD of the change in ARAT",
        change[[0, 1]].T,
        lambda rows: distance(rows, ARAT_NOISE),
        None,
        0.15,
    )
    usual = statistic(
        "structured against usual care, SD of the change in ARAT",
        change[[0, 2]].T,
        lambda rows: distance(rows, ARAT_NOISE),
        None,
        0.3,
    )
    ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in change]
    low, high = map(list, zip(*ends, strict=True))
    series = (Series("model, mean and 95 % interval", range(3), change.mean(axis=1), low, high, kind="bars"),)
    words = f"Published: no difference between the arms. {len(people)} virtual patients in every arm."
    return Finding((matched, usual), Figure("arm", "change in ARAT in a year, points", series, tuple(HOURS), words))
