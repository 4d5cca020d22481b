"""The calendar file and the dated table: what goes in comes back out, marked as simulated."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import icalendar
import pytest

from rehab_opt.report import dated_csv, to_ics
from rehab_opt.report.ics import PLACEHOLDER
from rehab_opt.therapy import Calendar, Schedule, Session, Stimulation

BERLIN = Calendar(start_date=date(2026, 3, 2), tz="Europe/Berlin", closed=(date(2026, 3, 9),))


def events(text: str) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def minutes(event: icalendar.Event) -> float:
    return (event["DTEND"].dt - event["DTSTART"].dt) / timedelta(minutes=1)


@pytest.mark.parametrize("calendar", [None, Calendar(start_date=date(2026, 3, 2)), BERLIN])
def test_every_session_comes_back_with_its_minutes(best_schedule: Schedule, calendar: Calendar | None) -> None:
    found = events(to_ics(best_schedule, calendar))
    practice = [event for event in found if "DTEND" in event]
    assert len(found) == len(best_schedule.sessions)
    assert sum(map(minutes, practice)) == pytest.approx(60 * best_schedule.hours)
    assert len({str(event["UID"]) for event in found}) == len(found)


def test_every_event_says_that_it_is_simulated(best_schedule: Schedule) -> None:
    text = to_ics(best_schedule, BERLIN)
    assert all(str(event["SUMMARY"]).startswith("[simulated] ") for event in events(text))
    assert all("Simulation, not clinical advice" in str(event["DESCRIPTION"]) for event in events(text))
    assert str(icalendar.Calendar.from_ical(text)["X-WR-CALNAME"]) == "[simulated] searched"


def test_dose_and_stimulation_stand_in_the_description(best_schedule: Schedule) -> None:
    first = next(e for e in events(to_ics(best_schedule, BERLIN)) if "iTBS" in str(e["SUMMARY"]))
    words = str(first["DESCRIPTION"]).replace("\N{NO-BREAK SPACE}", " ")
    assert "45 min, 225 repetitions" in words
    assert "iTBS over the ipsilesional motor area, 600 pulses at 80 % of motor threshold" in words
    assert "starting 10 min before practice" in words


def test_same_schedule_gives_the_same_file_and_ids_outlast_new_dates(best_schedule: Schedule) -> None:
    assert to_ics(best_schedule, BERLIN) == to_ics(best_schedule, BERLIN)
    later = Calendar(start_date=date(2026, 4, 6), tz="Europe/Berlin")
    ids = [{str(e["UID"]) for e in events(to_ics(best_schedule, c))} for c in (BERLIN, later, None)]
    assert ids[0] == ids[1] == ids[2]
    other = {str(e["UID"]) for e in events(to_ics(best_schedule.scale(0.5), BERLIN))}
    assert not other & ids[0]


def test_times_float_without_a_zone_and_carry_one_with_it(best_schedule: Schedule) -> None:
    floating = to_ics(best_schedule, Calendar(start_date=date(2026, 3, 2)))
    assert "TZID" not in floating
    assert events(floating)[0]["DTSTART"].dt.tzinfo is None
    placed = to_ics(best_schedule, BERLIN)
    assert "BEGIN:VTIMEZONE" in placed
    assert events(placed)[0]["DTSTART"].dt.utcoffset() == timedelta(hours=1)


def test_closed_days_move_sessions_and_say_so(best_schedule: Schedule) -> None:
    found = events(to_ics(best_schedule, BERLIN))
    assert all(event["DTSTART"].dt.date() != date(2026, 3, 9) for event in found if "DTEND" in event)
    assert any("later than planned" in str(event["DESCRIPTION"]) for event in found)


def test_without_a_start_date_the_dates_are_marked_as_placeholders(best_schedule: Schedule) -> None:
    found = events(to_ics(best_schedule))
    assert found[0]["DTSTART"].dt.date() == PLACEHOLDER + timedelta(days=7)
    assert all("placeholder" in str(event["DESCRIPTION"]) for event in found)


def test_stimulation_alone_and_a_mitt_alone_are_events_too() -> None:
    vns = Stimulation(modality="vns", site="vagus-nerve", strength=0.8, minutes=30, offset_minutes=15)
    plan = Schedule(
        name="odd",
        sessions=(
            Session(day=0, minutes=0, repetitions=0, stimulation=vns),
            Session(day=1, minutes=0, repetitions=0, constraint=0.9),
        ),
    )
    pulse, mitt = events(to_ics(plan, Calendar(start_date=date(2026, 3, 2))))
    assert pulse["DTSTART"].dt == datetime(2026, 3, 2, 10, 15)
    assert minutes(pulse) == 30
    assert mitt["DTSTART"].dt == date(2026, 3, 3)
    assert str(mitt["SUMMARY"]) == "[simulated] mitt on the good arm"


def test_hostile_names_cannot_break_out_of_a_line() -> None:
    plan = Schedule(name="a; b, c \\n END:VCALENDAR", sessions=(Session(day=0, minutes=45, repetitions=9),))
    text = to_ics(plan, Calendar(start_date=date(2026, 3, 2)))
    assert text.splitlines().count("END:VCALENDAR") == 1
    assert len(events(text)) == 1


def test_dated_table_has_one_row_a_session(best_schedule: Schedule) -> None:
    text = dated_csv(best_schedule, BERLIN)
    first, *rest = text.splitlines()
    assert "not clinical advice" in first
    rows = list(csv.DictReader(io.StringIO("\n".join(rest))))
    assert len(rows) == len(best_schedule.sessions)
    assert {row["weekday"] for row in rows if row["date"] == "2026-03-10"} == {"tue"}
    assert sum(float(row["minutes"]) for row in rows) == pytest.approx(60 * best_schedule.hours)
    moved = [row for row in rows if row["moved_days"] != "0"]
    assert moved
    assert all(row["date"] != "2026-03-09" for row in rows if float(row["minutes"]))
