"""The fixed box of a study: every point is a schedule inside the limits; what the box can express has a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rehab_opt.errors import unknown_name_error
from rehab_opt.study.phase import NO_STIMULATION, WHOLE, Phase
from rehab_opt.study.projection import Frame, PhasePlan, project
from rehab_opt.study.ranges import Dimension, Names, Number, Value, dimension, read_name, read_number
from rehab_opt.study.stimulate import StimulationPlan
from rehab_opt.therapy import TASKS, Limits, Schedule, Session

Point = dict[str, Value]
"""Name of a dimension -> value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpace:
    """The box: no range depends on another value, so that any sampler can work in it.

    Attributes
    ----------
    name
        Name of the schedules that come out of it.
    phases, locked
        What is searched, and what is kept.
    limits
        What every schedule keeps.
    enrolment
        Earliest and latest day of enrolment, days since the lesion.
    last_day
        No session for anybody after this day, days since the lesion.
    """

    name: str
    phases: tuple[Phase, ...]
    locked: tuple[Session, ...]
    limits: Limits
    enrolment: tuple[int, int]
    last_day: int

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The sides of the box, in a fixed order; what the study fixes is not among them."""
        sides = (
            dimension(f"{phase.name}.{key}", value, whole=key in WHOLE)
            for phase in self.phases
            for key, value in phase.parts()
        )
        return tuple(side for side in sides if side is not None)

    @property
    def frame(self) -> Frame:
        """What sessions have to fit into."""
        return Frame(self.limits, self.locked, self.last_day - self.enrolment[1], self.enrolment[0])

    def decode(self, point: Mapping[str, Value]) -> Schedule:
        """Return the schedule of a point; days count from enrolment, and the limits are kept for the whole cohort.

        Numbers outside the box are brought to its nearest side. `rehab_opt.study.projection` says how what a point asks
        for is fitted into the limits.

        Raises
        ------
        InputError
            If the point lacks a dimension, has one too many, or names an unknown choice.
        """
        known = [side.name for side in self.dimensions]
        for name in point:
            if name not in known:
                raise unknown_name_error("dimension", name, known)
        plans = [_plan(phase, point) for phase in self.phases]
        return Schedule(name=self.name, sessions=self.locked + project(plans, self.frame), origin="enrolment")

    def encode(self, schedule: Schedule) -> Point | None:
        """Return a point that decodes to the very sessions of ``schedule``, or None when none was found in the box.

        A schedule that counts its days from the lesion has no point: it differs between patients.
        """
        from rehab_opt.study.encoding import find_point

        return find_point(self, schedule) if schedule.origin == "enrolment" else None


def _plan(phase: Phase, point: Mapping[str, Value]) -> PhasePlan:
    def number(key: str, value: Number) -> float:
        found = read_number(f"{phase.name}.{key}", value, point)
        return float(round(found)) if key in WHOLE else found

    def name(key: str, value: Names) -> str:
        return read_name(f"{phase.name}.{key}", value, point)

    weights = [number(f"tasks.{task}", weight) for task, weight in phase.tasks]
    total = sum(weights)
    part = phase.stimulation
    # Every coordinate is read even where it has no effect, so that a faulty point never passes.
    stimulation = StimulationPlan(
        modality=name("stimulation.modality", part.modality),
        site=name("stimulation.site", part.site),
        polarity=name("stimulation.polarity", part.polarity),
        strength=number("stimulation.strength", part.strength),
        amount=number("stimulation.amount", part.amount),
        offset_minutes=number("stimulation.offset_minutes", part.offset_minutes),
    )
    return PhasePlan(
        start=int(number("start", phase.start)),
        weeks=int(number("weeks", phase.weeks)),
        sessions_per_week=int(number("sessions_per_week", phase.sessions_per_week)),
        minutes=number("minutes", phase.minutes),
        repetitions_per_minute=number("repetitions_per_minute", phase.repetitions_per_minute),
        clock=phase.clock,
        order=name("order", phase.order),
        difficulty=round(number("difficulty", phase.difficulty), 2),
        feedback=round(number("feedback", phase.feedback), 2),
        constraint=round(number("constraint", phase.constraint), 2),
        # All weights 0 is still practice: of the affected arm.
        shares=tuple(weight / total for weight in weights) if total > 0 else (1.0,) + (0.0,) * (len(TASKS) - 1),
        stimulation=None if stimulation.modality == NO_STIMULATION else stimulation,
    )
