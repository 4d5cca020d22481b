"""The stimulation group: arithmetic on made-up arrays, paired schedules, and a probe that a sham does not move."""

import numpy as np
import pytest

from rehab_opt.patient import Lesion, Patient
from rehab_opt.validation.catalogue import select
from rehab_opt.validation.checks import within
from rehab_opt.validation.groups.stimulation import EXPERIMENTS, courses
from rehab_opt.validation.groups.stimulation.arms import Arms, Trial, standardised
from rehab_opt.validation.groups.stimulation.excitability import Probe, excitability

SMALL = (("network.units", 240.0),)


def test_every_target_of_the_group_has_an_experiment():
    assert set(EXPERIMENTS) == {target.id for target in select(group_names=["stimulation"])}


def test_arms_differ_in_the_field_only():
    trial = Trial(21, 10, courses.theta_burst())
    real, sham = trial.plan(True), trial.plan(False)
    assert real.days == sham.days
    assert real.hours == sham.hours
    assert sum(session.stimulation is not None for session in real.sessions) == 10
    assert all(session.stimulation is None for session in sham.sessions)
    assert trial.days[-1] == 32


def test_difference_is_taken_on_the_last_day_and_changes_from_the_first():
    arms = Arms(np.array([[10.0, 12.0, 15.0]]), np.array([[10.0, 11.0, 12.0]]))
    assert arms.difference.tolist() == [3.0]
    assert arms.changes.tolist() == [[5.0, 2.0]]


def test_standardised_difference_counts_the_noise_of_both_visits():
    rng = np.random.default_rng(1)
    changes = rng.normal(size=(400, 1)) + np.array([1.0, 0.0])
    assert standardised(changes, noise=1.0) == pytest.approx(1 / np.sqrt(3), abs=0.06)


@pytest.mark.parametrize(("means", "expected"), [([1, 0.5, -1], 1), ([1, -0.5, 1], 2), ([-1, -2, -3], 0)])
def test_changes_of_sign(means, expected):
    assert courses.changes_of_sign(means) == expected


def test_either_number_meets_the_target_and_neither_does_not():
    good, bad, other = within("a", [3.0], 2, 4), within("b", [9.0], 2, 4), within("c", [0.0], 2, 4)
    assert courses.either(good, bad) is good
    assert courses.either(bad, good) is good
    assert not courses.either(bad, other).holds


def test_probe_sees_a_block_and_not_a_sham():
    person = Patient.sample(seed=3, wiring=1).with_lesion(Lesion.none())
    blocks = ((0.0, courses.theta_burst()),)
    assert abs(excitability(Probe(person, blocks, SMALL, ()))) > 1
    assert excitability(Probe(person, blocks, SMALL, ("stimulation",))) == pytest.approx(0, abs=0.5)
