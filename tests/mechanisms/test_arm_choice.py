"""Which arm is chosen: by success, and by what was chosen of late."""

import numpy as np
import pytest
from brains import brain

from rehab_opt.course.day import new_day
from rehab_opt.mechanisms.behaviour.arm_choice import healthy_preference, preference, step
from rehab_opt.patient import Lesion


def week(context, *, mitt=0.0, sling=0.0, seen=None):
    """Choose on seven mornings on which the arm works as well as ``seen`` (in health if left out)."""
    for index in range(7):
        context.day = new_day(context.anatomy, index, mitt, (), sling)
        context.day.scores = {"activity": 1.0 if seen is None else seen, "good-arm": 1.0}
        step(context)
    return preference(context)


def test_habit_is_worth_nothing_in_health():
    context = brain(lesion=Lesion.none(), arm_choice__habit=0.5, arm_choice__evidence_noise=0)
    assert preference(context) == pytest.approx(healthy_preference(context.numbers))
    assert week(context) == pytest.approx(healthy_preference(context.numbers))
    np.testing.assert_allclose(context.state.custom, 1.0)


def test_a_week_in_a_sling_leaves_a_habit_and_no_lesson():
    """What the arm can do is not learned while it cannot be used; that it is not used becomes a habit."""
    for habit in (0.0, 0.3):
        context = brain(arm_choice__habit=habit, arm_choice__evidence_noise=0)
        before = preference(context)
        after = week(context, sling=1.0, seen=0.2)
        assert context.state.value[0] == 1.0
        assert (after < before - 0.01) == (habit > 0)


def test_a_mitt_restores_the_habit_that_disuse_took():
    context = brain(arm_choice__habit=0.3, arm_choice__evidence_noise=0)
    without = week(context, sling=1.0)
    assert context.state.custom[0] == pytest.approx(0.9**7)
    assert week(context, mitt=1.0) > without + 0.01
