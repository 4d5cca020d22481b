"""The built-in model: a plastic network with a lesion, driven day by day through a policy's sessions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from rehab_opt.course.day import Conductor, new_day
from rehab_opt.course.record import Record
from rehab_opt.course.result import Course, Outcome
from rehab_opt.course.timeline import timeline
from rehab_opt.errors import InputError
from rehab_opt.mechanisms import Context, Draws, Phase, check_off
from rehab_opt.mechanisms.behaviour.arm_choice import healthy_preference
from rehab_opt.parameters import Parameters, derive_seed, stream
from rehab_opt.patient import Patient
from rehab_opt.patient.build import build
from rehab_opt.readout import ARAT_MAX, FM_MAX
from rehab_opt.therapy import Observation, Policy, Session

WEEK = 7


class Model:
    """The built-in model; satisfies `Simulator`. Immutable, so that one object serves many threads.

    Parameters
    ----------
    off
        Names of mechanisms to remove.
    set
        Dotted parameter name to value.
    precision
        ``"single"`` (default) or ``"double"``; double precision is for tests of convergence.

    Raises
    ------
    InputError
        If a name is unknown, a value is out of range, or the precision is neither.

    Examples
    --------
    >>> from rehab_opt.patient import Patient
    >>> from rehab_opt.therapy import protocols
    >>> model = Model(set={"network.units": 240})
    >>> course = model.simulate(Patient.sample(seed=1, severity=0.4), protocols["usual-care"].policy(), days=3, seed=1)
    >>> len(course.measures["fm_ue"]), course.outcome.value
    (4, 'completed')
    """

    __slots__ = ("_conductor", "_real", "off", "parameters")

    def __init__(
        self, off: Sequence[str] = (), set: Mapping[str, float] | None = None, precision: str = "single"
    ) -> None:
        if precision not in ("single", "double"):
            raise InputError("unknown precision", key="precision", value=precision, allowed="single, double")
        self.off = check_off(off)
        self.parameters = Parameters(set)
        self._real: type[np.float32] | type[np.float64] = np.float32 if precision == "single" else np.float64
        self._conductor = Conductor(self.off)

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of one patient under one policy from the lesion (day 0) to day ``days``.

        Raises
        ------
        InputError
            If ``days`` is below 1, the patient still needs a fit, or a policy's session lies outside the asked week.
        """
        brain = build(patient, self.parameters, self._real)
        noise = derive_seed(seed, "course", patient.seed)
        blank = new_day(brain.anatomy, 0, 0.0, ())
        context = Context(brain.anatomy, brain.state, blank, brain.numbers, Draws(noise))
        self._conductor.run(Phase.LESION, context)
        context.state.rates[brain.anatomy.dead] = 0
        record = Record(context, days, healthy_preference(brain.numbers))
        clinic = _Clinic(patient, policy, noise, brain.numbers)
        outcome = Outcome.COMPLETED
        for index in range(days + 1):
            sessions = clinic.sessions(index, record)
            bouts = timeline(sessions, brain.anatomy.lesioned, brain.numbers, "stimulation" not in self.off)
            mitt = max((session.constraint for session in sessions), default=0.0)
            sling = max((session.sling for session in sessions), default=0.0)
            context.day = new_day(brain.anatomy, index, mitt, bouts, sling)
            self._conductor.live(context)
            loudest = float(context.state.rates.max())
            if not math.isfinite(loudest):
                outcome = Outcome.INVALID
                break
            record.morning(context, float(sum(session.minutes for session in sessions)))
            if record.seizures > brain.numbers["runaway-guard.most-days"]:
                outcome = Outcome.RUNAWAY
                break
            if loudest == 0:
                outcome = Outcome.DIED_OUT
                break
        return record.finish(patient.id, outcome, growth_limit=brain.numbers["vulnerable-rim.event"])


class _Clinic:
    """Asks the policy for each week's sessions, showing it what an assessment would show."""

    __slots__ = ("_minutes", "_noise", "_numbers", "_patient", "_plan", "_policy", "_sessions")

    def __init__(self, patient: Patient, policy: Policy, noise: int, numbers: Parameters) -> None:
        self._patient, self._policy, self._noise, self._numbers = patient, policy, noise, numbers
        self._plan: dict[int, list[Session]] = {}
        self._minutes, self._sessions = 0.0, 0

    def sessions(self, day: int, record: Record) -> list[Session]:
        """Return the sessions of one day."""
        if day % WEEK == 0:
            self._ask(day, record)
        today = self._plan.pop(day, [])
        self._minutes += sum(session.minutes for session in today)
        self._sessions += sum(session.minutes > 0 for session in today)
        return today

    def _ask(self, day: int, record: Record) -> None:
        for session in self._policy.next_week(self._observe(day, record)):
            if not day <= session.day < day + WEEK:
                allowed = f"{day} to {day + WEEK - 1}"
                raise InputError("policy gave a session outside the week", value=session.day, allowed=allowed)
            self._plan.setdefault(session.day, []).append(session)

    def _observe(self, day: int, record: Record) -> Observation:
        """Yesterday's function with the noise of measurement."""
        rng = stream(self._noise, "assessment", day)
        seen = max(day - 1, 0)
        fm = record.values["fm_ue"][seen] + rng.normal(0, self._numbers["assessment.fm-noise"])
        arat = record.values["arat"][seen] + rng.normal(0, self._numbers["assessment.arat-noise"])
        return Observation(
            day=day,
            enrolled_day=self._patient.enrolled_day,
            fm_ue=float(np.clip(fm, 0, FM_MAX)),
            arat=float(np.clip(arat, 0, ARAT_MAX)),
            use=float(record.values["use"][seen]),
            minutes_done=self._minutes,
            sessions_done=self._sessions,
            adverse_events=len(record.events),
        )
