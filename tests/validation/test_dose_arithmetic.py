"""The dose group: statistics on made-up arrays, and schedules with the hours that they claim."""

import numpy as np
import pytest

from rehab_opt.validation.catalogue import select
from rehab_opt.validation.groups.dose import EXPERIMENTS, contrast, equal, plans, threshold, use
from rehab_opt.validation.groups.dose.bouts import lost


def test_every_target_of_the_group_has_an_experiment():
    assert set(EXPERIMENTS) == {target.id for target in select(group_names=["dose"])}


def test_g_shrinks_with_the_noise_of_the_visits():
    rng = np.random.default_rng(1)
    change = rng.normal(size=(400, 1)) + np.array([0.0, 1.0])
    assert contrast.hedges_g(change, noise=0.0) == pytest.approx(1.0, abs=0.1)
    assert contrast.hedges_g(change, noise=1.0) == pytest.approx(1 / np.sqrt(3), abs=0.06)


def test_least_minutes_lie_between_the_doses_about_the_threshold():
    minutes = (0.0, 10.0, 20.0, 40.0)
    assert threshold.least_minutes(minutes, np.array([0.0, 0.0, 0.0, 10.0])) == pytest.approx(24.0)
    assert threshold.least_minutes(minutes, np.array([0.0, 5.0, 5.0, 5.0])) == pytest.approx(2.0)
    assert threshold.least_minutes(minutes, np.array([0.0, -1.0, -1.0, 0.0])) == np.inf


def test_a_slope_does_not_pass_for_a_threshold():
    line = np.array([[15.0, 60.0]] * 5)
    assert threshold.ratio_of_means(line) > threshold.SHARE


def test_share_lost_is_that_of_the_mean_gain():
    rows = np.array([[0.0, 10.0, 8.0], [0.0, 2.0, 2.0]])
    assert lost(rows) == pytest.approx(2 / 12)


def test_bimodality_tells_two_modes_from_one():
    rng = np.random.default_rng(2)
    one = rng.normal(2.5, 0.5, 300)
    two = np.concatenate([rng.normal(0.5, 0.2, 150), rng.normal(4.5, 0.2, 150)])
    assert use.bimodality(one) < use.LEAST < use.bimodality(two)


def test_arms_of_equal_dose_have_the_hours_of_the_trial():
    hours = {arm: equal.plan(arm).hours for arm in equal.HOURS}
    assert hours == {"structured": 30.0, "dose-matched": 30.0, "usual care": 11.0}
    assert {session.task for session in equal.plan("dose-matched").sessions} == {"reach", "touch", "good-arm"}


def test_distance_has_no_sign():
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    assert equal.distance(rows, 1.0) == equal.distance(rows[:, ::-1], 1.0) > 0


def test_a_block_of_no_minutes_has_no_sessions():
    assert plans.block("none", plans.weekdays(270, 5), 0, 0).sessions == ()
