"""A phase of therapy as the study file states it: some numbers and names fixed, the others searched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rehab_opt.study.ranges import Names, Number
from rehab_opt.therapy import MODALITIES, ORDERS, POLARITIES, SITES, TASKS

NO_STIMULATION = "none"
VAGUS = "vagus-nerve"
CORTEX = tuple(site for site in SITES if site != VAGUS)
MODALITY_CHOICES = (NO_STIMULATION, *MODALITIES)
WHOLE = ("start", "weeks", "sessions_per_week", "minutes", "stimulation.offset_minutes")
"""Numbers of a phase that are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStimulation:
    """Stimulation that goes with every session of a phase.

    Attributes
    ----------
    modality
        Any of `MODALITY_CHOICES`; ``"none"`` is no stimulation.
    site
        Sites on the cortex; paired vagus-nerve stimulation takes the nerve by itself.
    polarity
        Of tDCS; the other modalities have none.
    strength
        Share (0 to 1) of the largest strength: see `full_strength`.
    amount
        Share (0 to 1) of the largest amount: see `full_amount`.
    offset_minutes
        Start of stimulation minus start of practice, whole minutes; negative is before practice.
    """

    modality: Names = (NO_STIMULATION,)
    site: Names = ("ipsilesional-motor",)
    polarity: Names = ("anodal",)
    strength: Number = 0.5
    amount: Number = 0.5
    offset_minutes: Number = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A run of weeks of therapy.

    Attributes
    ----------
    name
        Unique in the study; the first part of the names in the box.
    start
        First day, days after each patient's own enrolment.
    weeks, sessions_per_week
        Length, and sessions in each 7 days.
    minutes
        Minutes of practice a session, before the limits of the study are applied.
    repetitions_per_minute
        Density of practice.
    clock
        Start of a session, minutes after midnight.
    order
        ``"blocked"``, ``"random"`` or both.
    difficulty, feedback, constraint
        As in `rehab_opt.therapy.Session`, 0 to 1.
    tasks
        Weight of every task, 0 to 1, in the order of `rehab_opt.therapy.TASKS`; shares are weights over their sum.
    stimulation
        What goes with the practice.
    """

    name: str
    start: Number = 0
    weeks: Number
    sessions_per_week: Number
    minutes: Number
    repetitions_per_minute: Number
    clock: float = 600.0
    order: Names = ("random",)
    difficulty: Number = 0.5
    feedback: Number = 1.0
    constraint: Number = 0.0
    tasks: tuple[tuple[str, Number], ...] = tuple((task, 1.0 if task == "reach" else 0.0) for task in TASKS)
    stimulation: PhaseStimulation = PhaseStimulation()

    def parts(self) -> Iterator[tuple[str, Number | Names]]:
        """Yield every number and name of the phase under its key, in the order of the box.

        Examples
        --------
        >>> phase = Phase(name="main", weeks=4, sessions_per_week=5, minutes=45, repetitions_per_minute=1)
        >>> [key for key, _ in phase.parts()][:3]
        ['start', 'weeks', 'sessions_per_week']
        """
        for key in NUMBERS:
            yield key, getattr(self, key)
        yield "order", self.order
        for task, weight in self.tasks:
            yield f"tasks.{task}", weight
        for key in ("modality", "site", "polarity", "strength", "amount", "offset_minutes"):
            yield f"stimulation.{key}", getattr(self.stimulation, key)


NUMBERS = (
    "start",
    "weeks",
    "sessions_per_week",
    "minutes",
    "repetitions_per_minute",
    "difficulty",
    "feedback",
    "constraint",
)
"""Keys of the numbers that stand in a phase itself."""
NAME_CHOICES = {
    "order": ORDERS,
    "stimulation.modality": MODALITY_CHOICES,
    "stimulation.site": CORTEX,
    "stimulation.polarity": POLARITIES,
}
"""Keys of the names of a phase and what each may be."""
