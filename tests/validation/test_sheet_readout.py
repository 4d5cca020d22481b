"""Map measures against a slow and obvious reference; responsiveness, width, reliability and the choice of targets."""

import numpy as np
import pytest

from rehab_opt.validation.sheet.cells import (
    best_amplitude,
    is_responsive,
    reliability,
    tuning_correlation,
    tuning_width,
)
from rehab_opt.validation.sheet.coupling import encoding_score
from rehab_opt.validation.sheet.similarity import similarity


def made_up(cells=40, sounds=5, trials=4, noise=0.3, seed=0):
    rng = np.random.default_rng(seed)
    signal = rng.lognormal(0, 1, (cells, sounds, 1))
    return signal + noise * rng.standard_normal((cells, sounds, trials))


def reference_map(x):
    """M(s, s') pair by pair, as it is written down in the definition."""
    _, sounds, trials = x.shape
    table = np.zeros((sounds, sounds))
    for s in range(sounds):
        for q in range(sounds):
            pairs = [
                np.corrcoef(x[:, s, k], x[:, q, j])[0, 1]
                for k in range(trials)
                for j in range(trials)
                if s != q or k != j
            ]
            table[s, q] = np.mean(pairs)
    return table


def test_diagonal_and_off_diagonal_agree_with_the_definition():
    x = made_up()
    table, found = reference_map(x), similarity(x)
    off = table[~np.eye(len(table), dtype=bool)]
    assert found.diagonal == pytest.approx(np.diag(table).mean(), abs=1e-9)
    assert found.off_diagonal == pytest.approx(off.mean(), abs=1e-9)


def test_trial_averaged_map_is_the_map_of_the_means():
    x = made_up()
    table = np.corrcoef(x.mean(axis=2).T)
    assert similarity(x).averaged == pytest.approx(table[~np.eye(len(table), dtype=bool)].mean(), abs=1e-9)


def test_more_noise_lowers_the_diagonal_and_spares_the_averaged_map():
    rng = np.random.default_rng(2)
    signal = rng.lognormal(0, 1, (400, 6, 1))
    quiet, loud = (signal + sd * rng.standard_normal((400, 6, 200)) for sd in (0.3, 1.0))
    assert similarity(loud).diagonal < 0.85 * similarity(quiet).diagonal
    assert similarity(loud).averaged == pytest.approx(similarity(quiet).averaged, abs=0.02)


def test_reliability_agrees_with_pairs_of_trials():
    x = made_up(cells=6)
    expected = [
        np.mean([np.corrcoef(cell[:, k], cell[:, j])[0, 1] for k in range(4) for j in range(4) if k != j]) for cell in x
    ]
    assert reliability(x) == pytest.approx(expected, abs=1e-9)


def test_a_cell_that_never_answers_has_no_reliability():
    assert reliability(np.zeros((1, 5, 4))) == pytest.approx([0.0])


def test_best_amplitude_is_above_the_median_over_sounds():
    x = np.array([1.0, 1.0, 1.0, 4.0, 1.0])[None, :, None] * np.ones((1, 1, 3))
    assert best_amplitude(x) == pytest.approx([3.0])


def test_responsive_needs_size_and_certainty():
    rng = np.random.default_rng(1)
    strong, weak = np.zeros((34, 10)), np.zeros((34, 10))
    strong[3], weak[3] = 1.0, 0.2
    noise = 0.1 * rng.standard_normal((34, 10))
    unsure = strong + 30 * noise
    x = np.array([strong + noise, weak + noise, unsure])
    assert is_responsive(x, least=0.5, errors=4.0).tolist() == [True, False, False]


def test_sharp_tuning_has_a_small_width():
    sharp, broad = np.full((34, 10), 0.01), np.full((34, 10), 0.8)
    sharp[0] = broad[0] = 1.0
    narrow, wide = tuning_width(np.array([sharp, broad]))
    assert narrow == pytest.approx(0.01)
    assert wide == pytest.approx(0.8)


def test_tuning_correlation_ignores_gain_and_offset():
    x = made_up(noise=0.0)
    assert tuning_correlation(x, 2 * x + 1) == pytest.approx(np.ones(40))
    assert tuning_correlation(x, -x) == pytest.approx(-np.ones(40))


def test_encoding_score_is_the_correlation_with_the_old_tuning():
    x = made_up(cells=3)
    tuning = made_up(cells=3, seed=5).mean(axis=2)
    expected = [np.corrcoef(x[i].ravel(), np.repeat(tuning[i], x.shape[2]))[0, 1] for i in range(3)]
    assert encoding_score(x, tuning) == pytest.approx(expected, abs=1e-9)
