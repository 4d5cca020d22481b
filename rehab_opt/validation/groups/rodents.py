"""What the animal experiments share: the rodent clock, animals with a standard lesion, and daily practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.validation.checks import ENOUGH
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.population import virtual_patients

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Schedule

RODENT = {"milieu.clock": 1.0}
"""The only number that differs from a human course: it scales the time courses of the tissue."""
LEAST_SEVERITY, MOST_SEVERITY = 0.5, 0.8
ANIMALS, QUICK_ANIMALS = ENOUGH, 12


def animals(setup: Setup) -> tuple[Patient, ...]:
    """Return the animals of every experiment with rats or mice, the same ones.

    Laboratory lesions are alike and leave a clear deficit: severities are spread evenly over the upper middle of the
    family of lesions. Traits and wirings vary as in patients.
    """
    n = setup.count(ANIMALS, QUICK_ANIMALS)
    severity = tuple(np.linspace(LEAST_SEVERITY, MOST_SEVERITY, n))
    return virtual_patients(setup, "rodent", n, enrolled_day=0, severity=severity)


def daily(
    first: int,
    days: int,
    *,
    minutes: float = 60.0,
    repetitions: float = 100.0,
    constraint: float = 0.0,
    feedback: float = 1.0,
) -> Schedule:
    """Return a session of reaching on each of ``days`` days from day ``first`` after the lesion.

    Where no count is known: 100 repetitions an hour, as in the published protocols; trained, with full feedback.

    Examples
    --------
    >>> daily(5, 35).days[0], daily(5, 35).days[-1], daily(5, 35).hours
    (5, 39, 35.0)
    """
    from rehab_opt.therapy import Schedule, Session

    sessions = tuple(
        Session(day=first + i, minutes=minutes, repetitions=repetitions, constraint=constraint, feedback=feedback)
        for i in range(days)
    )
    return Schedule(name=f"daily from day {first}", sessions=sessions, origin="lesion")


def nothing() -> Schedule:
    """Return a schedule without sessions: life in the cage alone."""
    from rehab_opt.therapy import Schedule

    return Schedule(name="no training", sessions=(), origin="lesion")
