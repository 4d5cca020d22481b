"""A schedule with its real dates as CSV, for a spreadsheet or a booking system."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from rehab_opt.report.data import DISCLAIMER
from rehab_opt.report.words import stimulation_words
from rehab_opt.therapy.session import WEEKDAYS

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule
    from rehab_opt.therapy.calendar import Calendar

COLUMNS = (
    "date",
    "weekday",
    "start",
    "end",
    "day",
    "moved_days",
    "minutes",
    "task",
    "repetitions",
    "order",
    "stimulation",
)


def dated_csv(schedule: Schedule, calendar: Calendar) -> str:
    """Return one row a session with its date; the first line says that it is a simulation.

    Raises
    ------
    InputError
        If a session finds no open day.

    Examples
    --------
    >>> from datetime import date
    >>> from rehab_opt.therapy import Schedule, Session
    >>> from rehab_opt.therapy.calendar import Calendar
    >>> plan = Schedule(name="plan", sessions=(Session(day=0, minutes=45, repetitions=300),))
    >>> dated_csv(plan, Calendar(start_date=date(2026, 3, 2))).splitlines()[-1]
    '2026-03-02,mon,10:00,10:45,0,0,45,reach,300,random,none'
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["# notice", DISCLAIMER])
    writer.writerow(COLUMNS)
    for dated in calendar.dates(schedule):
        session = dated.session
        day = dated.start.date()
        when = (
            day.isoformat(),
            WEEKDAYS[day.weekday()],
            f"{dated.start:%H:%M}",
            f"{dated.end:%H:%M}",
            session.day,
            dated.moved_days,
        )
        what = (f"{session.minutes:g}", session.task, f"{session.repetitions:g}", session.order)
        writer.writerow([*when, *what, stimulation_words(session)])
    return out.getvalue()
