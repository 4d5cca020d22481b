"""Timing: ratios, odds and schedules on made-up numbers."""

from functools import partial

import numpy as np
import pytest

from rehab_opt.validation.baselines import baselines
from rehab_opt.validation.checks import ENOUGH
from rehab_opt.validation.groups.rodents import LEAST_SEVERITY, MOST_SEVERITY, RODENT, animals, daily, nothing
from rehab_opt.validation.groups.timing.chronic import BASELINE_MEAN, BASELINE_SD
from rehab_opt.validation.groups.timing.load import dead_share, jobs, loss_ratio, maximal, number
from rehab_opt.validation.groups.timing.onset import ratio_of_means
from rehab_opt.validation.groups.timing.very_early import odds_ratio


def test_daily_practice_covers_every_day_from_the_lesion():
    plan = daily(8, 7, constraint=1.0)
    assert plan.days == tuple(range(8, 15))
    assert plan.origin == nothing().origin == "lesion"
    assert {session.constraint for session in plan.sessions} == {1.0}


def test_maximal_load_keeps_the_good_limb_in_its_cast():
    sessions = maximal(1, 0.05).sessions
    assert [session.day for session in sessions] == [1, 2, 3, 4, 5, 6, 7]
    assert all(session.constraint == 1.0 and session.minutes == 360 for session in sessions)


def test_no_one_trains_an_animal_in_a_cast(setup):
    people = animals(setup)[:2]
    (first, second) = jobs(people, [partial(maximal, 1)], setup)
    everyday = number(people[0], setup, "arm-choice.life-feedback")
    assert 0 < everyday < 0.5
    assert {session.feedback for job in (first, second) for session in job.policy.sessions} == {everyday}


def test_animals_differ_from_patients_by_the_clock_only(setup):
    assert RODENT == {"milieu.clock": 1.0}
    people = animals(setup)
    shares = [patient.lesion.discs[0].share for patient in people]
    assert len(people) == ENOUGH
    assert np.corrcoef(shares, np.linspace(LEAST_SEVERITY, MOST_SEVERITY, ENOUGH))[0, 1] > 0.3


def test_tissue_loss_is_relative_to_the_same_animal_without_overuse(setup):
    growth, control, dead = np.array([5.0, 0.0]), np.array([0.0, 0.0]), np.array([0.1, 0.1])
    assert loss_ratio(growth, control, dead) == pytest.approx([1.45, 1.0])
    assert loss_ratio(growth, growth, dead) == pytest.approx([1.0, 1.0])
    patient = animals(setup)[0]
    assert dead_share(patient, setup) == pytest.approx(patient.lesion.discs[0].share / 6, abs=0.5 / 600)


def test_ratio_of_gains():
    assert ratio_of_means(np.array([[10.0, 1.0], [20.0, 2.0]])) == pytest.approx(0.1)
    assert np.isnan(ratio_of_means(np.array([[1.0, 1.0], [-1.0, 1.0]])))


def test_odds_ratio_of_paired_outcomes():
    rows = np.array([[1.0, 1.0]] * 40 + [[0.0, 1.0]] * 10 + [[0.0, 0.0]] * 50)
    assert odds_ratio(rows) == pytest.approx((40.5 / 60.5) / (50.5 / 50.5))
    assert odds_ratio(rows[:, ::-1]) == pytest.approx(1 / odds_ratio(rows))


def test_chronic_baselines_have_the_published_mean_and_spread():
    fm = baselines(89, BASELINE_MEAN, BASELINE_SD)
    assert fm.mean() == pytest.approx(BASELINE_MEAN, abs=0.2)
    assert fm.std(ddof=1) == pytest.approx(BASELINE_SD, abs=0.5)
