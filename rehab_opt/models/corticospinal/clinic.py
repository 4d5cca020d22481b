"""What reaches a patient of the corticospinal model: the sessions that a policy plans, and their whole trials."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rehab_opt.errors import InputError
from rehab_opt.models.corticospinal.cells import FloatArray
from rehab_opt.parameters import stream
from rehab_opt.patient import Patient
from rehab_opt.therapy import Observation, Policy, Session

WEEK = 7
FM_MAX, ARAT_MAX, USE_MAX = 66.0, 57.0, 5.0


class Trials:
    """Turns repetitions, which may be fractions a day, into whole trials without losing any."""

    __slots__ = ("_life", "_lived", "_therapy", "_treated")

    def __init__(self, life: float) -> None:
        self._life, self._lived = life, 0.0
        self._therapy, self._treated = 0.0, 0

    def of(self, sessions: list[Session]) -> tuple[int, int, int]:
        """Return the day's trials of life and of therapy, and the trials of therapy before."""
        lived = self._lived
        self._lived += self._life
        self._therapy += sum(session.repetitions for session in sessions if session.task == "reach")
        before, self._treated = self._treated, int(self._therapy)
        return int(self._lived) - int(lived), self._treated - before, before


class Clinic:
    """Asks the policy for each week's sessions, showing it what an assessment would show."""

    __slots__ = ("_minutes", "_numbers", "_patient", "_plan", "_policy", "_sessions", "noise")

    def __init__(self, patient: Patient, policy: Policy, noise: int, numbers: Mapping[str, float]) -> None:
        self._patient, self._policy, self._numbers, self.noise = patient, policy, numbers, noise
        self._plan: dict[int, list[Session]] = {}
        self._minutes, self._sessions = 0.0, 0

    def sessions(self, day: int, function: FloatArray) -> list[Session]:
        """Return the sessions of one day."""
        if day % WEEK == 0:
            for session in self._policy.next_week(self._observe(day, float(function[day]))):
                if not day <= session.day < day + WEEK:
                    allowed = f"{day} to {day + WEEK - 1}"
                    raise InputError("policy gave a session outside the week", value=session.day, allowed=allowed)
                self._plan.setdefault(session.day, []).append(session)
        today = self._plan.pop(day, [])
        self._minutes += sum(session.minutes for session in today)
        self._sessions += sum(session.is_practice for session in today)
        return today

    def _observe(self, day: int, function: float) -> Observation:
        rng = stream(self.noise, "assessment", day)
        fm = FM_MAX * function + rng.normal(0.0, self._numbers["assessment.fm-noise"])
        arat = ARAT_MAX * function + rng.normal(0.0, self._numbers["assessment.arat-noise"])
        return Observation(
            day=day,
            enrolled_day=self._patient.enrolled_day,
            fm_ue=float(np.clip(fm, 0.0, FM_MAX)),
            arat=float(np.clip(arat, 0.0, ARAT_MAX)),
            use=USE_MAX * function,
            minutes_done=self._minutes,
            sessions_done=self._sessions,
        )
