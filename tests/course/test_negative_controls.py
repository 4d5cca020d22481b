"""What must not happen: recovery without plasticity, gain from nonsense, effects of a current that is not there."""

import numpy as np
import pytest

from rehab_opt.course.day import Conductor, morning, new_day
from rehab_opt.course.model import Model
from rehab_opt.course.testing import same_measures
from rehab_opt.mechanisms import Context, Draws, Phase
from rehab_opt.network.state import REACH, Bout
from rehab_opt.network.tasks import ring_angles
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient
from rehab_opt.patient.build import build
from rehab_opt.therapy import ConstantPolicy, Schedule, Session, Stimulation, protocols

SMALL = {"network.units": 240}
CHANGING = (
    "penumbra",
    "conduction-block",
    "tonic-gaba",
    "growth-window",
    "task-learning",
    "metaplasticity",
    "inhibitory-plasticity",
    "homeostasis",
    "structural-plasticity",
    "pruning",
    "consolidation",
    "vulnerable-rim",
)


def daily(days=20, first=0, **settings):
    sessions = tuple(
        Session(**{"day": first + day, "minutes": 40.0, "repetitions": 200.0} | settings) for day in range(days)
    )
    return ConstantPolicy(Schedule(name="daily", sessions=sessions, origin="lesion"))


def patient(**settings):
    return Patient(**{"id": "p", "seed": 5, "wiring": 1, "lesion": Lesion.disc(share=0.15, cst_spared=0.4)} | settings)


@pytest.mark.parametrize("name", ["usual-care", "no-therapy"])
def test_without_plasticity_and_penumbra_the_course_is_flat(name):
    course = Model(off=CHANGING, set=SMALL).simulate(patient(), protocols[name].policy(), 60, 1)
    for measure in ("fm_ue", "arat", "function_motor", "function_sensory", "function_cognitive"):
        assert np.ptp(course.measures[measure][1:]) < 0.5, measure
    assert course.measures["turnover"].max() == 0


def learned(permuted, days=15):
    """Gain of reaching by days in which stimuli are, or are not, handed to the targets of the opposite movement."""
    brain = build(patient(), Parameters(SMALL))
    context = Context(brain.anatomy, brain.state, new_day(brain.anatomy, 0, 0.0, ()), brain.numbers, Draws(1))
    conductor = Conductor(tuple(name for name in CHANGING if name not in ("task-learning", "consolidation")))
    conductor.run(Phase.LESION, context)
    skill = brain.anatomy.skills[REACH]
    true = brain.anatomy.inputs.copy()
    morning(context)
    before = context.day.scores["motor"]
    if permuted:
        stimuli = skill.columns.stop - skill.columns.start
        angle = np.argsort(ring_angles(stimuli))  # columns in the order of the ring
        turned = np.empty(stimuli, dtype=int)
        turned[angle] = np.roll(angle, stimuli // 2)
        brain.anatomy.inputs[:, skill.columns] = true[:, turned]
    for index in range(days):
        context.day = new_day(brain.anatomy, index, 0.0, (Bout(minutes=45, skill=REACH, repetitions=300),))
        conductor.live(context)
    brain.anatomy.inputs[:] = true
    for _ in range(3):
        morning(context)
    return context.day.scores["motor"] - before


def test_practice_of_permuted_stimuli_gives_no_gain():
    true, nonsense = learned(permuted=False), learned(permuted=True)
    assert true > 0.02
    assert nonsense <= 0.0


def sham(**settings):
    return Stimulation(
        **{"modality": "tdcs", "site": "ipsilesional-motor", "polarity": "anodal", "strength": 2.0, "minutes": 40.0}
        | settings
    )


@pytest.mark.parametrize(("minutes", "offset"), [(40.0, 0.0), (20.0, -30.0), (20.0, 10.0), (20.0, 45.0)])
def test_a_sham_current_changes_nothing_bit_for_bit(minutes, offset):
    model = Model(set={**SMALL, "stimulation.tdcs-current": 0.0})
    field = sham(minutes=minutes, offset_minutes=offset)
    plain, with_sham = (model.simulate(patient(), daily(stimulation=row), 25, 1) for row in (None, field))
    assert same_measures(plain, with_sham)


def test_a_real_current_changes_something():
    plain = Model(set=SMALL).simulate(patient(), daily(), 25, 1)
    real = Model(set=SMALL).simulate(patient(), daily(stimulation=sham()), 25, 1)
    assert not same_measures(plain, real)


FIELDS = {
    "during": sham(),
    "before": sham(minutes=20.0, offset_minutes=-30.0),
    "after": sham(minutes=20.0, offset_minutes=45.0),
    "itbs": Stimulation(modality="itbs", site="ipsilesional-motor", strength=80.0, pulses=600, offset_minutes=-5.0),
    "rtms": Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=110.0, pulses=900),
    "vns": Stimulation(modality="vns", site="vagus-nerve", strength=0.8, minutes=40.0),
}


@pytest.mark.parametrize("name", FIELDS)
def test_stimulation_that_is_switched_off_is_a_session_without_it(name):
    model = Model(off=["stimulation"], set=SMALL)
    plain, with_it = (model.simulate(patient(), daily(stimulation=row), 25, 1) for row in (None, FIELDS[name]))
    assert same_measures(plain, with_it)
    assert plain.events == with_it.events
    on = Model(set=SMALL).simulate(patient(), daily(stimulation=FIELDS[name]), 25, 1)
    assert not same_measures(on, with_it)


def test_switched_off_and_sham_are_the_same_whatever_the_order_of_practice():
    numbers = {**SMALL, "stimulation.tdcs-current": 0.0}
    for settings in ({"order": "blocked"}, {"task": "touch"}, {"minutes": 7.0, "repetitions": 500.0}):
        off = Model(off=["stimulation"], set=SMALL).simulate(patient(), daily(stimulation=sham(), **settings), 25, 1)
        placebo = Model(set=numbers).simulate(patient(), daily(stimulation=sham(), **settings), 25, 1)
        assert same_measures(off, placebo)


@pytest.mark.parametrize("name", ["during", "itbs", "rtms"])
def test_sessions_of_nothing_but_stimulation(name):
    alone = daily(minutes=0.0, repetitions=0.0, stimulation=FIELDS[name])
    nothing = ConstantPolicy(Schedule(name="nothing", sessions=(), origin="lesion"))
    without = Model(off=["stimulation"], set=SMALL)
    assert same_measures(without.simulate(patient(), alone, 25, 1), without.simulate(patient(), nothing, 25, 1))
    on = Model(set=SMALL).simulate(patient(), alone, 25, 1)
    assert not same_measures(on, without.simulate(patient(), alone, 25, 1))


def test_repetitions_are_what_teaches_not_minutes():
    long, short = (Model(set=SMALL).simulate(patient(), daily(minutes=m), 25, 1).at("fm_ue", 25) for m in (50.0, 40.0))
    none = Model(set=SMALL).simulate(patient(), protocols["no-therapy"].policy(), 25, 1).at("fm_ue", 25)
    assert abs(long - short) < 0.25 * (short - none)
