"""What an arm's value learns: from acts that were tried, also from those that a sling or a mitt brings to nothing."""

import numpy as np
import pytest
from brains import brain

from rehab_opt.course.day import morning, new_day
from rehab_opt.mechanisms.behaviour.arm_choice import lesson, preference, step
from rehab_opt.parameters import Parameters

RATE = Parameters()["arm-choice.value-rate"]


def after_a_day(mitt=0.0, sling=0.0, ability=0.8, start=(0.6, 0.9)):
    """Values of the arms after one day, and the probability that the affected one was chosen of itself."""
    context = brain(arm_choice__evidence_noise=0.0)
    context.day = new_day(context.anatomy, 1, mitt, (), sling)
    morning(context)
    context.day.scores |= {"activity": ability, "good-arm": 1.0}
    context.state.value[:] = start
    own = preference(context)
    step(context)
    return np.array(context.state.value), own


def test_without_restraint_each_arm_learns_from_the_acts_it_was_chosen_for():
    values, own = after_a_day()
    assert values[0] - 0.6 == pytest.approx(RATE * own * (0.8 - 0.6))
    assert values[1] - 0.9 == pytest.approx(RATE * (1 - own) * (1.0 - 0.9))


def test_a_sling_teaches_that_the_affected_arm_fails_and_the_good_one_does_its_acts():
    values, own = after_a_day(sling=1.0)
    assert values[0] == pytest.approx(0.6 * (1 - RATE * own))
    assert values[1] - 0.9 == pytest.approx(RATE * (1.0 - 0.9))


def test_a_mitt_teaches_the_opposite():
    values, own = after_a_day(mitt=1.0)
    assert values[0] - 0.6 == pytest.approx(RATE * (0.8 - 0.6))
    assert values[1] == pytest.approx(0.9 * (1 - RATE * (1 - own)))


def test_with_both_arms_held_fast_both_only_fail():
    values, own = after_a_day(mitt=1.0, sling=1.0)
    assert values == pytest.approx([0.6 * (1 - RATE * own), 0.9 * (1 - RATE * (1 - own))])


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("hindered", [0.0, 0.5, 1.0])
def test_a_value_stays_between_failure_and_success(value, hindered):
    for chosen in (0.0, 0.4, 1.0):
        after = value + RATE * lesson(value, chosen, (1 - chosen) * (1 - hindered), hindered, 1.0)
        assert 0 <= after <= 1
