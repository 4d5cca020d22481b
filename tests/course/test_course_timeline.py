"""Sessions become bouts: time adds up, fields are on when they should be, and halves of blocked practice follow."""

import pytest

from rehab_opt.course.timeline import REST_AFTER, field_of, timeline
from rehab_opt.network.state import REACH, SKILLS
from rehab_opt.parameters import Parameters
from rehab_opt.therapy import Session, Stimulation

P = Parameters()


def tdcs(minutes=20.0, offset=0.0, polarity="anodal", site="ipsilesional-motor", strength=2.0):
    return Stimulation(
        modality="tdcs", site=site, polarity=polarity, strength=strength, minutes=minutes, offset_minutes=offset
    )


def session(**settings):
    return Session(**{"day": 3, "minutes": 60.0, "repetitions": 240.0} | settings)


def bouts(*sessions, numbers=P):
    return timeline(sessions, 0, numbers)


@pytest.mark.parametrize("order", ["random", "blocked"])
@pytest.mark.parametrize("stimulation", [None, tdcs(), tdcs(offset=-30), tdcs(offset=17, minutes=90)])
def test_minutes_and_repetitions_add_up(order, stimulation):
    found = bouts(session(order=order, stimulation=stimulation))
    practice = [bout for bout in found if bout.skill is not None]
    assert sum(bout.minutes for bout in practice) == pytest.approx(60)
    assert sum(bout.repetitions for bout in practice) == pytest.approx(240)
    assert all(bout.minutes <= P["practice.bout-minutes"] + 1e-9 for bout in practice)
    assert all(bout.repetitions <= P["practice.bout-repetitions"] + 1e-9 for bout in practice)
    if stimulation is not None:
        under = sum(bout.minutes for bout in found if bout.current is not None)
        assert under == pytest.approx(stimulation.duration_minutes)


def test_dense_practice_is_cut_by_repetitions():
    found = bouts(session(minutes=10, repetitions=1000))
    assert max(bout.repetitions for bout in found) <= P["practice.bout-repetitions"] + 1e-9
    assert sum(bout.repetitions for bout in found) == pytest.approx(1000)


def test_blocked_order_gives_half_of_the_time_to_each_half():
    found = bouts(session(order="blocked", minutes=50))
    assert [bout.half for bout in found] == sorted(bout.half for bout in found)
    for half in (1, 2):
        assert sum(bout.minutes for bout in found if bout.half == half) == pytest.approx(25)
        assert sum(bout.repetitions for bout in found if bout.half == half) == pytest.approx(120)
    assert {bout.half for bout in bouts(session())} == {0}


@pytest.mark.parametrize("task", SKILLS)
def test_settings_of_the_session_reach_every_bout(task):
    for bout in bouts(session(task=task, feedback=0.3, difficulty=0.8)):
        assert (SKILLS[bout.skill], bout.feedback, bout.difficulty) == (task, 0.3, 0.8)


def test_stimulation_before_during_and_after():
    before = bouts(session(stimulation=tdcs(offset=-20)))
    assert [bout.current is not None for bout in before] == [bout.skill is None for bout in before]
    assert before[0].skill is None
    during = bouts(session(stimulation=tdcs(offset=10)))
    assert all(bout.skill == REACH for bout in during)
    clock, spans = 0.0, []
    for bout in during:
        spans += [clock, clock + bout.minutes] if bout.current is not None else []
        clock += bout.minutes
    assert (min(spans), max(spans)) == (pytest.approx(10), pytest.approx(30))
    after = bouts(session(stimulation=tdcs(offset=60)))
    assert after[-1].current is not None
    assert after[-1].skill is None
    assert all(bout.current is None for bout in after if bout.skill is not None)


def test_a_gap_after_stimulation_is_a_pause_and_without_stimulation_it_is_none():
    found = bouts(session(stimulation=tdcs(offset=-50)))
    pauses = [bout for bout in found if bout.skill is None and bout.current is None]
    assert [bout.minutes for bout in pauses] == [pytest.approx(30)]
    assert all(bout.skill is not None for bout in bouts(session(), session(start=900)))
    late = bouts(session(stimulation=tdcs(), start=300), session(start=1300))
    assert max(bout.minutes for bout in late) == REST_AFTER


def test_stimulation_without_practice_and_a_day_with_only_a_mitt():
    alone = bouts(session(minutes=0, repetitions=0, stimulation=tdcs()))
    assert sum(bout.minutes for bout in alone) == pytest.approx(20)
    assert all(bout.skill is None and bout.current is not None for bout in alone)
    assert bouts(session(minutes=0, repetitions=0, constraint=0.9)) == ()
    assert bouts() == ()


@pytest.mark.parametrize("order", ["random", "blocked"])
@pytest.mark.parametrize("stimulation", [tdcs(), tdcs(offset=-30), tdcs(offset=17, minutes=90)])
def test_without_stimulation_the_day_is_that_of_the_practice(order, stimulation):
    plain, with_it = session(order=order), session(order=order, stimulation=stimulation)
    late = session(start=1000, task="touch")
    assert timeline([with_it, late], 0, P, stimulated=False) == bouts(plain, late)
    assert bouts(with_it, late) != bouts(plain, late)
    placebo = Parameters({"stimulation.tdcs-current": 0.0})
    assert bouts(with_it, late, numbers=placebo) == bouts(plain, late, numbers=placebo)
    assert timeline([session(minutes=0, repetitions=0, stimulation=stimulation)], 0, P, stimulated=False) == ()


def test_sessions_are_taken_in_clock_order():
    found = bouts(session(start=900, task="touch"), session(start=500))
    assert [bout.skill for bout in found] == sorted(bout.skill for bout in found)


def test_a_vagus_nerve_gates_the_practice_and_drives_nothing():
    vns = Stimulation(modality="vns", site="vagus-nerve", strength=0.8, minutes=60)
    found = bouts(session(stimulation=vns))
    assert {bout.current.gate for bout in found} == {P["stimulation.vns-gate"]}
    assert {bout.current.amplitude for bout in found} == {0.0}
    assert all(bout.skill == REACH for bout in found)


def test_sites_and_signs_of_fields():
    assert field_of(tdcs(), 1, P).hemisphere == 1
    assert field_of(tdcs(site="contralesional-motor"), 1, P).hemisphere == 0
    assert field_of(tdcs(site="ipsilesional-cognitive"), 0, P).area == 2
    anodal, cathodal = (field_of(tdcs(polarity=sign), 0, P) for sign in ("anodal", "cathodal"))
    assert anodal.amplitude == -cathodal.amplitude > 0
    assert anodal.oriented
    assert field_of(tdcs(strength=1.0), 0, P).amplitude == pytest.approx(anodal.amplitude / 2)
    itbs = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600)
    slow = Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=110, pulses=900)
    assert field_of(itbs, 0, P).amplitude > 0 > field_of(slow, 0, P).amplitude
    assert field_of(slow, 0, P).calcium > 0
    weak = Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=55, pulses=900)
    assert field_of(weak, 0, P).calcium == pytest.approx(field_of(slow, 0, P).calcium * 55 / slow.strength)
