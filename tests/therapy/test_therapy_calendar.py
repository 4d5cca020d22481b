"""Real dates: closed days move sessions, the order stays, and time zones are kept; times as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_opt.errors import InputError
from rehab_opt.therapy import (
    WEEKDAYS,
    Calendar,
    Schedule,
    Session,
    format_clock,
    parse_clock,
    parse_date,
    parse_minutes,
    parse_weekdays,
)

MONDAY = date(2026, 3, 2)


def plan(*days: int, start: float = 600) -> Schedule:
    return Schedule(name="x", sessions=tuple(Session(day=d, start=start, minutes=45, repetitions=9) for d in days))


def test_closed_days_put_off_and_push() -> None:
    clinic = Calendar(start_date=MONDAY, weekdays=("mon", "tue", "fri"), closed=(date(2026, 3, 3),))
    dated = clinic.dates(plan(0, 1, 2, 7))
    assert [item.start.date().day for item in dated] == [2, 6, 9, 10]
    assert [item.moved_days for item in dated] == [0, 3, 5, 1]
    assert [item.index for item in dated] == [0, 1, 2, 3]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 40), max_size=12),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.sets(st.integers(0, 60), max_size=20),
)
def test_sessions_keep_their_order_and_meet_open_days_only(
    days: list[int], open_days: set[str], shut: set[int]
) -> None:
    closed = tuple(MONDAY + timedelta(days=day) for day in shut)
    clinic = Calendar(start_date=MONDAY, weekdays=tuple(sorted(open_days)), closed=closed)
    schedule = plan(*days)
    dated = clinic.dates(schedule)
    assert [item.session for item in dated] == list(schedule.sessions)
    assert all(clinic.is_open(item.start.date()) and item.moved_days >= 0 for item in dated)
    assert len({item.start.date() for item in dated}) == len(schedule.days)


def test_two_sessions_of_a_day_move_together() -> None:
    day = plan(5, start=600).join(plan(5, start=900))
    dated = Calendar(start_date=MONDAY, weekdays=("mon",)).dates(day)
    assert [item.start.strftime("%d %H:%M") for item in dated] == ["09 10:00", "09 15:00"]


def test_the_mitt_does_not_move() -> None:
    mitt = Session(day=6, minutes=0, repetitions=0, constraint=0.9)
    course = Schedule(name="x", sessions=(*plan(5).sessions, mitt))
    dated = Calendar(start_date=MONDAY, weekdays=("mon",)).dates(course)
    assert [(item.index, item.start.date().day, item.moved_days) for item in dated] == [(1, 8, 0), (0, 9, 2)]


def test_times_carry_their_zone_and_clock_changes_cost_nothing() -> None:
    night = Schedule(name="x", sessions=(Session(day=0, start=90, minutes=60, repetitions=9),))
    (dated,) = Calendar(start_date=date(2026, 3, 29), tz="Europe/Berlin").dates(night)
    assert dated.start.isoformat() == "2026-03-29T01:30:00+01:00"
    assert dated.end.isoformat() == "2026-03-29T03:30:00+02:00"
    assert dated.end.astimezone(UTC) - dated.start.astimezone(UTC) == timedelta(minutes=60)


def test_without_a_zone_times_are_local() -> None:
    (dated,) = Calendar(start_date=MONDAY).dates(plan(0))
    assert dated.start.tzinfo is None
    assert dated.end.isoformat() == "2026-03-02T10:45:00"


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Calendar(start_date=MONDAY, tz="Europe/Berln"), "did you mean 'Europe/Berlin'"),
        (lambda: Calendar(start_date=MONDAY, tz="../etc"), "unknown time zone"),
        (lambda: Calendar(start_date=MONDAY, weekdays=()), "at least one weekday"),
        (lambda: Calendar(start_date=MONDAY, weekdays=("monday",)), "did you mean 'mon'"),
        (lambda: Calendar(start_date="2026-03-02"), "must be a date"),  # type: ignore[arg-type]
        (lambda: Calendar(start_date=MONDAY, closed=("x",)), r"closed\[0\]"),  # type: ignore[arg-type]
        (lambda: Calendar(start_date=date(9999, 12, 31)).dates(plan(1)), "outside the calendar"),
        (
            lambda: Calendar(start_date=MONDAY, closed=tuple(MONDAY + timedelta(days=k) for k in range(400))).dates(
                plan(0)
            ),
            "no open day",
        ),
    ],
)
def test_bad_calendars_are_refused(make: Callable[[], object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        make()


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("24:00", 1440), (" 9:05 ", 545)])
def test_clock_times(text: str, minutes: float) -> None:
    assert parse_clock(text) == minutes
    assert parse_clock(format_clock(minutes)) == minutes


@pytest.mark.parametrize("bad", ["", "10", "24:01", "10:60", "10:00 am", "-1:00"])
def test_bad_clock_times(bad: str) -> None:
    with pytest.raises(InputError, match="clock time"):
        parse_clock(bad)


@pytest.mark.parametrize(
    ("text", "minutes"), [("45", 45), ("45min", 45), ("2 hours", 120), ("1h30", 90), ("1 h 30 min", 90), ("0.5 H", 30)]
)
def test_durations(text: str, minutes: float) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize("bad", ["", "h", "30 min 1 h", "1 2", "-5 min", "5 s"])
def test_bad_durations(bad: str) -> None:
    with pytest.raises(InputError, match="duration"):
        parse_minutes(bad)


def test_dates_and_weekdays() -> None:
    assert parse_date("2026-03-02") == MONDAY
    assert parse_weekdays("fri-mon") == ("mon", "fri", "sat", "sun")
    for bad in ("2026-02-30", "March"):
        with pytest.raises(InputError, match="must be a date"):
            parse_date(bad)
    with pytest.raises(InputError, match="unknown weekday"):
        parse_weekdays("mon,,tue")
