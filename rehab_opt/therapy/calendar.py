"""Real dates: where the days of a schedule fall in a calendar with a time zone, therapy weekdays and closed days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from rehab_opt.errors import InputError, nearest_name
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import WEEKDAYS, Session
from rehab_opt.therapy.values import names

_LONGEST_WAIT = 366  # days without one open day after which the calendar is taken to be a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedSession:
    """A session with its place in the calendar.

    Attributes
    ----------
    index
        Index in ``schedule.sessions``.
    session
        The session as the schedule has it.
    start, end
        Start and end of practice, with the time zone of the calendar (without one when the calendar has none).
    moved_days
        By how many days it was put off because the clinic was closed.
    """

    index: int
    session: Session
    start: datetime
    end: datetime
    moved_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The calendar of a clinic.

    Parameters
    ----------
    start_date
        Date of day 0 of a schedule (of the lesion, or of enrolment, as the schedule counts).
    tz
        Name of an IANA time zone such as ``"Europe/Berlin"``; None gives local times without a zone.
    weekdays
        Weekdays on which there is therapy.
    closed
        Dates on which there is none.

    Raises
    ------
    InputError
        If a name is unknown or no weekday is left.

    Examples
    --------
    >>> week = Schedule(name="week", sessions=tuple(Session(day=day, minutes=45, repetitions=90) for day in range(3)))
    >>> friday = Calendar(start_date=date(2026, 3, 6), tz="Europe/Berlin", weekdays=("mon", "tue", "wed", "thu", "fri"))
    >>> [dated.start.strftime("%a %d %H:%M %Z") for dated in friday.dates(week)]
    ['Fri 06 10:00 CET', 'Mon 09 10:00 CET', 'Tue 10 10:00 CET']
    """

    start_date: date
    tz: str | None = None
    weekdays: tuple[str, ...] = WEEKDAYS
    closed: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        _check_date("start_date", self.start_date)
        if not names("weekdays", self.weekdays, WEEKDAYS):
            raise InputError("at least one weekday must be open", key="weekdays")
        for index, closed in enumerate(self.closed):
            _check_date(f"closed[{index}]", closed)
        if self.tz is not None:
            _zone(self.tz)

    def is_open(self, day: date) -> bool:
        """Return whether there is therapy on a date.

        Examples
        --------
        >>> Calendar(start_date=date(2026, 3, 6), weekdays=("mon",)).is_open(date(2026, 3, 9))
        True
        """
        return WEEKDAYS[day.weekday()] in self.weekdays and day not in self.closed

    def dates(self, schedule: Schedule) -> tuple[DatedSession, ...]:
        """Return the sessions with their dates, in order of time.

        A session of a closed day moves to the next open one. The order is kept and days stay apart: sessions of two
        days never end up on one day, so a move may push the days after it. Days on which only the mitt is worn need no
        clinic and do not move.

        Raises
        ------
        InputError
            If there is no open day within a year, or a date lies outside the calendar (years 1 to 9999).
        """
        placed: dict[int, date] = {}
        earliest = self._date(0)
        for day in dict.fromkeys(session.day for session in schedule.sessions if session.needs_clinic):
            placed[day] = self._next_open(max(self._date(day), earliest))
            earliest = placed[day] + timedelta(days=1)
        dated = [self._dated(index, session, placed) for index, session in enumerate(schedule.sessions)]
        return tuple(sorted(dated, key=lambda item: (item.start, item.index)))

    def _date(self, day: int) -> date:
        try:
            return self.start_date + timedelta(days=day)
        except OverflowError:
            raise InputError("lies outside the calendar", key="start_date", value=self.start_date.isoformat()) from None

    def _next_open(self, day: date) -> date:
        for wait in range(_LONGEST_WAIT):
            candidate = self._date((day - self.start_date).days + wait)
            if self.is_open(candidate):
                return candidate
        raise InputError("no open day within a year", key="closed", value=day.isoformat())

    def _dated(self, index: int, session: Session, placed: dict[int, date]) -> DatedSession:
        planned = self._date(session.day)
        day = placed[session.day] if session.needs_clinic else planned
        start = datetime.combine(day, time()) + timedelta(minutes=session.start)
        end = start + timedelta(minutes=session.minutes)
        if self.tz is not None:
            zone = _zone(self.tz)
            # Through UTC, so that a session lasts its minutes even in the night when the clocks change.
            moment = start.replace(tzinfo=zone).astimezone(UTC)
            start, end = moment.astimezone(zone), (moment + timedelta(minutes=session.minutes)).astimezone(zone)
        return DatedSession(index=index, session=session, start=start, end=end, moved_days=(day - planned).days)


def _check_date(key: str, value: object) -> None:
    # A datetime is a date too, but comparing the two fails later.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InputError("must be a date", key=key, value=value)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        nearest = nearest_name(name, available_timezones())
        raise InputError("unknown time zone", key="tz", value=name, allowed="an IANA name", nearest=nearest) from None
