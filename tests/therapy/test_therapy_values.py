"""Sessions, stimulation and schedules: what they take, what they refuse, and how small ones make large ones."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest

from rehab_opt.errors import InputError
from rehab_opt.therapy import Schedule, Session, Stimulation, joined

ITBS: dict[str, Any] = {"modality": "itbs", "site": "ipsilesional-motor", "strength": 80, "pulses": 600}
TDCS: dict[str, Any] = {
    "modality": "tdcs",
    "site": "contralesional-motor",
    "polarity": "cathodal",
    "strength": 2,
    "minutes": 20,
}
VNS: dict[str, Any] = {"modality": "vns", "site": "vagus-nerve", "strength": 0.8, "minutes": 50}


def session(**changes: Any) -> Session:
    return Session(**({"day": 3, "minutes": 45, "repetitions": 90} | changes))


def test_numbers_get_one_plain_form() -> None:
    made = session(day=np.int64(3), minutes=np.float32(45.0), start=-0.0)
    assert made == session(start=0)
    assert [type(value) for value in (made.day, made.minutes, made.start)] == [int, float, float]
    assert str(made.start) == "0.0"


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        session().day = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"day": -1}, "day"),
        ({"day": 1.5}, "day"),
        ({"day": True}, "day"),
        ({"day": "3"}, "day"),
        ({"minutes": float("nan")}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"start": -1}, "start"),
        ({"start": 1400}, "start"),
        ({"repetitions": -1}, "repetitions"),
        ({"difficulty": 1.01}, "difficulty"),
        ({"feedback": -0.1}, "feedback"),
        ({"constraint": 2}, "constraint"),
        ({"order": "mixed"}, "order"),
        ({"task": "reech"}, "task"),
        ({"stimulation": "itbs"}, "stimulation"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 0, "repetitions": 0}, "minutes"),
    ],
)
def test_a_bad_session_is_refused_by_name(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        session(**changes)
    assert caught.value.key == key
    assert caught.value.allowed is not None or key == "stimulation"


def test_a_wrong_task_is_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'reach'"):
        session(task="reech")


@pytest.mark.parametrize(
    ("kind", "changes", "key"),
    [
        (ITBS, {"modality": "itb"}, "modality"),
        (ITBS, {"site": "vagus-nerve"}, "site"),
        (VNS, {"site": "ipsilesional-motor"}, "site"),
        (ITBS, {"site": "elbow"}, "site"),
        (ITBS, {"pulses": None}, "pulses"),
        (ITBS, {"pulses": 0}, "pulses"),
        (ITBS, {"minutes": 3}, "minutes"),
        (ITBS, {"polarity": "anodal"}, "polarity"),
        (TDCS, {"polarity": None}, "polarity"),
        (TDCS, {"polarity": "both"}, "polarity"),
        (TDCS, {"minutes": None}, "minutes"),
        (TDCS, {"minutes": 0}, "minutes"),
        (TDCS, {"pulses": 600}, "pulses"),
        (TDCS, {"strength": 0}, "strength"),
        (TDCS, {"strength": float("inf")}, "strength"),
        (TDCS, {"offset_minutes": float("nan")}, "offset_minutes"),
    ],
)
def test_bad_stimulation_is_refused_by_name(kind: dict[str, Any], changes: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        Stimulation(**(kind | changes))
    assert caught.value.key == key


def test_length_and_charge_of_stimulation() -> None:
    assert Stimulation(**ITBS).duration_minutes * 60 == pytest.approx(200)
    one_hertz = Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=110, pulses=900)
    assert one_hertz.duration_minutes == 15
    assert Stimulation(**VNS).duration_minutes == 50
    assert Stimulation(**TDCS).coulombs == pytest.approx(2.4)
    assert Stimulation(**VNS).coulombs == 0


def test_stimulation_stays_within_its_day() -> None:
    early = Stimulation(**(TDCS | {"offset_minutes": -30}))
    assert session(start=30, stimulation=early).stimulation_span() == (0, 20)
    with pytest.raises(InputError, match="outside the day") as caught:
        session(start=29, stimulation=early)
    assert caught.value.key == "stimulation.offset_minutes"
    with pytest.raises(InputError, match="no stimulation"):
        session().stimulation_span()


def test_a_session_may_end_at_midnight() -> None:
    assert session(start=1395).end == 1440
    with pytest.raises(InputError, match="after midnight"):
        session(start=1395.5)


def test_a_day_with_the_mitt_only_is_no_practice() -> None:
    mitt = session(minutes=0, repetitions=0, constraint=0.9)
    assert (mitt.is_practice, mitt.needs_clinic) == (False, False)
    alone = session(minutes=0, repetitions=0, stimulation=Stimulation(**ITBS))
    assert (alone.is_practice, alone.needs_clinic) == (False, True)


def test_a_schedule_sorts_by_day_and_clock() -> None:
    plan = Schedule(name="x", sessions=(session(day=2), session(day=1, start=900), session(day=1, start=600)))
    assert [(s.day, s.start) for s in plan.sessions] == [(1, 600), (1, 900), (2, 600)]
    assert plan.days == (1, 2)
    assert plan.hours == pytest.approx(2.25)


def test_small_schedules_make_large_ones() -> None:
    week = Schedule(name="week", sessions=(session(day=0),)).repeat(5, every=1)
    assert week.days == (0, 1, 2, 3, 4)
    course = week.repeat(3, every=7)
    assert course.days[-1] == 18
    assert course.shift(2).shift(-2) == course
    assert course.scale(2).hours == pytest.approx(2 * course.hours)
    assert course.scale(2).sessions[0].repetitions == 180
    assert week.join(week.shift(7)) == week.repeat(2, every=7)
    assert joined("both", [week, week.shift(7)]).sessions == week.repeat(2, every=7).sessions


def test_scaling_leaves_stimulation_alone() -> None:
    plan = Schedule(name="x", sessions=(session(stimulation=Stimulation(**TDCS)),))
    assert plan.scale(0.5).sessions[0].stimulation == Stimulation(**TDCS)


def test_days_since_enrolment_become_days_since_the_lesion_once() -> None:
    plan = Schedule(name="x", sessions=(session(day=0),), origin="enrolment")
    placed = plan.on(12)
    assert (placed.origin, placed.days) == ("lesion", (12,))
    assert placed.on(99) == placed


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: plan.shift(-4),
        lambda plan: plan.shift(0.5),
        lambda plan: plan.scale(0),
        lambda plan: plan.scale(float("nan")),
        lambda plan: plan.scale(100),
        lambda plan: plan.repeat(0, every=7),
        lambda plan: plan.repeat(2, every=0),
        lambda plan: plan.join(plan.on(0)),
        lambda plan: joined("none", []),
        lambda plan: plan.renamed(" "),
        lambda plan: plan.renamed("a\nb"),
        lambda plan: plan.renamed("a", notes="bell \a"),
        lambda plan: Schedule(name="x", sessions=plan.sessions, origin="birth"),
        lambda plan: Schedule(name="x", sessions=("session",)),  # type: ignore[arg-type]
    ],
)
def test_impossible_schedules_are_refused(spoil: Any) -> None:
    with pytest.raises(InputError):
        spoil(Schedule(name="x", sessions=(session(day=3),)))
