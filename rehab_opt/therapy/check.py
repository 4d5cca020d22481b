"""Does a schedule keep its limits? Every break is named with session, day, key, value and allowed range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.therapy.check_stimulation import check_stimulation, check_stimulation_of_day
from rehab_opt.therapy.limits import Limits
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import WEEKDAYS, Session
from rehab_opt.therapy.violation import TOLERANCE, Numbered, Violation, broken, over


def check_limits(
    schedule: Schedule, limits: Limits | None = None, *, enrolled_day: int | None = None
) -> list[Violation]:
    """Return every broken limit of a schedule, in order of time.

    Parameters
    ----------
    schedule
        The schedule to judge.
    limits
        The limits; by default the simulator's own.
    enrolled_day
        Day of enrolment since the lesion. For a schedule that counts from enrolment it places the acute window (without
        it day 0 is taken to be the lesion, the strictest case); one that counts from the lesion needs it for days off.

    Raises
    ------
    InputError
        If days off are set and the enrolment of a schedule that counts from the lesion is not given.

    Examples
    --------
    >>> from rehab_opt.therapy import Stimulation
    >>> strong = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=5, minutes=20)
    >>> plan = Schedule(name="plan", sessions=(Session(day=0, minutes=45, repetitions=90, stimulation=strong),))
    >>> print(check_limits(plan)[0])
    day 0: sessions[0].stimulation.strength: tDCS current is too strong (got 5.0); allowed: at most 4 mA
    """
    rules = limits or Limits()
    to_lesion, to_enrolment = _offsets(schedule, rules, enrolled_day)
    numbered = list(enumerate(schedule.sessions))
    found: list[Violation] = []
    for index, session in numbered:
        if session.stimulation is not None:
            found += check_stimulation((index, session), session.stimulation, rules, session.day + to_lesion)
    for day, group in groupby(numbered, key=lambda item: item[1].day):
        today = list(group)
        found += _check_practice_of_day(today, rules)
        found += check_stimulation_of_day(today, rules)
        found += _check_day_off(today, WEEKDAYS[(day + to_enrolment) % 7], rules)
    found += _check_total(numbered, rules)
    return sorted(found, key=lambda violation: violation.session)


def enforce(
    schedule: Schedule,
    limits: Limits | None = None,
    *,
    enrolled_day: int | None = None,
    file: str | Path | None = None,
) -> tuple[Violation, ...]:
    """Return the warnings of a schedule, or raise its first error.

    Raises
    ------
    InputError
        For the first broken limit; it says how many more there are.

    Examples
    --------
    >>> long_day = Schedule(name="plan", sessions=(Session(day=3, minutes=400, repetitions=90),))
    >>> enforce(long_day)
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: sessions[0].minutes: day 3: too much practice on one day (got 400.0); allowed: ...
    """
    found = check_limits(schedule, limits, enrolled_day=enrolled_day)
    errors = [violation for violation in found if violation.severity == "error"]
    if errors:
        first, more = errors[0], f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        message = f"day {first.day}: {first.message}{more}"
        raise InputError(message, file=file, key=first.key, value=first.value, allowed=first.allowed)
    return tuple(found)


def _offsets(schedule: Schedule, rules: Limits, enrolled_day: int | None) -> tuple[int, int]:
    """Return what turns a day of the schedule into days since the lesion and into days since enrolment."""
    if schedule.origin == "enrolment":
        return enrolled_day or 0, 0
    if enrolled_day is None and rules.days_off:
        raise InputError("days off need the day of enrolment of a schedule that counts from the lesion", key="days_off")
    return 0, -(enrolled_day or 0)


def _check_practice_of_day(today: Sequence[Numbered], rules: Limits) -> Iterator[Violation]:
    practice = [item for item in today if item[1].is_practice]
    for before, after in pairwise(practice):
        if after[1].start < before[1].end - TOLERANCE:
            message, allowed = f"session overlaps session {before[0]}", f"a start at {before[1].end:g} or later"
            yield broken(after, "start", after[1].start, allowed=allowed, message=message)
    message, allowed = "too much practice on one day", f"at most {rules.practice_minutes_per_day:g} minutes a day"
    yield from over(practice, _minutes, rules.practice_minutes_per_day, "minutes", allowed=allowed, message=message)


def _check_day_off(today: Sequence[Numbered], weekday: str, rules: Limits) -> Iterator[Violation]:
    if weekday in rules.days_off:
        for item in today:
            if item[1].needs_clinic:
                message, allowed = f"session lies on a day off ({weekday})", "not on " + ", ".join(rules.days_off)
                yield broken(item, "day", item[1].day, allowed=allowed, message=message)


def _check_total(numbered: Sequence[Numbered], rules: Limits) -> Iterator[Violation]:
    if rules.total_hours is not None:
        message, allowed = "too many hours of practice in total", f"at most {rules.total_hours:g} hours"
        yield from over(numbered, _hours, rules.total_hours, "minutes", allowed=allowed, message=message)


def _minutes(session: Session) -> float:
    return session.minutes


def _hours(session: Session) -> float:
    return session.minutes / 60.0
