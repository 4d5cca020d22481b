"""Statistics of paired differences: bootstrap interval, sign-flip test, Holm adjustment, probability of doing better.

Everything takes plain arrays and a seed; the same numbers in the same order give the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rehab_opt.parameters.streams import stream

FloatArray: TypeAlias = NDArray[np.float64]

_BLOCK = 1 << 20  # numbers held at once: bounds the memory of a bootstrap over a large panel


def bootstrap_means(values: FloatArray, seed: int, resamples: int) -> FloatArray:
    """Return the means of ``resamples`` samples drawn with replacement from the rows of ``values``.

    Parameters
    ----------
    values
        One row a patient; any further axes are averaged side by side, with the same draws (paired measures, weeks).
    seed
        Seed of the draws.
    resamples
        Number of samples, >= 1.

    Examples
    --------
    >>> bootstrap_means(np.array([2.0, 2.0, 2.0]), seed=1, resamples=3).tolist()
    [2.0, 2.0, 2.0]
    """
    rng = stream(seed, "compare", "bootstrap")
    patients = len(values)
    step = max(1, _BLOCK // max(values.size, 1))
    means = np.empty((resamples, *values.shape[1:]))
    for first in range(0, resamples, step):
        draws = rng.integers(patients, size=(min(step, resamples - first), patients))
        means[first : first + len(draws)] = values[draws].mean(axis=1)
    return means


def bootstrap_interval(
    differences: Sequence[float] | FloatArray, seed: int, resamples: int = 10_000, level: float = 0.95
) -> tuple[float, float]:
    """Return the bias-corrected and accelerated (BCa) bootstrap interval of a mean (Efron 1987).

    Parameters
    ----------
    differences
        One difference a patient; at least two.
    seed
        Seed of the resampling.
    resamples
        Number of bootstrap samples.
    level
        Coverage aimed at, between 0 and 1.

    Raises
    ------
    ValueError
        If there are fewer than two differences.

    Examples
    --------
    >>> low, high = bootstrap_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], seed=1)
    >>> 1.0 < low < 3.5 < high < 6.0
    True
    """
    from scipy.special import ndtr, ndtri

    values = np.asarray(differences, dtype=np.float64)
    if len(values) < 2:
        raise ValueError(f"an interval needs at least 2 differences, got {len(values)}")
    centre = float(values.mean())
    if np.ptp(values) == 0.0:
        return centre, centre
    means = bootstrap_means(values, seed, resamples)
    # Ties count half, and half a sample is kept on either side, so that the correction stays finite.
    below = (np.sum(means < centre) + 0.5 * np.sum(means == centre)) / resamples
    bias = ndtri(np.clip(below, 0.5 / resamples, 1 - 0.5 / resamples))
    deviations = values - centre
    acceleration = np.sum(deviations**3) / (6.0 * np.sum(deviations**2) ** 1.5)
    tails = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    low, high = np.quantile(means, ndtr(bias + tails / (1 - acceleration * tails)))
    return float(low), float(high)


def sign_flip_p(differences: Sequence[float] | FloatArray, seed: int, resamples: int = 10_000) -> float:
    """Return the two-sided sign-flip permutation p-value for a mean difference of 0.

    All sign patterns are enumerated when there are at most ``resamples`` of them; otherwise ``resamples`` patterns are
    drawn and the observed one is counted as well, so that p is never 0.

    Examples
    --------
    >>> sign_flip_p([1.0, 2.0, 3.0, 4.0], seed=1)
    0.125
    """
    values = np.asarray(differences, dtype=np.float64)
    patients = len(values)
    observed = abs(float(values.sum()))
    reached = observed - 1e-12 * float(np.abs(values).sum())  # patterns equal but for rounding count as reached
    if patients < 60 and 2**patients <= resamples:
        patterns = (np.arange(2**patients)[:, None] >> np.arange(patients)) & 1
        sums = np.where(patterns == 1, values, -values).sum(axis=1)
        return float(np.mean(np.abs(sums) >= reached))
    rng = stream(seed, "compare", "sign-flip")
    step = max(1, _BLOCK // patients)
    count = 0
    for first in range(0, resamples, step):
        flips = rng.integers(2, size=(min(step, resamples - first), patients), dtype=np.int8)
        sums = np.where(flips == 1, values, -values).sum(axis=1)
        count += int(np.sum(np.abs(sums) >= reached))
    return (count + 1) / (resamples + 1)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return Holm's step-down adjustment of a family of p-values, in the order given.

    Examples
    --------
    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03, 0.005])]
    [0.03, 0.06, 0.06, 0.02]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted = [0.0] * len(p_values)
    running = 0.0
    for rank, index in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[index]))
        adjusted[index] = running
    return tuple(adjusted)


def share_better(differences: Sequence[float] | FloatArray) -> float:
    """Return the probability that a patient does better than under the reference; an equal result counts half.

    Examples
    --------
    >>> share_better([2.0, 1.0, 0.0, -1.0])
    0.625
    """
    values = np.asarray(differences, dtype=np.float64)
    return float(np.mean((values > 0) + 0.5 * (values == 0)))
