"""The loss of a parameter set."""

import math

import pytest

from rehab_opt.validation import estimate, fact
from rehab_opt.validation.calibration.fitted import resolve
from rehab_opt.validation.calibration.loss import LARGE, check_loss, half_width, miss, prior_loss, target_loss


def gain(value, low=2.0, high=4.0, ci=None):
    return estimate("gain", value, ci, low, high)


def test_a_miss_is_counted_in_half_widths_beyond_the_edge():
    assert miss(gain(6.0)) == pytest.approx(2.1)
    assert miss(gain(0.0)) == pytest.approx(2.1)
    assert miss(gain(60.0, 20.0, 40.0)) == pytest.approx(2.1)


def test_inside_it_pulls_a_little_towards_the_centre():
    values = [miss(gain(value)) for value in (3.0, 3.2, 3.9, 4.0)]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert values[-1] <= 0.1


def test_an_open_side_never_misses():
    assert miss(gain(1e9, 2.0, None)) == 0
    assert miss(gain(1.0, 2.0, None)) == pytest.approx(1.0)
    assert miss(fact("so", False)) == pytest.approx(2.0)


def test_a_bound_of_zero_takes_the_interval_as_its_unit():
    assert half_width(gain(-1.0, 0.0, None, ci=(-3.0, 1.0))) == 2.0
    assert half_width(gain(-1.0, 0.0, None)) == 1.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e6])
def test_what_cannot_be_measured_is_large_but_finite(value):
    assert check_loss(gain(value)) == LARGE


def test_a_target_is_the_mean_of_its_checks():
    assert target_loss([gain(6.0), gain(3.0)]) == pytest.approx(2.1**2 / 2)
    assert target_loss([]) == LARGE


def test_the_prior_counts_squared_standard_deviations():
    rows = (resolve("practice.bout-minutes", {}), resolve("assessment.fm-noise", {}))
    start = {row.name: row.start for row in rows}
    assert prior_loss(rows, start) == 0
    moved = start | {"practice.bout-minutes": start["practice.bout-minutes"] + (60 - 1) / 4}
    assert prior_loss(rows, moved) == pytest.approx(0.5)
