"""The practice group: equal trials, equal hours, and a harm that is told from noise."""

import numpy as np

from rehab_opt.validation.catalogue import select
from rehab_opt.validation.groups.practice import EXPERIMENTS, fatigue, good_arm, order


def test_every_target_of_the_group_has_an_experiment():
    assert set(EXPERIMENTS) == {target.id for target in select(group_names=["practice"])}


def test_orders_differ_in_the_order_only():
    random, blocked = order.practice("random"), order.practice("blocked")
    assert (random.days, random.hours) == (blocked.days, blocked.hours)
    assert {session.order for session in blocked.sessions} == {"blocked"}


def test_trials_are_equal_after_a_tiring_day():
    for second in (True, False):
        trained = [
            [session.repetitions for session in fatigue.days(tired, second).sessions if session.feedback > 0]
            for tired in (False, True)
        ]
        assert trained[0] == trained[1]
        assert len(trained[0]) == 1 + second


def test_tiring_work_teaches_nothing():
    work = [session for session in fatigue.days(True, True).sessions if session.feedback == 0]
    assert [session.day for session in work] == [fatigue.FIRST_DAY]
    assert work[0].end <= 780


def test_the_affected_arm_trains_alike_in_both_arms():
    first, rest = good_arm.plan(True), good_arm.plan(False)
    own = [session for session in first.sessions if session.task == "reach"]
    assert own == list(rest.sessions)
    assert len(own) == len(first.sessions) - len(own) == 15


def test_harm_is_told_from_noise():
    rng = np.random.default_rng(1)
    assert good_arm.harms(rng.normal(-1, 0.5, 30))
    assert not good_arm.harms(rng.normal(0, 0.5, 30))
    assert not good_arm.harms(rng.normal(1, 0.5, 30))
