"""The rules of the verdicts: tolerances, directions, intervals, what cannot be measured."""

import math

import numpy as np
import pytest
from scipy import stats

from rehab_opt.errors import InputError
from rehab_opt.validation import Check, direction, effect_size, estimate, fact, proportion, statistic, within
from rehab_opt.validation.checks import ENOUGH, LEAST_EFFECT

NAN = math.nan


@pytest.mark.parametrize(
    ("value", "low", "high", "verdict"),
    [
        (1.0, 1.0, 2.0, "holds"),
        (2.0, 1.0, 2.0, "holds"),
        (2.01, 1.0, 2.0, "falls short"),
        (0.99, 1.0, None, "falls short"),
        (5.0, 1.0, None, "holds"),
        (-5.0, None, 1.0, "holds"),
        (math.inf, 1.0, None, "holds"),
        (NAN, 1.0, None, "falls short"),
        (NAN, None, 1.0, "falls short"),
    ],
)
def test_the_point_estimate_decides_and_ends_belong_to_the_tolerance(value, low, high, verdict):
    assert estimate("x", value, (0.0, 9.0), low, high).verdict == verdict


@pytest.mark.parametrize(("low", "high"), [(None, None), (2.0, 1.0)])
def test_a_tolerance_must_be_one(low, high):
    with pytest.raises(InputError, match="tolerance"):
        estimate("x", 1.0, None, low, high)


@pytest.mark.parametrize("size", [5, 60])
def test_the_interval_of_a_mean_covers_it_as_often_as_promised(size):
    rng = np.random.default_rng(1)
    checks = [within("x", rng.normal(3.0, 2.0, size), 0.0, 6.0) for _ in range(60)]
    covered = sum(check.ci_low <= 3.0 <= check.ci_high for check in checks)
    assert 52 <= covered <= 60


@pytest.mark.parametrize("values", [[], [1.0, NAN], [math.inf, 1.0]])
def test_a_mean_with_a_missing_value_falls_short(values):
    check = within("x", values, -1e9, 1e9)
    assert (check.verdict, math.isnan(check.measured), check.ci_low) == ("falls short", True, None)


def test_one_value_has_no_interval_but_a_verdict():
    check = within("x", [2.0], 1.0, 3.0)
    assert (check.verdict, check.ci_low, check.ci_high) == ("holds", None, None)


def test_a_direction_holds_on_its_side_only():
    differences = np.random.default_rng(2).normal(1.0, 1.0, 40)
    assert direction("x", differences, 1).holds
    assert not direction("x", differences, -1).holds
    assert direction("x", -differences, -1).holds


def test_a_direction_that_is_certain_but_tiny_falls_short():
    differences = np.random.default_rng(3).normal(0.15, 1.0, 2000)
    check = direction("x", differences, 1)
    assert check.ci_low > 0
    assert check.verdict == "falls short"
    assert check.measured < check.tol_low == pytest.approx(0.2 * differences.std(ddof=1))


def test_a_direction_that_is_large_but_uncertain_falls_short():
    check = direction("x", [4.0, -1.0, 3.0], 1)
    assert check.measured > check.tol_low
    assert check.verdict == "falls short"


@pytest.mark.parametrize(("n", "decides"), [(ENOUGH, True), (ENOUGH - 2, False), (40, False)])
def test_enough_subjects_tell_the_least_effect_that_counts_from_none(n: int, decides: bool):
    t = stats.t.ppf(0.975, n - 1)
    assert (LEAST_EFFECT * math.sqrt(n) > t) == decides


@pytest.mark.parametrize(("n", "verdict"), [(ENOUGH, "holds"), (40, "falls short")])
def test_an_effect_just_over_the_least_needs_enough_subjects(n: int, verdict: str):
    quantiles = stats.norm.ppf((np.arange(n) + 0.5) / n)
    check = direction("x", 0.21 + quantiles / quantiles.std(ddof=1), 1)
    assert check.tol_low is not None
    assert check.measured > check.tol_low
    assert check.verdict == verdict


def test_differences_that_are_all_the_same_have_a_direction_unless_they_are_zero():
    assert direction("x", [0.5] * 12, 1).holds
    assert not direction("x", [0.0] * 12, 1).holds
    assert not direction("x", [0.5], 1).holds


def test_a_negative_direction_shows_its_tolerance_below_zero():
    check = direction("x", [-1.0, -2.0, -3.0, -2.0], -1)
    assert check.tol_low is None
    assert check.tol_high < 0


def test_wilsons_interval_is_the_published_one():
    # Newcombe 1998, table I: 81 of 263.
    check = proportion("x", 81, 263, 0.2, 0.4)
    assert (round(check.ci_low, 4), round(check.ci_high, 4)) == (0.2553, 0.3662)
    assert proportion("x", 0, 0, 0.2, 0.4).verdict == "falls short"
    assert proportion("x", 0, 20, 0.2, 0.4).ci_low == 0.0


def test_other_statistics_have_intervals_around_them():
    rows = np.random.default_rng(4).normal([10.0, 5.0], 1.0, (40, 2))
    ratio = statistic("x", rows, lambda t: float(t[:, 0].mean() / t[:, 1].mean()), 1.8, 2.2)
    assert ratio.ci_low < ratio.measured < ratio.ci_high
    assert ratio.holds
    assert effect_size("x", rows[:, 0] - rows[:, 1], 2.0, None).holds


def test_a_fact_holds_or_not():
    assert fact("x", True).holds
    assert not fact("x", False).holds


@pytest.mark.parametrize("check", [estimate("x", NAN, None, 1.0, None), within("y", [1.0, 2.0, 4.0], 0.0, 3.0)])
def test_a_check_survives_being_written(check):
    again = Check.from_data(check.to_data())
    assert str(again) == str(check)
