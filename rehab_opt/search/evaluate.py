"""The unit of work: some patients, one policy, one model. Pure and picklable, so that any worker gives the same
numbers."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rehab_opt.course.plug import ModelSpec, load_model
from rehab_opt.course.result import RECOVERY_MEASURES, Outcome
from rehab_opt.parameters.streams import derive_seed

if TYPE_CHECKING:
    from rehab_opt.course.result import Course
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Observation, Policy, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientResult:
    """What one virtual patient got out of one policy; plain numbers that fit on a line of the run log.

    Parameters
    ----------
    patient_id, enrolled_day
        Who, and the day since the lesion on which therapy could begin.
    outcome
        How the course ended, as a word (``"completed"``, ``"runaway"``, ...).
    values
        Measure -> true value at the day of the objective. A course that did not complete counts 0, the worst, in every
        measure of recovery.
    baseline
        Measure -> true value at enrolment.
    hours, sessions, repetitions
        Therapy that the policy asked for up to the day of the objective.
    adverse_events, seizures
        Their number over the whole course.
    lesion_growth
        Growth of the lesion at the end of the course, in per cent.
    curve
        Measure -> true value every seventh day from the lesion on; None when it was not asked for.

    Examples
    --------
    >>> result = PatientResult(
    ...     patient_id="p1", enrolled_day=9, outcome="completed", values={"fm_ue": 41.0}, baseline={"fm_ue": 22.5},
    ...     hours=15.0, sessions=20, repetitions=3000.0, adverse_events=0, seizures=0, lesion_growth=0.0,
    ... )
    >>> PatientResult.from_dict(result.to_dict()) == result
    True
    """

    patient_id: str
    enrolled_day: int
    outcome: str
    values: Mapping[str, float]
    baseline: Mapping[str, float]
    hours: float
    sessions: int
    repetitions: float
    adverse_events: int
    seizures: int
    lesion_growth: float
    curve: Mapping[str, tuple[float, ...]] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data for JSON."""
        data = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        data["values"], data["baseline"] = dict(self.values), dict(self.baseline)
        data["curve"] = None if self.curve is None else {name: list(weeks) for name, weeks in self.curve.items()}
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PatientResult:
        """Return the result that `to_dict` wrote."""
        curve = data.get("curve")
        weeks = None if curve is None else {name: tuple(values) for name, values in curve.items()}
        return cls(**{**data, "curve": weeks})


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What all patients of a panel share: the model, how long to simulate, the noise, and what to read off.

    ``noise_seed`` belongs to the panel, never to a trial or a worker: every policy meets the same patients and the same
    noise.
    """

    model: ModelSpec
    days: int
    objective_day: int
    measures: tuple[str, ...]
    noise_seed: int
    curves: bool = False

    def course_seed(self, patient: Patient) -> int:
        """Return the seed of a patient's noise on this panel."""
        return derive_seed(self.noise_seed, "noise", patient.id)


@dataclass(slots=True)
class _Counted:
    """A policy that remembers what it prescribed up to a day, so that hours and sessions do not depend on the model."""

    policy: Policy
    until: int
    minutes: float = 0.0
    repetitions: float = 0.0
    sessions: int = field(default=0)

    def next_week(self, observation: Observation) -> tuple[Session, ...]:
        week = self.policy.next_week(observation)
        for session in week:
            if session.day <= self.until:
                self.minutes += session.minutes
                self.repetitions += session.repetitions
                self.sessions += 1
        return week


def evaluate_block(work: Work, patients: Sequence[Patient], policy: Policy) -> tuple[PatientResult, ...]:
    """Simulate some patients under one policy and return one result each, in their order.

    Any exception of the model passes through; the search records the trial as failed.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from rehab_opt.therapy import Schedule, as_policy
    >>> toy = ModelSpec("rehab_opt.models.toy:ToyModel")
    >>> work = Work(model=toy, days=60, objective_day=60, measures=("fm_ue",), noise_seed=3)
    >>> patient = SimpleNamespace(id="p1", seed=4, enrolled_day=10)
    >>> evaluate_block(work, [patient], as_policy(Schedule(name="rest", sessions=(), origin="enrolment")))[0].hours
    0.0
    """
    model = load_model(work.model)
    results = []
    for patient in patients:
        # A fresh copy a patient: a policy that keeps notes must not carry them over to whoever comes next.
        counted = _Counted(copy.deepcopy(policy), work.objective_day)
        course = model.simulate(patient, counted, work.days, work.course_seed(patient))
        results.append(_result(work, patient, counted, course))
    return tuple(results)


def blocks(patients: Sequence[Patient], size: int) -> tuple[tuple[Patient, ...], ...]:
    """Return a panel in blocks of ``size`` patients, in order; the last one may be smaller.

    Examples
    --------
    >>> blocks("abcde", 2)
    (('a', 'b'), ('c', 'd'), ('e',))
    """
    return tuple(tuple(patients[i : i + size]) for i in range(0, len(patients), size))


def _result(work: Work, patient: Patient, counted: _Counted, course: Course) -> PatientResult:
    completed = course.outcome is Outcome.COMPLETED
    values = {
        name: 0.0 if not completed and name in RECOVERY_MEASURES else course.at(name, work.objective_day)
        for name in work.measures
    }
    weekly = {name: tuple(course.measures[name][::7].tolist()) for name in work.measures} if work.curves else None
    return PatientResult(
        patient_id=patient.id,
        enrolled_day=patient.enrolled_day,
        outcome=course.outcome.value,
        values=values,
        baseline={name: course.at(name, patient.enrolled_day) for name in work.measures},
        hours=counted.minutes / 60.0,
        sessions=counted.sessions,
        repetitions=counted.repetitions,
        adverse_events=len(course.events),
        seizures=course.count("seizure"),
        lesion_growth=course.at("lesion_growth", -1) if "lesion_growth" in course.measures else 0.0,
        curve=weekly,
    )
