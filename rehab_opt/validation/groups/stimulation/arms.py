"""Courses with and without stimulation: the same patients, the same practice, the same noise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.recruitment import after_care

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Schedule, Stimulation

FloatArray = NDArray[np.float64]
SUBACUTE, CHRONIC = 21, 182
"""First days of stimulation, days since the lesion; chronic is later than 6 months."""
MINUTES, REPETITIONS = 60.0, 100.0
VISIT_NOISE = 2.5
"""Standard error of measurement of the FM-UE at one visit, points."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Sessions of practice, each with the same stimulation: ``sessions`` of them on weekdays from day ``first`` on."""

    first: int
    sessions: int
    stimulation: Stimulation

    @property
    def days(self) -> list[int]:
        """Days of the sessions, days since the lesion."""
        return [self.first + 7 * (number // 5) + number % 5 for number in range(self.sessions)]

    def plan(self, stimulated: bool) -> Schedule:
        """Return usual care until the trial begins, then its sessions; sham stimulation is none."""
        from rehab_opt.therapy import Schedule, Session

        field = self.stimulation if stimulated else None
        own = [Session(day=day, minutes=MINUTES, repetitions=REPETITIONS, stimulation=field) for day in self.days]
        return after_care(Schedule(name="trial", sessions=tuple(own), origin="lesion"), self.first)


@dataclass(frozen=True, slots=True)
class Arms:
    """FM-UE of the patients, points: [days of the trial] in the real and in the sham arm, from its first day on."""

    real: FloatArray
    sham: FloatArray

    @property
    def difference(self) -> FloatArray:
        """Real minus sham at the end of the trial, one value per patient."""
        return np.asarray(self.real[:, -1] - self.sham[:, -1])

    @property
    def changes(self) -> FloatArray:
        """[patients, 2] changes over the trial, real and sham."""
        return np.stack([self.real[:, -1] - self.real[:, 0], self.sham[:, -1] - self.sham[:, 0]], axis=1)


def run_trial(setup: Setup, people: Sequence[Patient], trial: Trial) -> Arms:
    """Return the real and the sham arm; the last day is the one after the last session."""
    end = trial.days[-1] + 1
    jobs = [
        Job(patient=patient, policy=trial.plan(stimulated), days=end)
        for stimulated in (True, False)
        for patient in people
    ]
    courses = setup.courses(jobs)
    fm = np.array([course.measures["fm_ue"][trial.first :] for course in courses])
    return Arms(fm[: len(people)], fm[len(people) :])


def standardised(changes: FloatArray, noise: float = VISIT_NOISE) -> float:
    """Return Hedges' g of the changes of two arms (columns: real, sham) with measurement noise at both visits.

    Examples
    --------
    >>> round(standardised(np.array([[1.0, 0.0], [3.0, 2.0]] * 50), noise=0.0), 2)
    0.99
    """
    real, sham = changes.T
    pooled = math.sqrt((real.var(ddof=1) + sham.var(ddof=1)) / 2 + 2 * noise**2)
    small_sample = 1 - 3 / (4 * (2 * len(changes) - 2) - 1)
    return float((real.mean() - sham.mean()) / pooled * small_sample)
