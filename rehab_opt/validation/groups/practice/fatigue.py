"""A tiring first day, and what it costs in learning on the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.validation.checks import ENOUGH, direction, mean_interval
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.population import virtual_patients

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

FIRST_DAY = 182
SEVERITY = 0.6
TRIALS, TRIAL_MINUTES = 200.0, 40.0
TIRING, TIRING_MINUTES = 900.0, 180.0
PATIENTS, QUICK_PATIENTS = ENOUGH, 10


def days(tired: bool, second: bool) -> Schedule:
    """Return two days of skill training with equal trials; the first after tiring work, the second left out if wished.

    Tiring work is movement without any feedback, without rest and without anything to learn from.
    """
    from rehab_opt.therapy import Schedule, Session

    work = Session(day=FIRST_DAY, start=540, minutes=TIRING_MINUTES, repetitions=TIRING, feedback=0.0)
    train = [
        Session(day=FIRST_DAY + number, start=780, minutes=TRIAL_MINUTES, repetitions=TRIALS)
        for number in range(2 if second else 1)
    ]
    return Schedule(name="two days", sessions=(*([work] if tired else []), *train), origin="lesion")


def fatigue_next_day(setup: Setup) -> Finding:
    """Branscheidt 2019: after a fatigued first day, learning on the second is slower at equal trials.

    Learning on the second day is the activity of the next morning with its training minus without, in the same patient.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    people = virtual_patients(setup, "fatigue", n, severity=[SEVERITY] * n)
    jobs = [
        Job(patient=patient, policy=days(tired, second), days=FIRST_DAY + 2)
        for tired in (False, True)
        for second in (True, False)
        for patient in people
    ]
    final = np.array([course.at("arat", -1) for course in setup.courses(jobs)]).reshape(2, 2, n)
    learned = final[:, 0] - final[:, 1]
    check = direction("learned on day 2, fatigued minus fresh day 1, ARAT points", learned[1] - learned[0], sign=-1)
    ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in learned]
    low, high = map(list, zip(*ends, strict=True))
    series = (Series("model, mean and 95 % interval", (0, 1), learned.mean(axis=1), low, high, kind="bars"),)
    words = f"Published: less after a fatigued day at equal trials. {n} virtual patients."
    labels = ("fresh day 1", "fatigued day 1")
    return Finding((check,), Figure("first day", "learned on day 2, ARAT points", series, labels, words))
