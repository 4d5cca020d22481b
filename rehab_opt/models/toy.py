"""A model of recovery in a few formulas, for tests and first steps: instant, deterministic, with a known best time.

It fits the plug (``model = "rehab_opt.models.toy:ToyModel"``) and makes no claim about patients.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.course.result import AdverseEvent, Course, Outcome
from rehab_opt.parameters.streams import stream
from rehab_opt.therapy import Observation

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy, Session


@dataclass(frozen=True, slots=True)
class _Person:
    """Traits of one virtual patient, drawn from the patient's seed and the noise seed."""

    start: float  # FM-UE right after the lesion, points
    room: float  # points that can still be gained
    speed: float  # share of the room gained per effective hour
    seizure_limit: float  # stimulation strength above which a seizure follows
    wobble: float  # offset of the final scores from the noise seed, points

    @classmethod
    def draw(cls, patient_seed: int, noise_seed: int) -> _Person:
        rng, noise = stream(patient_seed, "toy", "traits"), stream(noise_seed, "toy", "noise", patient_seed)
        start = float(rng.uniform(8.0, 30.0))
        room = float(rng.uniform(0.4, 0.9)) * (64.0 - start)
        speed, limit = float(rng.uniform(0.010, 0.020)), float(rng.uniform(80.0, 130.0))
        return cls(start, room, speed, limit, float(noise.normal(0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class ToyModel:
    """Recovery that grows with effective hours; an hour counts most on day ``best_day`` after the lesion.

    Parameters
    ----------
    best_day
        Day since the lesion on which therapy works best.
    width
        Standard deviation of that window in days.
    daily_hours
        Hours a day beyond which more practice is wasted; beyond it before day 14 the lesion grows.

    Notes
    -----
    Only day, minutes and strength of stimulation count. Stimulation adds up to half to an hour and, above
    a limit of the patient's own, causes a seizure.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from rehab_opt.therapy import Schedule, Session, as_policy
    >>> patient = SimpleNamespace(id="p1", seed=1, enrolled_day=10)
    >>> week = tuple(Session(day=day, minutes=60, repetitions=300) for day in range(5))
    >>> therapy = as_policy(Schedule(name="a week", sessions=week, origin="enrolment"))
    >>> rest = as_policy(Schedule(name="none", sessions=(), origin="enrolment"))
    >>> gain = [ToyModel().simulate(patient, p, days=90, seed=0).at("fm_ue", 90) for p in (therapy, rest)]
    >>> gain[0] > gain[1]
    True
    """

    best_day: float = 35.0
    width: float = 30.0
    daily_hours: float = 2.0

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of one patient; the same arguments give the same course."""
        person = _Person.draw(patient.seed, seed)
        minutes, strength = np.zeros(days + 1), np.zeros(days + 1)
        fm, used = self._scores(person, minutes, strength, days), 0.0
        for day in range(patient.enrolled_day, days + 1, 7):
            observation = Observation(
                day=day,
                enrolled_day=patient.enrolled_day,
                fm_ue=float(fm[day]),
                arat=float(fm[day] * 57.0 / 66.0),
                use=float(fm[day] * 5.0 / 66.0),
                minutes_done=used,
                sessions_done=int(np.count_nonzero(minutes)),
                adverse_events=len(_seizures(person, strength)),
            )
            used += _fill(minutes, strength, policy.next_week(observation))
            fm = self._scores(person, minutes, strength, days)
        return self._course(patient.id, person, fm, minutes, strength)

    def _scores(self, person: _Person, minutes: np.ndarray, strength: np.ndarray, days: int) -> np.ndarray:
        day = np.arange(days + 1)
        window = 0.2 + 0.8 * np.exp(-0.5 * ((day - self.best_day) / self.width) ** 2)
        hours = np.minimum(minutes / 60.0, self.daily_hours) * (1.0 + 0.5 * np.minimum(strength, 120.0) / 120.0)
        effort = np.concatenate([[0.0], np.cumsum(hours * window)[:-1]])
        gained = 0.3 * (1.0 - np.exp(-day / 30.0)) + 0.7 * (1.0 - np.exp(-person.speed * effort))
        wobble = person.wobble * day / (day + 30.0)
        return np.asarray(np.clip(person.start + person.room * gained + wobble, 0.0, 66.0), dtype=np.float64)

    def _course(
        self, patient_id: str, person: _Person, fm: np.ndarray, minutes: np.ndarray, strength: np.ndarray
    ) -> Course:
        day = np.arange(len(fm))
        excess = np.where(day < 14, np.maximum(minutes / 60.0 - self.daily_hours, 0.0), 0.0)
        flat = np.ones(len(fm))
        measures = {
            "fm_ue": fm,
            "arat": fm * 57.0 / 66.0,
            "use": fm * 5.0 / 66.0,
            "function_motor": fm * 100.0 / 66.0,
            "function_sensory": 80.0 * flat,
            "function_cognitive": 90.0 * flat,
            "turnover": 0.01 * flat,
            "ei_ratio": flat,
            "connectivity": 0.5 * flat,
            "newly_responsive": 0.0 * flat,
            "practice_minutes": minutes,
            "lesion_growth": np.cumsum(excess),
        }
        events = tuple(AdverseEvent(d, "seizure", "toy stimulation limit") for d in _seizures(person, strength))
        return Course(patient_id, len(fm) - 1, Outcome.COMPLETED, measures, events)


def _fill(minutes: np.ndarray, strength: np.ndarray, sessions: Iterable[Session]) -> float:
    """Enter a week's sessions into the daily arrays and return their minutes; days after the horizon are left out."""
    added = 0.0
    for session in sessions:
        if session.day < len(minutes):
            minutes[session.day] += session.minutes
            added += session.minutes
            if session.stimulation is not None:
                strength[session.day] = max(strength[session.day], session.stimulation.strength)
    return added


def _seizures(person: _Person, strength: np.ndarray) -> list[int]:
    return [int(day) for day in np.flatnonzero(strength > person.seizure_limit)]
