"""Limits: each one is kept at its edge, broken just beyond it, and named with session, day, key, value and range."""

from __future__ import annotations

from typing import Any

import pytest

from rehab_opt.errors import InputError
from rehab_opt.therapy import Limits, Schedule, Session, Stimulation, Violation, check_limits, enforce


def tdcs(strength: float = 2, minutes: float = 20, **changes: Any) -> Stimulation:
    site = "ipsilesional-motor"
    return Stimulation(modality="tdcs", site=site, polarity="anodal", strength=strength, minutes=minutes, **changes)


def itbs(offset: float = 0, pulses: int = 600) -> Stimulation:
    site = "ipsilesional-motor"
    return Stimulation(modality="itbs", site=site, strength=80, pulses=pulses, offset_minutes=offset)


def one_hertz(pulses: int, offset: float = 0) -> Stimulation:
    site = "contralesional-motor"
    return Stimulation(modality="rtms-1hz", site=site, strength=110, pulses=pulses, offset_minutes=offset)


def vns(strength: float) -> Stimulation:
    return Stimulation(modality="vns", site="vagus-nerve", strength=strength, minutes=45)


def plan(*sessions: Session, origin: str = "enrolment") -> Schedule:
    return Schedule(name="plan", sessions=sessions, origin=origin)


def at(day: int = 0, start: float = 600, minutes: float = 30, stimulation: Stimulation | None = None) -> Session:
    return Session(day=day, start=start, minutes=minutes, repetitions=30, stimulation=stimulation)


def only(schedule: Schedule, limits: Limits | None = None, **options: Any) -> Violation:
    (found,) = check_limits(schedule, limits, **options)
    return found


@pytest.mark.parametrize(
    ("kept", "broken", "key", "value"),
    [
        (tdcs(1.5, 40), tdcs(1.5, 40.5), "minutes", 40.5),
        (vns(3.5), vns(3.6), "strength", 3.6),
        (itbs(), itbs(pulses=601), "pulses", 601),
        (one_hertz(1200), one_hertz(1201), "pulses", 1201),
    ],
)
def test_one_stimulation_too_much(kept: Stimulation, broken: Stimulation, key: str, value: float) -> None:
    assert check_limits(plan(at(), at(day=5, stimulation=kept))) == []
    found = only(plan(at(), at(day=5, stimulation=broken)))
    assert (found.severity, found.session, found.day) == ("error", 1, 5)
    assert (found.key, found.value) == (f"sessions[1].stimulation.{key}", value)
    assert "at most" in found.allowed


def test_strong_tdcs_is_a_warning_then_an_error() -> None:
    assert check_limits(plan(at(stimulation=tdcs(2.0)))) == []
    warned = plan(at(stimulation=tdcs(2.1)))
    assert only(warned).severity == "warning"
    assert enforce(warned) == (only(warned),)
    assert only(plan(at(stimulation=tdcs(4.0)))).severity == "warning"
    assert only(plan(at(stimulation=tdcs(4.1)))).severity == "error"


def test_charge_counts_current_and_time() -> None:
    assert all(found.severity == "warning" for found in check_limits(plan(at(stimulation=tdcs(4, 30)))))
    errors = [found for found in check_limits(plan(at(stimulation=tdcs(4, 31)))) if found.severity == "error"]
    assert [(found.key, found.value) for found in errors] == [("sessions[0].stimulation.coulombs", 7.44)]


def test_blocks_of_itbs_need_a_gap_and_a_daily_end() -> None:
    length = 200 / 60
    apart = [at(start=600 + k * (length + 15), minutes=10, stimulation=itbs()) for k in range(3)]
    assert check_limits(plan(*apart)) == []
    fourth = at(start=900, minutes=10, stimulation=itbs())
    assert (only(plan(*apart, fourth)).session, only(plan(*apart, fourth)).value) == (3, 2400)
    close = only(plan(apart[0], at(start=600 + length + 14, minutes=10, stimulation=itbs())))
    assert (close.key, close.value) == ("sessions[1].stimulation.offset_minutes", 14)
    assert check_limits(plan(apart[0], at(day=1, start=600, stimulation=itbs()))) == []


