"""Arithmetic of the map group's checks on made-up tables."""

import numpy as np
import pytest

from rehab_opt.validation.catalogue import targets
from rehab_opt.validation.groups.map import EXPERIMENTS
from rehab_opt.validation.groups.map.recruits import share_removed
from rehab_opt.validation.groups.map.runs import corrected, recovered_after
from rehab_opt.validation.groups.map.single_cells import anova_p


def test_every_target_of_the_group_has_an_experiment():
    assert set(EXPERIMENTS) == {row.id for row in targets().values() if row.group == "map"}


def test_p_values_are_corrected_over_days():
    rng = np.random.default_rng(0)
    values = 1 + 0.01 * rng.standard_normal((12, 4))
    values[:, 0] -= 0.05
    found = corrected(values)
    assert found[0] < 0.001
    assert (found[1:] > found[0]).all()
    alone = corrected(values[:, 1:2])
    assert found[1] >= alone[0]


def test_a_day_on_which_all_agree_is_no_division_by_zero():
    assert corrected(np.ones((3, 2))).tolist() == [1.0, 1.0]
    assert corrected(np.full((3, 1), 0.9)).tolist() == [0.0]


@pytest.mark.parametrize(
    ("mean", "after"),
    [((0.99, 1.0, 1.0), 1.0), ((0.9, 0.98, 1.0), 3.0), ((1.0, 0.95, 0.99), 5.0), ((0.9, 0.9, 0.9), np.inf)],
)
def test_recovery_is_the_day_from_which_on_it_stays_inside(mean, after):
    assert recovered_after(np.array(mean), (7, 9, 11)) == after


def test_share_removed_by_freezing():
    assert share_removed(np.array([[0.1, 0.0], [0.1, 0.0]])) == pytest.approx(1.0)
    assert share_removed(np.array([[0.1, 0.11]])) == pytest.approx(-0.1)


def test_anova_tells_flat_from_rising():
    rng = np.random.default_rng(1)
    flat = 1 + 0.05 * rng.standard_normal((10, 4))
    assert anova_p(flat) > 0.05 > anova_p(flat + 0.1 * np.arange(4))
