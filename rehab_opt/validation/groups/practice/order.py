"""Random against blocked order of practice: what is left after a pause, on practised and on unpractised movements."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.validation.checks import ENOUGH, direction, proportion
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.population import virtual_patients

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

FIRST_DAY, PRACTICE_DAYS, PAUSE_DAYS = 30, 10, 7
MINUTES, REPETITIONS = 60.0, 300.0
PATIENTS, QUICK_PATIENTS = ENOUGH, 12


def practice(order: str) -> Schedule:
    """Return two working weeks of reaching, the same but for the order of the movements."""
    from rehab_opt.therapy import Schedule, Session

    days = [7 * (i // 5) + i % 5 for i in range(PRACTICE_DAYS)]
    sessions = (Session(day=day, minutes=MINUTES, repetitions=REPETITIONS, order=order) for day in days)
    return Schedule(name=f"{order} order", sessions=tuple(sessions), origin="enrolment")


def random_practice(setup: Setup) -> Finding:
    """Hanlon 1996: after a pause, random order is at least as good in retention and better in transfer.

    Retention is the activity readout (practised movements), transfer the impairment readout (held-out movements), both
    a week after the last session.
    """
    people = virtual_patients(setup, "order", setup.count(PATIENTS, QUICK_PATIENTS), enrolled_day=FIRST_DAY)
    last = FIRST_DAY + 7 * (PRACTICE_DAYS // 5) - 3
    test = last + PAUSE_DAYS
    arms = {
        order: setup.courses([Job(patient=patient, policy=practice(order), days=test) for patient in people])
        for order in ("random", "blocked")
    }
    curves = {
        (order, measure): np.array([course.measures[measure][FIRST_DAY:] for course in courses])
        for order, courses in arms.items()
        for measure in ("arat", "fm_ue")
    }
    retention = curves["random", "arat"][:, -1] - curves["blocked", "arat"][:, -1]
    transfer = curves["random", "fm_ue"] - curves["blocked", "fm_ue"]
    days = np.arange(FIRST_DAY, test + 1)
    spread = transfer.std(axis=0, ddof=1) * 1.96 / np.sqrt(len(people))
    mean = transfer.mean(axis=0)
    return Finding(
        checks=(
            proportion(
                "share of patients with retention, random minus blocked, >= 0",
                int((retention >= 0).sum()),
                len(people),
                0.6,
                1.0,
            ),
            direction("transfer, random minus blocked, FM-UE points", transfer[:, -1], sign=1),
        ),
        figure=Figure(
            x_label="days since the lesion",
            y_label="random minus blocked, FM-UE points",
            series=(
                Series("published: not below 0 at the delayed test", (test,), (0.0,), kind="points", role="published"),
                Series("model, mean and 95 % interval", days, mean, mean - spread, mean + spread, kind="line"),
            ),
            caption=f"Practice from day {FIRST_DAY} to {last}, test on day {test}; {len(people)} virtual patients.",
        ),
    )
