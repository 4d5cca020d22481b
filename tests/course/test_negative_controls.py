"""What must not happen: recovery without plasticity, gain from nonsense, effects of a current that is not there."""

import numpy as np
import pytest

from rehab_opt.course import Outcome
from rehab_opt.course.day import Conductor, new_day
from rehab_opt.course.model import Model
from rehab_opt.course.testing import same_measures
from rehab_opt.mechanisms import Context, Draws, Phase
from rehab_opt.network.state import REACH, Bout
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient
from rehab_opt.patient.build import build
from rehab_opt.therapy import ConstantPolicy, Schedule, Session, Stimulation, protocols

SMALL = {"network.units": 240}
CHANGING = (
    "penumbra", "tonic-gaba", "growth-window", "task-learning", "metaplasticity", "inhibitory-plasticity", "homeostasis",
    "structural-plasticity", "pruning", "consolidation", "vulnerable-rim",
)  # fmt: skip


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
    """Gain of reaching by practice whose stimuli are, or are not, handed to the wrong targets."""
    brain = build(patient(), Parameters(SMALL))
    context = Context(brain.anatomy, brain.state, new_day(brain.anatomy, 0, 0.0, ()), brain.numbers, Draws(1))
    off = tuple(name for name in CHANGING if name not in ("task-learning", "consolidation"))
    conductor = Conductor(off)
    conductor.run(Phase.LESION, context)
    skill = brain.anatomy.skills[REACH]
    inputs = brain.anatomy.inputs.copy()
    # Opposite movements swap their stimuli while practising; the tests of the morning see the true ones.
    order = np.roll(np.arange(skill.practised), skill.practised // 2)
    wrong = inputs.copy()
    wrong[:, : skill.practised] = inputs[:, order]
    bout = Bout(minutes=45, skill=REACH, repetitions=300)
    scores = []
    for index in range(days):
        context.day = new_day(brain.anatomy, index, 0.0, (bout,))
        brain.anatomy.inputs[:] = inputs
        conductor.live(context)
        scores.append(context.day.scores["motor"])
        if permuted:
            _practise_wrongly(conductor, context, wrong, bout)
    return scores[-1] - scores[0]


def _practise_wrongly(conductor, context, wrong, bout):
    context.anatomy.inputs[:] = wrong
    context.day = new_day(context.anatomy, context.day.index, 0.0, (bout, bout))
    conductor.live(context)


def test_practice_of_permuted_stimuli_gives_no_gain():
    true, nonsense = learned(permuted=False), learned(permuted=True)
    assert true > 0.02
    assert nonsense < 0.25 * true


def sham(**settings):
    return Stimulation(
        **{"modality": "tdcs", "site": "ipsilesional-motor", "polarity": "anodal", "strength": 2.0, "minutes": 40.0}
        | settings
    )


def test_a_sham_current_changes_nothing_bit_for_bit():
    model = Model(set={**SMALL, "stimulation.tdcs-current": 0.0})
    plain, with_sham = (model.simulate(patient(), daily(stimulation=field), 25, 1) for field in (None, sham()))
    assert same_measures(plain, with_sham)
    real = Model(set=SMALL).simulate(patient(), daily(stimulation=sham()), 25, 1)
    assert not same_measures(plain, real)


@pytest.mark.parametrize("offset", [-30.0, 25.0])
def test_a_sham_current_at_another_time_changes_next_to_nothing(offset):
    # Practice is cut where the current begins and ends, so that rates settle anew there: the error of integration.
    model = Model(set={**SMALL, "stimulation.tdcs-current": 0.0})
    field = sham(minutes=20.0, offset_minutes=offset)
    plain, with_sham = (model.simulate(patient(), daily(stimulation=row), 25, 1) for row in (None, field))
    assert np.abs(plain.measures["fm_ue"] - with_sham.measures["fm_ue"]).max() < 0.5


def test_stimulation_that_is_switched_off_is_a_session_without_it():
    model = Model(off=["stimulation"], set=SMALL)
    plain, with_it = (model.simulate(patient(), daily(stimulation=field), 25, 1) for field in (None, sham()))
    assert same_measures(plain, with_it)


def test_practice_of_nothing_is_no_practice():
    empty = Model(set=SMALL).simulate(patient(), daily(minutes=0.0, repetitions=0.0), 25, 1)
    none = Model(set=SMALL).simulate(patient(), protocols["no-therapy"].policy(), 25, 1)
    assert same_measures(empty, none)


def test_a_strong_current_gives_seizures_that_are_logged_and_survived():
    model = Model(set={**SMALL, "stimulation.tdcs-current": 0.5})
    storm = sham(strength=200.0)
    course = model.simulate(patient(), daily(30, stimulation=storm), 40, 1)
    assert course.outcome is Outcome.RUNAWAY
    assert {event.kind for event in course.events} >= {"seizure"}
    assert all(np.isfinite(values).all() for values in course.measures.values())
    assert len(course.measures["fm_ue"]) == 41
    calm = model.simulate(patient(), daily(30), 40, 1)
    assert calm.outcome is Outcome.COMPLETED
    assert not calm.events
    unguarded = Model(off=["runaway-guard"], set={**SMALL, "stimulation.tdcs-current": 0.5})
    assert unguarded.simulate(patient(), daily(30, stimulation=storm), 40, 1).outcome is Outcome.COMPLETED
