"""What must happen: health lasts, practice helps, and the answer does not hang on step sizes or precision."""

from functools import lru_cache

import numpy as np
import pytest

from rehab_opt.course import Outcome
from rehab_opt.course.model import Model
from rehab_opt.patient import Lesion, Patient
from rehab_opt.therapy import ConstantPolicy, Schedule, Session, protocols

SMALL = (("network.units", 240.0),)
NOTHING = protocols["no-therapy"].policy()


def usual(repetitions=200.0, sessions=20, first=7):
    """Sessions on five days a week."""
    days = [first + day // 5 * 7 + day % 5 for day in range(sessions)]
    plan = tuple(Session(day=day, minutes=45.0, repetitions=repetitions) for day in days)
    return ConstantPolicy(Schedule(name="usual", sessions=plan, origin="lesion"))


PRACTICE = usual()


def moderate(seed):
    return Patient.sample(seed=seed, severity=0.55, wiring=seed % 2, enrolled_day=7)


@lru_cache
def fm_ue(seed, days, practised=True, settings=SMALL, precision="single"):
    model = Model(set=dict(settings), precision=precision)
    return model.simulate(moderate(seed), PRACTICE if practised else NOTHING, days, 1).measures["fm_ue"]


@pytest.mark.parametrize("wiring", [0, 1])
def test_a_healthy_network_stays_healthy_for_26_weeks(wiring):
    course = Model().simulate(Patient(id="healthy", wiring=wiring), NOTHING, 182, 1)
    assert course.outcome is Outcome.COMPLETED
    assert not course.events
    assert course.measures["fm_ue"].min() >= 64
    assert course.measures["function_motor"][1:].min() >= 98
    # Synapses come and go in health too, and life repairs what that costs: function dips for weeks, and comes back.
    for domain in ("sensory", "cognitive"):
        function = course.measures[f"function_{domain}"][1:]
        assert function.min() >= 90, domain
        assert function.mean() >= 95, domain


def test_the_day_of_the_lesion_costs_more_the_larger_it_is():
    scores = []
    for severity in (0.1, 0.4, 0.8):
        patient = Patient.sample(seed=3, severity=severity, wiring=0)
        scores.append(Model(set=dict(SMALL)).simulate(patient, NOTHING, 14, 1).at("fm_ue", 14))
    assert scores[0] > scores[1] > scores[2]


def test_patients_recover_on_their_own_and_not_to_full_health():
    for seed in range(3):
        course = fm_ue(seed, 56, practised=False)
        assert course[56] > course[1]
        assert course.max() <= 66


def test_practice_alone_beats_none_in_most_patients():
    gains = [fm_ue(seed, 56)[56] - fm_ue(seed, 56, practised=False)[56] for seed in range(8)]
    assert sum(gain > 0 for gain in gains) >= 6, gains
    assert np.mean(gains) > 0, gains


def test_practice_of_another_skill_does_less_for_the_arm():
    patient = moderate(1)
    sessions = tuple(Session(day=7 + day, minutes=45.0, repetitions=200.0, task="touch") for day in range(20))
    touch = ConstantPolicy(Schedule(name="touch", sessions=sessions, origin="lesion"))
    other = Model(set=dict(SMALL)).simulate(patient, touch, 28, 1).at("fm_ue", 28)
    assert fm_ue(1, 28)[28] > other


def test_one_hemisphere_s_lesion_leaves_the_other_domains_nearly_whole():
    course = Model(set=dict(SMALL)).simulate(Patient(id="p", lesion=Lesion.disc(share=0.2)), NOTHING, 28, 1)
    assert course.at("function_motor", 3) < 95
    assert course.at("function_cognitive", 28) > course.at("function_motor", 3)


def _scores(*finer):
    return np.array([fm_ue(seed, 28, settings=SMALL + finer)[28] for seed in range(6)])


def _bouts(parts):
    return _scores(("practice.bout-minutes", 15.0 / parts), ("practice.bout-repetitions", 80.0 / parts))


def test_settling_more_closely_moves_the_score_by_less_than_a_point():
    moved = np.abs(_scores(("network.settle-tolerance", 1e-3), ("network.settle-steps", 120)) - _scores())
    assert 0 < moved.mean() < 1, moved


def test_halving_bouts_moves_the_score_by_less_than_a_point():
    moved = np.abs(_bouts(2) - _bouts(1))
    assert 0 < moved.mean() < 1, moved


def test_shorter_bouts_converge():
    coarse, half, quarter, eighth = (_bouts(parts) for parts in (1, 2, 4, 8))
    errors = [np.abs(scores - eighth).mean() for scores in (coarse, half, quarter)]
    assert errors[0] > errors[1] > errors[2], errors


def test_single_and_double_precision_agree():
    differences = [abs(fm_ue(seed, 28, precision="double")[28] - fm_ue(seed, 28)[28]) for seed in range(6)]
    assert 0 < np.mean(differences) < 0.5, differences
