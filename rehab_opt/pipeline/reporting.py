"""The verb `report`: the report and the schedule of a finished run, again or with real dates."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.pipeline.outputs import FORMATS, export
from rehab_opt.pipeline.run import Run, load_run
from rehab_opt.therapy import WEEKDAYS, Calendar, parse_date, parse_weekdays


def report(
    run: Run | str | Path,
    formats: Collection[str] | str = FORMATS,
    *,
    out: str | Path | None = None,
    start_date: date | str | None = None,
    tz: str | None = None,
    weekdays: str | None = None,
    closed: Collection[date | str] = (),
) -> tuple[Path, ...]:
    """Write the report and the schedule of a finished run and return the files; nothing is simulated.

    Parameters
    ----------
    run
        A run or its directory.
    formats
        Some of ``"html"`` (the report), ``"json"``, ``"csv"`` and ``"ics"`` (the schedule), as a list or with commas.
    out
        Directory to write to; by default that of the run.
    start_date
        Date of day 0 of the schedule (enrolment); without one, days are counted and no other date may be given.
    tz
        IANA time zone; without one, times are local.
    weekdays
        Days on which the clinic is open, such as ``"mon-fri"``; by default all.
    closed
        Dates on which it is closed.

    Raises
    ------
    InputError
        If there is no finished run, or a format, date, zone or weekday cannot be used.

    Examples
    --------
    >>> report("no-such-directory")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: no-such-directory: there is no run in this directory
    """
    found = run if isinstance(run, Run) else load_run(run)
    names = [name.strip() for name in formats.split(",")] if isinstance(formats, str) else list(formats)
    calendar = make_calendar(start_date, tz=tz, weekdays=weekdays, closed=closed)
    return export(found, found.directory if out is None else Path(out), names, calendar)


def make_calendar(
    start_date: date | str | None,
    *,
    tz: str | None = None,
    weekdays: str | None = None,
    closed: Collection[date | str] = (),
) -> Calendar | None:
    """Return the calendar of these dates, or None when there is none.

    Raises
    ------
    InputError
        If one of them cannot be used, or there is no start date for the others to go with.

    Examples
    --------
    >>> make_calendar("2026-03-02", weekdays="mon-fri").weekdays
    ('mon', 'tue', 'wed', 'thu', 'fri')
    """
    if start_date is None:
        if tz is not None or weekdays is not None or closed:
            raise InputError("time zone, weekdays and closed days need a start date", key="start_date")
        return None
    return Calendar(
        start_date=_date("start_date", start_date),
        tz=tz,
        weekdays=WEEKDAYS if weekdays is None else parse_weekdays(weekdays),
        closed=tuple(_date("closed", day) for day in closed),
    )


def _date(key: str, value: date | str) -> date:
    if not isinstance(value, str):
        return value
    try:
        return parse_date(value)
    except InputError as error:
        raise InputError(error.message, key=key, value=value, allowed=error.allowed) from None
