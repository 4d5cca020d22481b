"""A model whose best schedule is known: the outcome is a formula of the schedule, with a planted optimum."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.course.result import AdverseEvent, Course, Outcome
from rehab_opt.parameters.streams import stream
from rehab_opt.therapy import Observation

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy, Schedule, Session

SCALES: Mapping[str, float] = {
    "sessions": 4.0,
    "minutes": 60.0,
    "density": 3.0,
    "difficulty": 0.5,
    "feedback": 0.5,
    "constraint": 0.5,
    "touch": 0.5,
    "random-order": 1.0,
    "modality": 1.0,
    "strength": 60.0,
    "pulses": 900.0,
    "offset": 30.0,
}
"""What a week is judged by, and the distance from the best that halves its worth: sessions a week, means over its
sessions, or (touch, random-order, modality) shares of them. Strength is in per cent of the motor threshold."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Weeks in which therapy works, and the therapy that works best in them.

    Parameters
    ----------
    first, weeks
        First week, counted from enrolment (0 is the first), and their number.
    best
        Name from `SCALES` -> best value. What is not named does not matter.
    modality
        Modality that ``"modality"``, ``"strength"``, ``"pulses"`` and ``"offset"`` are about.
    """

    first: int
    weeks: int
    best: tuple[tuple[str, float], ...]
    modality: str = "itbs"

    def worth(self, sessions: Sequence[Session]) -> float:
        """Return the worth of a week, 0 to 1: 1 / (1 + d^2), d the scaled distance from the best; 0 without practice.

        One hill without a second top; no feature counts by itself, for each is worth more the better the others are.
        """
        found = features(sessions, self.modality)
        if not found:
            return 0.0
        return 1.0 / (1.0 + sum(((found[name] - best) / SCALES[name]) ** 2 for name, best in self.best))


def features(sessions: Sequence[Session], modality: str) -> dict[str, float]:
    """Return what a week is judged by, under the names of `SCALES`; nothing for a week without practice."""
    practice = [session for session in sessions if session.minutes > 0]
    if not practice:
        return {}
    given = [s.stimulation for s in sessions if s.stimulation is not None and s.stimulation.modality == modality]
    main = [s.stimulation for s in practice if s.stimulation is not None and s.stimulation.modality == modality]
    minutes = sum(session.minutes for session in practice)
    return {
        "sessions": float(len(practice)),
        "minutes": minutes / len(practice),
        "density": sum(session.repetitions for session in practice) / minutes,
        "difficulty": _mean([session.difficulty for session in practice]),
        "feedback": _mean([session.feedback for session in practice]),
        "constraint": _mean([session.constraint for session in practice]),
        "touch": _mean([float(session.task == "touch") for session in practice]),
        "random-order": _mean([float(session.order == "random") for session in practice]),
        "modality": len(main) / len(practice),
        "strength": _mean([part.strength for part in main]),
        "pulses": sum(part.pulses or 0 for part in given) / len(practice),
        "offset": _mean([part.offset_minutes for part in main]),
    }


@dataclass(frozen=True, slots=True)
class PlantedModel:
    """Recovery with a known best schedule.

    FM-UE at the end is the patient's start plus ``reach`` times the mean worth of all weeks of the stretches. A week of
    therapy outside the stretches costs ``waste`` of a week. So no schedule gains more than ``reach``, and one gains
    exactly that only if every week of every stretch is at its best.

    Parameters
    ----------
    stretches
        When which therapy works.
    reach
        Points of FM-UE that the best schedule gains over no therapy.
    waste
        Share of a week's worth that a week of therapy outside the stretches costs.
    noise
        Standard deviation in points of the gain of one patient, drawn anew for every schedule: no pairing removes it.
        It is uniform, so bounded, and without therapy there is none.
    seizure_above
        Strength of stimulation in per cent of the motor threshold above which a seizure follows.
    growth_above
        Minutes of practice a week above which the lesion grows, by 1 % an hour.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from rehab_opt.therapy import Schedule, Session, as_policy
    >>> model = PlantedModel((Stretch(0, 1, (("sessions", 2.0), ("minutes", 40.0))),), reach=30.0)
    >>> plan = tuple(Session(day=day, minutes=40, repetitions=100) for day in (0, 3))
    >>> patient = SimpleNamespace(id="p1", seed=1, enrolled_day=7)
    >>> best = as_policy(Schedule(name="best", sessions=plan, origin="enrolment"))
    >>> course = model.simulate(patient, best, days=28, seed=0)
    >>> round(course.at("fm_ue", 28) - course.at("fm_ue", 7), 9)
    30.0
    """

    stretches: tuple[Stretch, ...]
    reach: float = 40.0
    waste: float = 0.5
    noise: float = 0.0
    seizure_above: float = math.inf
    growth_above: float = math.inf

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of one patient; the same arguments give the same course."""
        start = float(stream(patient.seed, "planted", "start").uniform(8.0, 14.0))
        fm, minutes, growth = np.full(days + 1, start), np.zeros(days + 1), np.zeros(days + 1)
        events: list[AdverseEvent] = []
        digest, gained = hashlib.sha256(), 0.0
        for week, day in enumerate(range(patient.enrolled_day, days + 1, 7)):
            done = float(minutes.sum())
            seen = Observation(
                day=day, enrolled_day=patient.enrolled_day, fm_ue=start, arat=0, use=0, minutes_done=done
            )
            sessions = [session for session in policy.next_week(seen) if session.day <= days]
            gained += self.reach * self.credit(week, sessions)
            fm[day + 1 :] = start + gained
            digest.update(repr(sessions).encode())
            self._enter(sessions, minutes, growth, events)
        if minutes.any():
            rng = stream(seed, "planted", "noise", patient.id, digest.hexdigest())
            half = self.noise * math.sqrt(3.0)
            fm[patient.enrolled_day + 1 :] += float(rng.uniform(-half, half))
        return _course(patient.id, np.clip(fm, 0.0, 66.0), minutes, np.cumsum(growth), tuple(events))

    def gain(self, schedule: Schedule) -> float:
        """Return the points that a schedule gains over no therapy, noise left out; its days count from enrolment."""
        last = max((session.day for session in schedule.sessions), default=-1) // 7
        weeks = ([s for s in schedule.sessions if s.day // 7 == week] for week in range(last + 1))
        return self.reach * sum(self.credit(number, sessions) for number, sessions in enumerate(weeks))

    def credit(self, week: int, sessions: Sequence[Session]) -> float:
        """Return what a week adds, as a share of ``reach``."""
        total = sum(stretch.weeks for stretch in self.stretches)
        for stretch in self.stretches:
            if stretch.first <= week < stretch.first + stretch.weeks:
                return stretch.worth(sessions) / total
        return -self.waste / total if any(session.minutes > 0 for session in sessions) else 0.0

    def _enter(
        self, sessions: Sequence[Session], minutes: np.ndarray, growth: np.ndarray, events: list[AdverseEvent]
    ) -> None:
        for session in sessions:
            minutes[session.day] += session.minutes
            if session.stimulation is not None and session.stimulation.strength > self.seizure_above:
                events.append(AdverseEvent(session.day, "seizure", "planted limit"))
        excess = sum(session.minutes for session in sessions) - self.growth_above
        if excess > 0:
            growth[sessions[-1].day] += excess / 60.0


def _course(
    patient_id: str, fm: np.ndarray, minutes: np.ndarray, growth: np.ndarray, events: tuple[AdverseEvent, ...]
) -> Course:
    flat = np.ones(len(fm))
    measures = {
        "fm_ue": fm,
        "arat": fm * 57.0 / 66.0,
        "use": fm * 5.0 / 66.0,
        "function_motor": fm * 100.0 / 66.0,
        "function_sensory": 80.0 * flat,
        "function_cognitive": 90.0 * flat,
        "practice_minutes": minutes,
        "lesion_growth": growth,
    }
    return Course(patient_id, len(fm) - 1, Outcome.COMPLETED, measures, events)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
