"""A published protocol: its sessions, the days since the lesion on which it was begun, and what had to be assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol as Shape

from rehab_opt.therapy.policy import DAYS_A_WEEK, ConstantPolicy, Observation, Policy
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import Session
from rehab_opt.therapy.values import one_of

STARTS = ("published", "enrolment")
USUAL_CARE_ROLES = ("none", "before", "alongside")


class Enrolled(Shape):
    """Whoever has a day of enrolment, such as a virtual patient."""

    @property
    def enrolled_day(self) -> int:
        """First day on which therapy may be given, days since the lesion."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One published protocol.

    Attributes
    ----------
    name
        Kebab-case name.
    title, summary, source
        In words; the source is a citation.
    published
        Dose and timing as the publication gives them.
    assumed
        What it does not say and was chosen here, one sentence each.
    course
        The sessions; day 0 is the first day of the protocol.
    first_day, last_day
        Days since the lesion between which the protocol was begun in the publication.
    usual_care
        ``"none"``; ``"before"``: usual care from enrolment until the protocol begins, for those enrolled before
        ``first_day``; ``"alongside"``: usual care from enrolment in any case.
    care
        The sessions of usual care; day 0 is the day of enrolment.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from rehab_opt.therapy import protocols
    >>> extra = protocols["cpass-subacute"]
    >>> plan = extra.schedule(SimpleNamespace(enrolled_day=14))
    >>> plan.origin, plan.days[0], extra.start_day(14), plan.hours
    ('lesion', 14, 63, 35.0)
    """

    name: str
    title: str
    summary: str
    source: str
    published: str
    assumed: tuple[str, ...]
    course: Schedule
    first_day: int
    last_day: int
    usual_care: str
    care: Schedule

    def start_day(self, enrolled_day: int, *, start: str = "published") -> int:
        """Return the day since the lesion on which the protocol begins for somebody enrolled on ``enrolled_day``.

        Parameters
        ----------
        enrolled_day
            Day of enrolment, days since the lesion.
        start
            ``"published"``: not before ``first_day``, and whole weeks after enrolment, so that weekdays agree with
            those of usual care (the day of enrolment counts as a Monday). ``"enrolment"``: at once. Whoever is enrolled
            after ``last_day`` begins at once in both cases; `was_studied` tells.

        Raises
        ------
        InputError
            If ``start`` is another word.
        """
        waits = one_of("start", start, STARTS) == "published"
        weeks = math.ceil(max(self.first_day - enrolled_day, 0) / DAYS_A_WEEK) if waits else 0
        return enrolled_day + weeks * DAYS_A_WEEK

    def was_studied(self, day: int) -> bool:
        """Return whether the publication began the protocol on such a day since the lesion.

        Examples
        --------
        >>> from rehab_opt.therapy import protocols
        >>> protocols["cpass-early"].was_studied(90)
        False
        """
        return self.first_day <= day <= self.last_day

    def schedule(self, patient: Enrolled, *, start: str = "published") -> Schedule:
        """Return the protocol for one patient, in days since the lesion.

        Parameters
        ----------
        patient
            Anything with ``enrolled_day``.
        start
            As for `start_day`.

        Raises
        ------
        InputError
            If ``start`` is another word.
        """
        return _placed(self, patient.enrolled_day, start)

    def policy(self, *, start: str = "published") -> Policy:
        """Return the protocol as a policy, which places it for each patient by the day of enrolment.

        A protocol that begins at enrolment is the same schedule for everybody, and so a `ConstantPolicy`.

        Raises
        ------
        InputError
            If ``start`` is another word than for `start_day`.
        """
        if one_of("start", start, STARTS) == "enrolment" or self.first_day == 0:
            return ConstantPolicy(replace(self.course, sessions=_placed(self, 0, start).sessions))
        return ProtocolPolicy(self)


@dataclass(frozen=True, slots=True)
class ProtocolPolicy:
    """A protocol that waits for its days since the lesion, as a policy; made by `Protocol.policy`."""

    protocol: Protocol

    def next_week(self, observation: Observation) -> tuple[Session, ...]:
        """Return the protocol's sessions of the week that starts today, with days since the lesion."""
        plan = _placed(self.protocol, observation.enrolled_day, "published")
        end = observation.day + DAYS_A_WEEK
        return tuple(session for session in plan.sessions if observation.day <= session.day < end)


# A policy asks every week, a cohort has few days of enrolment: place the protocol once for each.
@lru_cache(maxsize=1024)
def _placed(protocol: Protocol, enrolled_day: int, start: str) -> Schedule:
    first = protocol.start_day(enrolled_day, start=start)
    plan = replace(protocol.course.shift(first), origin="lesion")
    if protocol.usual_care == "none" or (protocol.usual_care == "before" and first == enrolled_day):
        return plan
    care = protocol.care.on(enrolled_day)
    if protocol.usual_care == "before":
        care = replace(care, sessions=tuple(session for session in care.sessions if session.day < first))
    return plan.join(care)
