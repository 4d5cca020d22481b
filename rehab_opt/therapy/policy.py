"""What a clinic could know, a rule that turns it into next week's sessions, and a fixed schedule as such a rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from rehab_opt.errors import InputError
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import Session

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What is known about a patient on the morning of ``day``: assessments with their noise, never the true state.

    Parameters
    ----------
    day
        Today, days since the lesion; the week to be planned is today and the six days after it.
    enrolled_day
        First day on which therapy may be given, days since the lesion.
    fm_ue, arat, use
        Last assessed scores: Fugl-Meyer (0 to 66), ARAT (0 to 57) and use of the arm (0 to 5), as measured.
    minutes_done, sessions_done
        Practice so far.
    adverse_events
        Number so far.

    Examples
    --------
    >>> Observation(day=14, enrolled_day=10, fm_ue=31.5, arat=20.0, use=1.1).minutes_done
    0.0
    """

    day: int
    enrolled_day: int
    fm_ue: float
    arat: float
    use: float
    minutes_done: float = 0.0
    sessions_done: int = 0
    adverse_events: int = 0


@runtime_checkable
class Policy(Protocol):
    """A rule that plans a week at a time; everything it may know is in the observation.

    It is picklable, gives the same sessions for the same observation, and changes nothing. `rehab_opt.therapy.testing`
    has a contract suite for policies of one's own.
    """

    def next_week(self, observation: Observation) -> tuple[Session, ...]:
        """Return the sessions of ``observation.day`` to that day + 6, in order of time, with days since the lesion."""
        ...


@dataclass(frozen=True, slots=True)
class ConstantPolicy:
    """A fixed schedule as a policy: days since the enrolment are counted from each patient's own.

    Examples
    --------
    >>> plan = Schedule(name="plan", sessions=(Session(day=2, minutes=60, repetitions=300),), origin="enrolment")
    >>> seen = Observation(day=10, enrolled_day=10, fm_ue=30, arat=20, use=1)
    >>> [session.day for session in ConstantPolicy(plan).next_week(seen)]
    [12]
    """

    schedule: Schedule

    def __post_init__(self) -> None:
        if not isinstance(self.schedule, Schedule):
            raise InputError("must be a Schedule", key="schedule", value=self.schedule)

    def next_week(self, observation: Observation) -> tuple[Session, ...]:
        """Return the schedule's sessions of the week that starts today, with days since the lesion."""
        shift = 0 if self.schedule.origin == "lesion" else observation.enrolled_day
        first = observation.day - shift
        week = (session for session in self.schedule.sessions if first <= session.day < first + DAYS_A_WEEK)
        return tuple(replace(session, day=session.day + shift) if shift else session for session in week)


def as_policy(therapy: Schedule | Policy) -> Policy:
    """Return a policy: a schedule becomes a constant one, a policy is returned as it is.

    Raises
    ------
    InputError
        If ``therapy`` is neither.

    Examples
    --------
    >>> as_policy(Schedule(name="nothing", sessions=()))
    ConstantPolicy(schedule=Schedule(name='nothing', sessions=(), origin='enrolment', notes=''))
    """
    if isinstance(therapy, Schedule):
        return ConstantPolicy(therapy)
    # A class has the method too, but only an object can be asked.
    if isinstance(therapy, Policy) and not isinstance(therapy, type):
        return therapy
    raise InputError("must be a Schedule or have a method next_week(observation)", key="policy", value=therapy)
