"""Clock times, durations, dates and weekdays as people write them."""

from __future__ import annotations

import re
from datetime import date

from rehab_opt.errors import InputError
from rehab_opt.therapy.session import MINUTES_A_DAY, WEEKDAYS
from rehab_opt.therapy.values import one_of

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_NUMBER = r"(\d+(?:\.\d+)?)"
_DURATION = re.compile(rf"(?:{_NUMBER}\s*h(?:ours?)?)?\s*(?:{_NUMBER}\s*(?:min(?:utes?)?)?)?", re.IGNORECASE)


def parse_clock(text: str) -> float:
    """Return minutes after midnight of a clock time, 00:00 to 24:00.

    Raises
    ------
    InputError
        If the text is no such time.

    Examples
    --------
    >>> parse_clock("10:00"), parse_clock("9:30")
    (600.0, 570.0)
    """
    match = _CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else -1
    if not 0 <= minutes <= MINUTES_A_DAY:
        raise InputError("must be a clock time", value=text, allowed="00:00 to 24:00")
    return float(minutes)


def format_clock(minutes: float) -> str:
    """Return minutes after midnight as a clock time, to the nearest minute.

    Examples
    --------
    >>> format_clock(575.0)
    '09:35'
    """
    hours, rest = divmod(round(minutes), 60)
    return f"{hours:02d}:{rest:02d}"


def parse_minutes(text: str) -> float:
    """Return a duration in minutes; a number without a unit is minutes.

    Raises
    ------
    InputError
        If the text is no duration.

    Examples
    --------
    >>> parse_minutes("45 min"), parse_minutes("1.5 h"), parse_minutes("1 h 30 min"), parse_minutes("20")
    (45.0, 90.0, 90.0, 20.0)
    """
    match = _DURATION.fullmatch(text.strip())
    hours, minutes = match.groups() if match else (None, None)
    if hours is None and minutes is None:
        raise InputError("must be a duration", value=text, allowed="such as 45 min, 1.5 h or 1 h 30 min")
    return float(hours or 0.0) * 60.0 + float(minutes or 0.0)


def parse_date(text: str) -> date:
    """Return a date written as year-month-day.

    Raises
    ------
    InputError
        If the text is no such date.

    Examples
    --------
    >>> parse_date("2026-03-02")
    datetime.date(2026, 3, 2)
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("must be a date", value=text, allowed="year-month-day, such as 2026-03-02") from None


def parse_weekdays(text: str) -> tuple[str, ...]:
    """Return weekday names, in the order of the week, of a list with single days and ranges.

    Raises
    ------
    InputError
        If a name is unknown.

    Examples
    --------
    >>> parse_weekdays("mon-wed, fri")
    ('mon', 'tue', 'wed', 'fri')
    """
    chosen: set[str] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        start = WEEKDAYS.index(one_of("weekday", first.strip(), WEEKDAYS))
        stop = WEEKDAYS.index(one_of("weekday", last.strip(), WEEKDAYS)) if last else start
        chosen |= {WEEKDAYS[(start + step) % 7] for step in range((stop - start) % 7 + 1)}
    return tuple(day for day in WEEKDAYS if day in chosen)
