"""Paired statistics against known answers: coverage, agreement with scipy, exact permutation values, Holm by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_opt.compare.statistics import bootstrap_interval, bootstrap_means, holm, share_better, sign_flip_p

NUMBERS = st.floats(-60, 60, allow_nan=False).map(lambda x: round(x, 3))


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(7)
    repeats, truth = 1000, 1.0
    covered = 0
    for repeat in range(repeats):
        low, high = bootstrap_interval(rng.normal(truth, 3.0, 48), seed=repeat, resamples=500)
        covered += low <= truth <= high
    assert 0.92 <= covered / repeats <= 0.97  # nominal 0.95; a bootstrap of 48 is known to fall a little short


def test_interval_agrees_with_scipy_on_a_skewed_sample() -> None:
    from scipy.stats import bootstrap

    sample = np.random.default_rng(3).exponential(4.0, 40)
    ours = bootstrap_interval(sample, seed=1, resamples=20_000)
    theirs = bootstrap(
        (sample,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.08)


def test_interval_leans_to_the_long_tail() -> None:
    sample = np.random.default_rng(3).exponential(4.0, 40)
    low, high = bootstrap_interval(sample, seed=1)
    assert high - sample.mean() > sample.mean() - low


def test_equal_differences_give_a_point() -> None:
    assert bootstrap_interval([2.5] * 8, seed=1) == (2.5, 2.5)


def test_interval_of_one_patient_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        bootstrap_interval([1.0], seed=1)


def test_one_outlier_keeps_the_interval_finite() -> None:
    low, high = bootstrap_interval([0.0] * 9 + [10.0], seed=1)
    assert np.isfinite([low, high]).all()
    assert 0.0 <= low < 1.0 < high <= 10.0


def test_bootstrap_over_weeks_uses_the_same_draws_for_each_column() -> None:
    weekly = np.random.default_rng(1).normal(size=(12, 3))
    together = bootstrap_means(weekly, seed=4, resamples=50)
    alone = bootstrap_means(weekly[:, :1], seed=4, resamples=50)
    np.testing.assert_allclose(together[:, :1], alone)


def test_draws_do_not_depend_on_how_many_are_held_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=20)
    whole = bootstrap_means(values, seed=4, resamples=200)
    monkeypatch.setattr("rehab_opt.compare.statistics._BLOCK", 64)
    np.testing.assert_array_equal(whole, bootstrap_means(values, seed=4, resamples=200))


def test_sign_flip_enumerates_small_panels() -> None:
    assert sign_flip_p([1.0, 2.0, 3.0, 4.0, 5.0], seed=1) == 2 / 32
    assert sign_flip_p([1.0, -1.0], seed=1) == 1.0
    assert sign_flip_p([0.0, 0.0, 0.0], seed=1) == 1.0


def test_drawn_patterns_agree_with_enumeration() -> None:
    sample = np.random.default_rng(5).normal(0.5, 1.0, 12)
    exact = sign_flip_p(sample, seed=1, resamples=5000)
    assert sign_flip_p(sample, seed=1, resamples=4000) == pytest.approx(exact, abs=0.03)


def test_sign_flip_p_is_uniform_without_an_effect() -> None:
    rng = np.random.default_rng(11)
    p = [sign_flip_p(rng.normal(0.0, 2.0, 24), seed=i, resamples=400) for i in range(400)]
    assert np.mean(p) == pytest.approx(0.5, abs=0.05)
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.03)
    assert np.mean(np.array(p) <= 0.25) == pytest.approx(0.25, abs=0.07)


def test_drawn_p_is_never_zero() -> None:
    assert sign_flip_p(np.full(40, 3.0), seed=1, resamples=200) == pytest.approx(1 / 201)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.5, 0.9]) == pytest.approx((1.0, 1.0))
    assert holm([]) == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_p_and_keeps_the_order(p: list[float]) -> None:
    adjusted = holm(p)
    assert all(0 <= a <= 1 and a >= own for a, own in zip(adjusted, p, strict=True))
    assert all(adjusted[i] <= adjusted[j] for i in range(len(p)) for j in range(len(p)) if p[i] < p[j])


@settings(max_examples=40, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=12))
def test_changing_all_signs_mirrors_everything(differences: list[float]) -> None:
    mirrored = [-d for d in differences]
    assert sign_flip_p(differences, seed=2, resamples=200) == pytest.approx(
        sign_flip_p(mirrored, seed=2, resamples=200)
    )
    assert share_better(differences) == pytest.approx(1 - share_better(mirrored))
    low, high = bootstrap_interval(differences, seed=2, resamples=200)
    assert min(differences) - 1e-9 <= low <= high <= max(differences) + 1e-9
