"""The box: every point keeps every limit, and what the box can express comes back from its point."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from studies_for_tests import one_phase, points, studies, study_of

from rehab_opt.errors import InputError
from rehab_opt.study import PhaseStimulation, Range
from rehab_opt.therapy import Schedule, Session, check_limits, protocols

quick = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(st.data())
def test_any_point_decodes_within_the_limits(data: st.DataObject) -> None:
    study = data.draw(studies())
    point = data.draw(points(study.space))
    plan = study.space.decode(point)
    broken = check_limits(plan, study.limits, enrolled_day=study.enrolment[0])
    assert [str(one) for one in broken if one.severity == "error"] == []
    assert plan.origin == "enrolment"
    assert all(day + study.enrolment[1] <= study.last_day for day in plan.days)
    assert set(study.locked) <= set(plan.sessions)
    assert study.space.decode(dict(reversed(point.items()))) == plan


@quick
@given(st.data())
def test_what_encodes_comes_back(data: st.DataObject) -> None:
    study = data.draw(studies())
    plan = study.space.decode(data.draw(points(study.space)))
    found = study.space.encode(plan)
    if found is not None:
        assert study.space.decode(found) == plan
        assert {side.name for side in study.space.dimensions} == set(found)
        _assert_inside(study.space, found)


def _assert_inside(space: object, point: dict[str, float | int | str]) -> None:
    for side in space.dimensions:  # type: ignore[attr-defined]
        value = point[side.name]
        if side.kind == "categorical":
            assert value in side.choices
        else:
            assert side.low <= value <= side.high
            assert isinstance(value, int if side.kind == "int" else float)


@quick
@given(st.data())
def test_single_task_plans_of_a_phase_encode(data: st.DataObject) -> None:
    stimulation = PhaseStimulation(
        modality=("none", "tdcs", "itbs", "vns"), strength=Range(0.2, 1.0), amount=Range(0.2, 1.0)
    )
    phase = one_phase(
        start=Range(0, 20),
        weeks=Range(1, 8),
        sessions_per_week=Range(1, 5),
        minutes=Range(10, 90),
        repetitions_per_minute=Range(0.5, 5.0),
        difficulty=Range(0.0, 1.0),
        stimulation=stimulation,
    )
    study = study_of(phase, total_hours=15.0, days_off=("sat", "sun"))
    plan = study.space.decode(data.draw(points(study.space)))
    assert study.space.encode(plan) is not None


def test_box_has_no_side_for_what_is_fixed() -> None:
    study = study_of(one_phase(minutes=Range(20, 90, 5), order=("blocked", "random")))
    assert [(side.name, side.kind) for side in study.space.dimensions] == [
        ("main.minutes", "int"),
        ("main.order", "categorical"),
    ]
    assert study.space.dimensions[0].step == 5


def test_numbers_snap_to_the_grid_and_into_the_box() -> None:
    space = study_of(one_phase(minutes=Range(20, 90, 5))).space
    assert {session.minutes for session in space.decode({"main.minutes": 43}).sessions} == {45.0}
    assert {session.minutes for session in space.decode({"main.minutes": 300}).sessions} == {90.0}


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({}, "main.minutes: must be a number"),
        ({"main.minutes": "long"}, "main.minutes: must be a number"),
        ({"main.minutes": float("nan")}, "main.minutes: must be a number"),
        ({"main.minutes": 45, "main.weks": 3}, "unknown dimension"),
    ],
)
def test_a_faulty_point_is_refused(point: dict[str, float | str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        study_of(one_phase(minutes=Range(20, 90))).space.decode(point)


def test_usual_care_is_a_point_of_a_box_around_it() -> None:
    phase = one_phase(start=Range(0, 21), weeks=Range(2, 6), repetitions_per_minute=Range(0.5, 5.0))
    study = study_of(phase, days_off=("sat", "sun"))
    point = study.space.encode(protocols["usual-care"].course)
    assert point is not None
    assert (point["main.start"], point["main.weeks"]) == (0, 4)
    assert study.space.decode(point).sessions == protocols["usual-care"].course.sessions


def test_two_phases_share_a_uniform_schedule_or_leave_one_out() -> None:
    late = one_phase(name="late", start=Range(0, 60), weeks=Range(0, 8), repetitions_per_minute=Range(0.5, 5.0))
    early = one_phase(start=Range(0, 21), weeks=Range(1, 2), repetitions_per_minute=Range(0.5, 5.0))
    point = study_of(early, late, days_off=("sat", "sun")).space.encode(protocols["usual-care"].course)
    assert point is not None
    assert (point["main.weeks"], point["late.weeks"]) == (2, 2)
    long_early = one_phase(start=Range(0, 21), weeks=Range(1, 8), repetitions_per_minute=Range(0.5, 5.0))
    point = study_of(long_early, late, days_off=("sat", "sun")).space.encode(protocols["usual-care"].course)
    assert point is not None
    assert (point["main.weeks"], point["late.weeks"]) == (4, 0)


def test_what_the_box_cannot_express_has_no_point() -> None:
    space = study_of(one_phase(weeks=Range(2, 6))).space
    twice_a_day = tuple(Session(day=0, start=start, minutes=45, repetitions=45) for start in (540, 840))
    assert space.encode(Schedule(name="twice", sessions=twice_a_day)) is None
    assert space.encode(protocols["excite-cimt"].course) is None
    plan = space.decode({"main.weeks": 3})
    assert space.encode(plan) == {"main.weeks": 3}
    assert space.encode(plan.on(0)) is None


def test_protocols_that_wait_have_no_single_schedule() -> None:
    study = study_of(one_phase())
    assert study.reference_schedule("cpass-subacute") is None
    assert study.reference_schedule("usual-care") == protocols["usual-care"].course.renamed("usual-care")
    # Enrolled all on one day, everybody waits equally long.
    assert study_of(one_phase(), enrolled=(10, 10)).reference_schedule("cpass-subacute") is not None
