"""A schedule as iCalendar (RFC 5545): one event a session, marked as simulated, with stable ids."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from rehab_opt.report.data import DISCLAIMER
from rehab_opt.report.words import ORIGIN_WORDS, TASK_WORDS, plain, practice_words, stimulation_words
from rehab_opt.study.words import MODALITY_WORDS
from rehab_opt.therapy.calendar import Calendar, DatedSession

if TYPE_CHECKING:
    from icalendar import Event

    from rehab_opt.therapy import Schedule

PLACEHOLDER = date(2001, 1, 1)
"""Day 0 where no start date was given: a Monday that nobody takes for a real appointment."""


def to_ics(schedule: Schedule, calendar: Calendar | None = None) -> str:
    """Return a schedule as the text of an ``.ics`` file.

    Parameters
    ----------
    schedule
        What to export.
    calendar
        Where its days fall. Without a time zone the times are floating (local wherever they are read); without a
        calendar day 0 is shown as `PLACEHOLDER`, and every event says so.

    Returns
    -------
    str
        The same schedule and calendar give the same text. An event's id depends on the schedule and on the session's
        place in it, not on the dates: a new export with other dates updates the old events.

    Raises
    ------
    InputError
        If a session finds no open day.

    Examples
    --------
    >>> from rehab_opt.therapy import Schedule, Session
    >>> plan = Schedule(name="plan", sessions=(Session(day=0, minutes=45, repetitions=300),))
    >>> text = to_ics(plan, Calendar(start_date=date(2026, 3, 2)))
    >>> [line for line in text.splitlines() if line.startswith(("SUMMARY", "DTSTART", "DTEND"))]
    ['SUMMARY:[simulated] affected-arm reaching\\\\, 45 min', 'DTSTART:20260302T100000', 'DTEND:20260302T104500']
    """
    import icalendar

    places = (calendar or Calendar(start_date=PLACEHOLDER)).dates(schedule)
    book = icalendar.Calendar()
    book.add("prodid", "-//rehab-opt//simulated schedule//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", f"[simulated] {schedule.name}")
    book.add("x-wr-caldesc", _calendar_note(schedule, calendar))
    digest = hashlib.sha256(schedule.to_json().encode()).hexdigest()[:20]
    for dated in places:
        book.add_component(_event(dated, digest, schedule, calendar))
    if calendar is not None and calendar.tz is not None:
        book.add_missing_timezones()
    text: bytes = book.to_ical()
    return text.decode("utf-8")


def _event(dated: DatedSession, digest: str, schedule: Schedule, calendar: Calendar | None) -> Event:
    import icalendar

    session = dated.session
    event = icalendar.Event()
    event.add("uid", f"{digest}-{dated.index:04d}@rehab-opt.invalid")
    # Not the time of export: the same schedule has to give the same file.
    event.add("dtstamp", datetime(2001, 1, 1, tzinfo=UTC))
    event.add("summary", f"[simulated] {_title(dated)}")
    if session.is_practice:
        event.add("dtstart", dated.start)
        event.add("dtend", dated.end)
    elif session.stimulation is not None:
        begin = dated.start + timedelta(minutes=session.stimulation.offset_minutes)
        event.add("dtstart", begin)
        event.add("dtend", begin + timedelta(minutes=session.stimulation.duration_minutes))
    else:
        event.add("dtstart", dated.start.date())
        event.add("transp", "TRANSPARENT")
    event.add("description", _description(dated, schedule, calendar))
    return event


def _title(dated: DatedSession) -> str:
    session = dated.session
    words = []
    if session.is_practice:
        words.append(f"{TASK_WORDS.get(session.task, session.task)}, {plain(session.minutes)} min")
    if session.stimulation is not None:
        words.append(MODALITY_WORDS.get(session.stimulation.modality, session.stimulation.modality))
    return " with ".join(words) if words else "mitt on the good arm"


def _description(dated: DatedSession, schedule: Schedule, calendar: Calendar | None) -> str:
    session = dated.session
    lines = [
        DISCLAIMER,
        f"Day {session.day} after {ORIGIN_WORDS[schedule.origin]}.",
        f"Practice: {practice_words(session)}.",
        f"Dose: {plain(session.minutes)} min, {plain(session.repetitions, 0)} repetitions.",
    ]
    if session.stimulation is not None:
        lines.append(f"Stimulation: {stimulation_words(session)}.")
    if dated.moved_days:
        lines.append(f"{dated.moved_days} day(s) later than planned, because the clinic is closed.")
    if calendar is None:
        lines.append("The date is a placeholder: no start date was given.")
    return "\n".join(lines)


def _calendar_note(schedule: Schedule, calendar: Calendar | None) -> str:
    if calendar is None:
        when = f"Placeholder dates: day 0 after {ORIGIN_WORDS[schedule.origin]} is shown as {PLACEHOLDER.isoformat()}"
    else:
        when = f"Day 0 after {ORIGIN_WORDS[schedule.origin]} is {calendar.start_date.isoformat()}"
    return f"{DISCLAIMER} {when}."
