"""Paired arms on corticospinal search models: the same networks, lesions and noise under every therapy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import NUMBER, Job, Setup
from rehab_opt.validation.finding import Series

if TYPE_CHECKING:
    from rehab_opt.course import Course
    from rehab_opt.patient import Lesion, Patient
    from rehab_opt.therapy import Schedule

FloatArray: TypeAlias = NDArray[np.float64]
PLUG = "rehab_opt.models.corticospinal"
POINTS = 80  # of a curve in a figure
MINUTES = 60.0  # of a session; the model reads repetitions only


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of an experiment: a lesion, a therapy and one of the plugs of `rehab_opt.models.corticospinal`."""

    lesion: Lesion
    therapy: Schedule
    plug: str


def run_arms(setup: Setup, name: str, arms: Sequence[Arm], networks: int, days: int) -> list[list[Course]]:
    """Return the courses of every arm, in the order of arms and networks.

    Network ``n`` has the same cells, order of loss, start and noise in every arm. Mechanisms removed and parameters of
    the setup belong to the built-in model and do not apply.
    """
    jobs = [
        Job(patient=_patient(setup, name, number, arm.lesion), policy=arm.therapy, days=days, plug=f"{PLUG}:{arm.plug}")
        for arm in arms
        for number in range(networks)
    ]
    courses = setup.courses(jobs)
    return [courses[first : first + networks] for first in range(0, len(courses), networks)]


def last(courses: Sequence[Course], measure: str) -> FloatArray:
    """Return one measure on the last day, one value per network."""
    return np.array([course.at(measure, -1) for course in courses])


def days_of(doses: Sequence[tuple[int, int, int]], name: str) -> Schedule:
    """Return a schedule counted from the lesion: (first day, last day, repetitions) a block, one session a day."""
    from rehab_opt.therapy import Schedule, Session

    sessions = (
        Session(day=day, minutes=MINUTES, repetitions=repetitions)
        for first, end, repetitions in doses
        for day in range(first, end + 1)
    )
    return Schedule(name=name, sessions=tuple(sessions), origin="lesion")


def mean_curve(label: str, courses: Sequence[Course], measure: str = "force") -> Series:
    """Return the mean of a daily measure over networks with its 95 % interval, as a line."""
    from scipy.stats import t

    table = np.array([course.measures[measure] for course in courses])
    days = np.unique(np.linspace(0, table.shape[1] - 1, POINTS).round().astype(int))
    means = table[:, days].mean(axis=0)
    # Student's t: the interval of the curve is for the eye; those of the checks are bootstrapped.
    half = float(t.ppf(0.975, len(courses) - 1)) * table[:, days].std(axis=0, ddof=1) / np.sqrt(len(courses))
    return Series(label, list(map(float, days)), list(means), list(means - half), list(means + half), kind="line")


def _patient(setup: Setup, name: str, number: int, lesion: Lesion) -> Patient:
    from rehab_opt.patient import Patient

    seed = setup.seed(name, number)
    return Patient(id=f"{name}-{number:03d}", seed=seed, wiring=number, lesion=lesion, info={NUMBER: number})