def test_another_kind_in_between_does_not_hide_a_short_gap() -> None:
    two = Limits(modalities_per_day=2)
    blocks = [at(start=600, minutes=5, stimulation=itbs()), at(start=612, minutes=5, stimulation=itbs())]
    between = at(start=606, minutes=5, stimulation=one_hertz(60))
    assert "gap" in only(plan(*blocks, between), two).message


def test_offsets_count_for_the_gap() -> None:
    later = at(start=660, stimulation=itbs(offset=-50))
    assert "gap" in only(plan(at(stimulation=itbs()), later)).message


def test_two_stimulations_cannot_run_at_once() -> None:
    later = at(start=640, stimulation=tdcs(1, 20, offset_minutes=-30))
    assert "overlaps" in only(plan(at(stimulation=tdcs(1, 20)), later)).message


def test_one_modality_a_day_unless_more_are_allowed() -> None:
    both = plan(at(stimulation=itbs()), at(start=800, stimulation=one_hertz(900)))
    assert only(both).key == "sessions[1].stimulation.modality"
    assert check_limits(both, Limits(modalities_per_day=2)) == []
    assert check_limits(plan(at(stimulation=itbs()), at(day=1, stimulation=one_hertz(900)))) == []


def test_sessions_of_a_day_do_not_overlap() -> None:
    assert check_limits(plan(at(start=600), at(start=630))) == []
    found = only(plan(at(start=600), at(start=629)))
    assert (found.session, found.key, found.value) == (1, "sessions[1].start", 629)
    mitt = Session(day=0, start=610, minutes=0, repetitions=0, constraint=0.9)
    assert check_limits(plan(at(start=600), mitt)) == []


def test_minutes_a_day_and_hours_in_total() -> None:
    day = plan(at(start=0, minutes=200), at(start=300, minutes=160))
    assert check_limits(day) == []
    assert only(day, Limits(practice_minutes_per_day=359)).value == 360
    assert check_limits(day.repeat(2, every=1), Limits(total_hours=12)) == []
    found = only(day.repeat(2, every=1), Limits(total_hours=11.9))
    assert (found.session, found.day, found.value) == (3, 1, 12)
    assert "in total" in found.message


def test_days_off_count_from_enrolment() -> None:
    week = plan(at()).repeat(7, every=1)
    off = Limits(days_off=("sat", "sun"))
    assert [found.day for found in check_limits(week, off)] == [5, 6]
    assert [found.day for found in check_limits(week.on(10), off, enrolled_day=10)] == [15, 16]
    with pytest.raises(InputError, match="day of enrolment"):
        check_limits(week.on(10), off)


def test_the_mitt_may_be_worn_on_a_day_off() -> None:
    mitt = Session(day=6, minutes=0, repetitions=0, constraint=0.9)
    assert check_limits(plan(mitt), Limits(days_off=("sun",))) == []


def test_no_stimulation_inside_the_acute_window() -> None:
    window = Limits(acute_window_days=14)
    course = plan(at(day=3), at(day=4, stimulation=itbs()))
    assert only(course, window, enrolled_day=9).value == 13
    assert check_limits(course, window, enrolled_day=10) == []
    assert only(course, window).value == 4
    assert only(course.on(9), window).day == 13


def test_enforce_raises_the_first_error_and_counts_the_rest() -> None:
    bad = plan(at(stimulation=vns(5)), at(day=1, minutes=400))
    with pytest.raises(InputError) as caught:
        enforce(bad, file="plan.csv")
    assert str(caught.value).startswith("plan.csv: sessions[0].stimulation.strength: day 0: ")
    assert "(and 1 more)" in str(caught.value)
    assert enforce(plan(at())) == ()


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        ({"tdcs_ma": -1}, "tdcs_ma"),
        ({"itbs_block_pulses": 0.5}, "itbs_block_pulses"),
        ({"modalities_per_day": 0}, "modalities_per_day"),
        ({"total_hours": float("nan")}, "total_hours"),
        ({"days_off": "sun"}, "days_off"),
        ({"days_off": ("sunday",)}, "days_off[0]"),
    ],
)
def test_bad_limits_are_refused(bad: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        Limits(**bad)
    assert caught.value.key == key


def test_lists_from_files_become_tuples() -> None:
    assert Limits(days_off=["sun"]) == Limits(days_off=("sun",))  # type: ignore[arg-type]
    assert hash(Limits(days_off=["sun"])) == hash(Limits(days_off=("sun",)))  # type: ignore[arg-type]
