"""Small changes of a schedule: one thing at a time, inside the limits, locked sessions untouched."""

from dataclasses import replace

import pytest

from rehab_opt.study import new_study, parse_study
from rehab_opt.study.variants import variants
from rehab_opt.therapy import Schedule, Session, Stimulation, check_limits

ITBS = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-5)


def study_of(**limits):
    study = parse_study(new_study("mine"))
    return replace(study, limits=replace(study.limits, **limits))


def plan_of(days=(0, 2, 4, 7, 9, 11), stimulated=(7, 9, 11), minutes=60.0):
    sessions = [
        Session(day=day, minutes=minutes, repetitions=100, stimulation=ITBS if day in stimulated else None)
        for day in days
    ]
    return Schedule(name="plan", sessions=tuple(sessions))


def by_name(study, plan, **settings):
    return {variant.name: variant for variant in variants(study, plan, **settings)}


def test_each_change_is_there_once_for_each_part():
    found = by_name(study_of(), plan_of())
    assert list(found) == [
        "week 1: a day earlier",
        "week 1: a day later",
        "week 1: 10 % less practice",
        "week 1: 10 % more practice",
        "week 2: a day earlier",
        "week 2: a day later",
        "week 2: 10 % less practice",
        "week 2: 10 % more practice",
        "week 2: without iTBS",
        "all weeks: 10 % less iTBS",
        "all weeks: 10 % more iTBS",
    ]


def test_a_move_goes_to_the_next_open_day():
    found = by_name(study_of(), plan_of())
    assert found["week 1: a day later"].schedule.days == (1, 3, 7, 9, 11)  # from Friday to Monday, beside the one there
    assert found["week 2: a day earlier"].schedule.days == (0, 2, 4, 8, 10)
    assert found["week 1: a day earlier"].left_out == "would begin before enrolment"


def test_two_sessions_on_a_day_do_not_overlap():
    found = by_name(study_of(), plan_of())["week 1: a day later"].schedule
    monday = [session for session in found.sessions if session.day == 7]
    assert [session.start for session in monday] == [600.0, 660.0]


def test_doses_change_by_a_tenth_and_nothing_else():
    plan = plan_of()
    found = by_name(study_of(), plan)
    less = found["week 2: 10 % less practice"].schedule
    assert [session.minutes for session in less.sessions] == [60, 60, 60, 54, 54, 54]
    assert [session.repetitions for session in less.sessions] == [100, 100, 100, 90, 90, 90]
    assert [session.stimulation for session in less.sessions] == [session.stimulation for session in plan.sessions]
    more = found["all weeks: 10 % more iTBS"]
    assert more.left_out.startswith("day 7: ")  # 660 pulses are more than one block
    fewer = found["all weeks: 10 % less iTBS"].schedule
    assert [session.stimulation.pulses for session in fewer.sessions if session.stimulation] == [540] * 3
    without = found["week 2: without iTBS"].schedule
    assert without.sessions == tuple(replace(session, stimulation=None) for session in plan.sessions)


def test_what_would_break_a_limit_is_left_out_and_named():
    found = by_name(study_of(total_hours=6.0), plan_of())
    assert "too many hours" in found["week 1: 10 % more practice"].left_out
    assert found["week 1: 10 % less practice"].schedule is not None
    late = replace(study_of(), last_day=30 + 11)
    assert "after the last day of therapy" in by_name(late, plan_of())["week 2: a day later"].left_out


@pytest.mark.parametrize("days_off", [(), ("sat", "sun")])
def test_every_variant_keeps_the_limits(days_off):
    study = study_of(days_off=days_off)
    point = {side.name: side.choices[-1] if side.choices else side.high for side in study.space.dimensions}
    plan = study.space.decode(point)
    tried = [variant for variant in variants(study, plan) if variant.schedule is not None]
    assert len(tried) >= 8
    for variant in tried:
        broken = check_limits(variant.schedule, study.limits, enrolled_day=study.enrolment[0])
        assert not [found for found in broken if found.severity == "error"]
        assert variant.schedule.sessions != plan.sessions


def test_locked_sessions_stay():
    locked = Session(day=9, start=840.0, minutes=30, repetitions=20)
    study = replace(study_of(), locked=(locked,))
    plan = Schedule(name="plan", sessions=(*plan_of().sessions, locked))
    for variant in variants(study, plan):
        assert variant.schedule is None or locked in variant.schedule.sessions


def test_stimulation_alone_falls_away_with_its_session():
    extra = Session(day=7, start=500.0, minutes=0, repetitions=0, stimulation=replace(ITBS, offset_minutes=0.0))
    plan = Schedule(name="plan", sessions=(*plan_of().sessions, extra))
    found = by_name(study_of(), plan)["week 2: without iTBS"].schedule
    assert len(found.sessions) == 6


def test_many_weeks_are_cut_into_few_parts():
    plan = plan_of(days=range(0, 70, 7), stimulated=())
    parts = list(dict.fromkeys(variant.part for variant in variants(study_of(), plan)))
    assert parts == ["weeks 1-2", "weeks 3-5", "weeks 6-7", "weeks 8-10"]
    assert not variants(study_of(), Schedule(name="rest", sessions=()))
