"""The rules by which what a point asks for is brought inside the limits, one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from studies_for_tests import PULSES, one_phase, study_of

from rehab_opt.study import PhaseStimulation
from rehab_opt.therapy import Schedule, Session

WEEKEND = ("sat", "sun")


def plan_of(*phases: object, locked: tuple[Session, ...] = (), **limits: object) -> Schedule:
    return study_of(*phases, locked=locked, **limits).space.decode({})  # type: ignore[arg-type]


def stimulated(**values: object) -> PhaseStimulation:
    return PhaseStimulation(**values)  # type: ignore[arg-type]


def test_hours_shorten_all_sessions_by_one_factor() -> None:
    plan = plan_of(one_phase(minutes=90, weeks=3), total_hours=15.0, days_off=WEEKEND)
    assert {session.minutes for session in plan.sessions} == {60.0}
    assert plan.hours == 15.0


def test_two_phases_keep_their_proportion_when_shortened() -> None:
    first, second = one_phase(minutes=80, weeks=2), one_phase(name="late", start=20, minutes=40, weeks=2)
    plan = plan_of(first, second, total_hours=10.0, days_off=WEEKEND)
    assert [session.minutes for session in plan.sessions] == [40.0] * 10 + [20.0] * 10


def test_sessions_fall_away_from_the_end_when_they_would_get_too_short() -> None:
    plan = plan_of(one_phase(minutes=30, weeks=8), total_hours=2.0, days_off=WEEKEND)
    assert {session.minutes for session in plan.sessions} == {10.0}
    assert len(plan.sessions) == 12
    assert plan.days[0] == 0


def test_minutes_a_day_are_capped_beside_locked_sessions() -> None:
    kept = Session(day=1, start=900, minutes=35.5, repetitions=10)
    plan = plan_of(one_phase(minutes=60, weeks=1), locked=(kept,), practice_minutes_per_day=50.0, days_off=WEEKEND)
    minutes = {session.day: session.minutes for session in plan.sessions if session != kept}
    assert minutes == {0: 50.0, 1: 14.0, 2: 50.0, 3: 50.0, 4: 50.0}
    assert kept in plan.sessions


def test_a_day_that_a_locked_session_fills_has_no_other() -> None:
    kept = Session(day=1, start=900, minutes=45, repetitions=10)
    plan = plan_of(one_phase(minutes=60, weeks=1), locked=(kept,), practice_minutes_per_day=50.0, days_off=WEEKEND)
    assert [session for session in plan.sessions if session.day == 1] == [kept]


def test_the_later_of_two_overlapping_phases_moves() -> None:
    early, late = one_phase(weeks=3), one_phase(name="late", start=7, weeks=1, minutes=30)
    plan = plan_of(late, early, days_off=WEEKEND)
    assert [session.day for session in plan.sessions if session.minutes == 30] == [21, 22, 23, 24, 25]
    assert len(plan.sessions) == 20


def test_sessions_after_the_last_day_fall_away_for_the_latest_enrolled() -> None:
    plan = plan_of(one_phase(start=100, weeks=4), enrolled=(7, 14))
    assert max(plan.days) <= 120 - 14
    assert plan.days


@pytest.mark.parametrize(
    ("per_week", "days"), [(1, [0]), (2, [0, 3]), (3, [0, 2, 4]), (5, [0, 1, 2, 3, 4]), (7, [0, 1, 2, 3, 4])]
)
def test_sessions_spread_over_the_allowed_weekdays(per_week: int, days: list[int]) -> None:
    plan = plan_of(one_phase(weeks=1, sessions_per_week=per_week), days_off=WEEKEND)
    assert list(plan.days) == days


def test_a_phase_that_starts_in_mid_week_keeps_the_days_off() -> None:
    plan = plan_of(one_phase(start=3, weeks=1), days_off=WEEKEND)
    assert plan.days == (3, 4, 7, 8, 9)


def test_tasks_are_dealt_evenly() -> None:
    tasks = (("reach", 1.0), ("good-arm", 0.0), ("touch", 0.5), ("recall", 0.5))
    dealt = [session.task for session in plan_of(one_phase(tasks=tasks, weeks=8)).sessions]
    assert (dealt.count("reach"), dealt.count("touch"), dealt.count("recall")) == (20, 10, 10)
    assert sorted(dealt[:4]) == ["reach", "reach", "recall", "touch"]


def test_no_weights_is_reaching() -> None:
    tasks = tuple((task, 0.0) for task in ("reach", "good-arm", "touch", "recall"))
    assert {session.task for session in plan_of(one_phase(tasks=tasks)).sessions} == {"reach"}


def test_tdcs_charge_shortens_the_stimulation() -> None:
    phase = one_phase(stimulation=stimulated(modality=("tdcs",), strength=1.0, amount=1.0))
    part = plan_of(phase).sessions[0].stimulation
    assert part is not None
    assert (part.strength, part.minutes) == (4.0, 30.0)


def test_itbs_beyond_a_block_becomes_blocks_before_it() -> None:
    phase = one_phase(
        weeks=1, sessions_per_week=1, stimulation=stimulated(modality=("itbs",), amount=1.0, offset_minutes=-5)
    )
    blocks = [session.stimulation_span() for session in plan_of(phase).sessions]
    assert len(blocks) == 3
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(blocks)]
    assert gaps == pytest.approx([15.0, 15.0])
    assert blocks[-1][0] == 595.0


def test_paired_vns_takes_the_nerve_and_the_minutes_of_practice() -> None:
    phase = one_phase(minutes=60, stimulation=stimulated(modality=("vns",), strength=0.25, amount=1.0))
    part = plan_of(phase, total_hours=10.0, days_off=WEEKEND).sessions[0].stimulation
    assert part is not None
    assert (part.site, part.polarity, part.minutes, part.strength) == ("vagus-nerve", None, 30.0, 0.9)


def test_no_stimulation_inside_the_acute_window_of_the_earliest_enrolled() -> None:
    phase = one_phase(weeks=2, stimulation=stimulated(modality=("tdcs",)))
    plan = plan_of(phase, acute_window_days=12, enrolled=(7, 30), days_off=WEEKEND)
    assert [session.day for session in plan.sessions if session.stimulation is None] == [0, 1, 2, 3, 4]


def test_no_second_stimulation_on_the_day_of_a_locked_one() -> None:
    kept = Session(day=1, start=900, minutes=30, repetitions=10, stimulation=PULSES)
    phase = one_phase(weeks=1, stimulation=stimulated(modality=("tdcs",)))
    plan = plan_of(phase, locked=(kept,))
    assert [session.stimulation for session in plan.sessions if session.day == 1] == [None, PULSES]


def test_a_session_that_collides_with_a_locked_one_moves_behind_or_before_it() -> None:
    kept = Session(day=0, start=610, minutes=60, repetitions=60)
    plan = plan_of(one_phase(weeks=1, sessions_per_week=1), locked=(kept,))
    assert [(session.start, session.end) for session in plan.sessions] == [(610.0, 670.0), (670.0, 715.0)]
    late = Session(day=0, start=1390, minutes=50, repetitions=60)
    plan = plan_of(one_phase(weeks=1, sessions_per_week=1, clock=1395.0), locked=(late,))
    assert [(session.start, session.end) for session in plan.sessions] == [(1345.0, 1390.0), (1390.0, 1440.0)]
