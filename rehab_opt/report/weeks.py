"""The rows of the calendar picture: which sessions fall on which day of which week, with runs of empty weeks folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehab_opt.therapy import Session
    from rehab_opt.therapy.calendar import DatedSession

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FREE: tuple[tuple[Session, ...], ...] = ((),) * 7


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One week, or a folded run of weeks without therapy; ``days`` holds the sessions of its seven days."""

    label: str
    short: str
    days: tuple[tuple[Session, ...], ...]

    @property
    def free(self) -> bool:
        """Whether there is no session at all."""
        return not any(self.days)


def relative_rows(sessions: Sequence[Session]) -> tuple[CalendarRow, ...]:
    """Return weeks counted from day 0 of the schedule, seven days each."""
    placed: dict[int, list[list[Session]]] = {}
    for session in sessions:
        placed.setdefault(session.day // 7, [[] for _ in range(7)])[session.day % 7].append(session)
    return _fold({week: tuple(map(tuple, days)) for week, days in placed.items()}, {})


def dated_rows(sessions: Sequence[DatedSession], start: date) -> tuple[CalendarRow, ...]:
    """Return calendar weeks, Monday to Sunday; week 1 holds the start date."""
    monday = start - timedelta(days=start.weekday())
    placed: dict[int, list[list[Session]]] = {}
    for dated in sessions:
        day = dated.start.date()
        placed.setdefault((day - monday).days // 7, [[] for _ in range(7)])[day.weekday()].append(dated.session)
    dates = {week: monday + timedelta(weeks=week) for week in range(max(placed, default=-1) + 1)}
    return _fold({week: tuple(map(tuple, days)) for week, days in placed.items()}, dates)


def _fold(weeks: Mapping[int, tuple[tuple[Session, ...], ...]], dates: Mapping[int, date]) -> tuple[CalendarRow, ...]:
    rows: list[CalendarRow] = []
    previous = -1
    for week in sorted(weeks):
        if week > previous + 1:
            first, last = previous + 2, week
            span = f"{first}" if first == last else f"{first}–{last}"
            rows.append(CalendarRow(f"week{'' if first == last else 's'} {span}", f"wk {span}", _FREE))
        when = f", {dates[week].day} {MONTHS[dates[week].month - 1][:3]}" if week in dates else ""
        rows.append(CalendarRow(f"week {week + 1}{when}", f"wk {week + 1}", weeks[week]))
        previous = week
    return tuple(rows)
