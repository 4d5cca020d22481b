"""The equations of the corticospinal search: force, exploration, acceptance, saturation, targets."""

import numpy as np
import pytest

from rehab_opt.errors import InputError
from rehab_opt.models.corticospinal import (
    VARIANTS,
    Cells,
    TargetedFeedback,
    corticospinal_parameters,
    draw_cells,
    numbers_of,
    practise,
)
from rehab_opt.models.corticospinal.cells import lognormal


def pool(weight, sd=0.05, lowest=-1.0, ipsilesional=None, secondary=None):
    count = len(weight)
    flags = [np.zeros(count, bool) if flag is None else np.array(flag) for flag in (ipsilesional, secondary)]
    return Cells(np.array(weight, float), np.full(count, sd), np.zeros(count), *flags, lowest)


def rng(seed=1):
    return np.random.default_rng(seed)


def test_force_is_the_weighted_sum_and_capacity_its_bound():
    cells = pool([2.0, -1.0, 0.5], lowest=0.0)
    assert cells.force(np.array([0.5, 0.5, 1.0])) == 1.0
    assert cells.capacity == 2.5
    assert pool([2.0, -1.0, 0.5]).capacity == 3.5


def test_best_first_search_equals_its_definition():
    cells = pool([1.0, -2.0, 0.5, 1.5], sd=0.4)
    now, noise = np.zeros(4), 0.4 * rng().standard_normal((50, 4))
    for change in noise:
        tried = np.clip(now + change, -1.0, 1.0)
        now = tried if cells.weight @ tried > cells.weight @ now else now
    np.testing.assert_array_equal(practise(cells, np.zeros(4), 50, rng()), now)


def test_stochastic_gradient_equals_its_definition_and_climbs():
    cells = pool([1.0, -2.0, 0.5, 1.5], sd=0.4)
    now, noise = np.zeros(4), 0.4 * rng().standard_normal((50, 4))
    for change in noise:
        gained = cells.weight @ np.clip(now + change, -1.0, 1.0) - cells.weight @ now
        now = np.clip(now + 0.04 * gained * change, -1.0, 1.0)
    found = practise(cells, np.zeros(4), 50, rng(), gradient_gain=0.04)
    np.testing.assert_allclose(found, now, rtol=1e-12)
    assert cells.force(found) > 0


def test_agonists_are_activated_and_antagonists_silenced():
    cells = draw_cells(numbers_of("reinkensmeyer-2012", {"cells.number": 60}), 0)
    found = practise(cells, np.zeros(60), 4000, rng())
    assert found[cells.weight > 0].mean() > 0.9
    assert found[cells.weight < 0].mean() < -0.9


def test_with_equal_limits_the_share_of_antagonists_is_without_effect():
    forces = []
    for share in (0.0, 1.0):
        cells = draw_cells(numbers_of("reinkensmeyer-2012", {"cells.number": 60, "cells.antagonist-share": share}), 0)
        sign = np.sign(cells.weight)  # the same noise, seen from the other side
        flipped = Cells(cells.weight, cells.sd * sign, cells.start, cells.ipsilesional, cells.secondary, -1.0)
        forces.append(flipped.force(practise(flipped, np.zeros(60), 500, rng())))
    assert forces[0] == pytest.approx(forces[1], rel=1e-12)


def test_activations_stay_in_range_and_the_start_is_left_alone():
    cells, start = pool([1.0, 1.0], sd=5.0, lowest=0.0), np.zeros(2)
    found = practise(cells, start, 200, rng())
    assert (start == 0).all()
    assert found.min() >= 0
    assert found.max() <= 1


def test_strong_and_variable_cells_are_optimised_first():
    weights = np.repeat([3.0, 1.0], 200)
    found = practise(pool(weights), np.zeros(400), 600, rng())
    assert found[:200].mean() > found[200:].mean() + 0.1
    cells = pool(np.ones(400))
    cells.sd[200:] /= 3
    found = practise(cells, np.zeros(400), 600, rng())
    assert found[:200].mean() > found[200:].mean() + 0.1


def test_feedback_from_a_group_trains_that_group_only():
    cells = pool(np.ones(200), ipsilesional=np.arange(200) < 100, secondary=np.arange(200) % 2 == 0)
    target = TargetedFeedback(share=1.0, side="ipsilesional")
    found = practise(cells, np.zeros(200), 2000, rng(), targeted=target)
    group = target.group(cells)
    assert group.sum() == 50
    assert found[group].mean() > 0.6
    assert abs(found[~group].mean()) < 0.15


def test_targets_fall_on_their_share_of_repetitions_wherever_practice_is_cut():
    for share in (0.0, 0.1, 0.2, 0.3, 1 / 3, 1.0):
        falls = [TargetedFeedback(share=share).falls_on(trial) for trial in range(900)]
        assert sum(falls) == round(900 * share)
    cells = pool(np.ones(40), secondary=np.arange(40) < 20)
    target, noise = TargetedFeedback(share=0.3), rng()
    parts = practise(cells, np.zeros(40), 64, noise, targeted=target)
    parts = practise(cells, parts, 30, noise, targeted=target, first=64)
    np.testing.assert_array_equal(parts, practise(cells, np.zeros(40), 94, rng(), targeted=target))


@pytest.mark.parametrize(("key", "value"), [("share", 1.1), ("share", True), ("side", "ipsi"), ("area", "premotor")])
def test_bad_targets_are_refused(key, value):
    with pytest.raises(InputError, match=f"targeted.{key}"):
        TargetedFeedback(**{key: value})


def test_lognormal_has_the_mean_and_variance_asked_for():
    draws = lognormal(rng(), 0.25, 0.00125, 200_000)
    assert draws.mean() == pytest.approx(0.25, rel=0.01)
    assert draws.var() == pytest.approx(0.00125, rel=0.03)


def test_published_proportions_of_cells():
    cells = draw_cells(numbers_of("norman-2022"), 5)
    strong, weak = cells.weight[cells.ipsilesional], cells.weight[~cells.ipsilesional]
    assert (len(strong), len(weak), int(cells.secondary.sum())) == (900, 100, 500)
    assert strong.mean() / weak.mean() == pytest.approx(2.25, rel=0.15)
    assert cells.sd[~cells.secondary].mean() / cells.sd[cells.secondary].mean() == pytest.approx(2.25, rel=0.15)
    assert (draw_cells(numbers_of("norman-2022"), 6).weight != cells.weight).any()


def test_every_number_has_a_unit_a_source_and_lies_in_its_range():
    names = [set(corticospinal_parameters(variant)) for variant in VARIANTS]
    assert names[0] == names[1]
    for variant in VARIANTS:
        for row in corticospinal_parameters(variant).values():
            assert row.prior[0] <= row.value <= row.prior[1], row.name
            assert row.unit
            assert row.source
