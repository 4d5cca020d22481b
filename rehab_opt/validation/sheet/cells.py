"""What is read off single cells: responsiveness, best amplitude, tuning width, reliability, tuning correlation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Flags = NDArray[np.bool_]
WIDTH_RANK = 15


def best_amplitude(responses: Floats) -> NDArray[np.float64]:
    """Return the trial-mean response to the best sound above the cell's median over sounds, [cells]."""
    tuning = responses.mean(axis=2)
    return np.asarray(tuning.max(axis=1) - np.median(tuning, axis=1), dtype=np.float64)


def is_responsive(responses: Floats, least: float, errors: float) -> Flags:
    """Return which cells respond: best amplitude above ``least`` and above ``errors`` standard errors of a mean."""
    best = best_amplitude(responses)
    error = np.sqrt(responses.var(axis=2, ddof=1).mean(axis=1) / responses.shape[2])
    return np.asarray((best > least) & (best > errors * error))


def tuning_width(responses: Floats) -> NDArray[np.float64]:
    """Return the value at rank 15 of the sorted trial-mean responses, relative to the largest, [cells].

    Examples
    --------
    >>> ramp = np.arange(34.0, 0, -1)[None, :, None] * np.ones((1, 1, 2))
    >>> round(float(tuning_width(ramp)[0]), 3)
    0.588
    """
    ordered = -np.sort(-responses.mean(axis=2), axis=1)
    return np.asarray(ordered[:, WIDTH_RANK - 1] / np.maximum(ordered[:, 0], 1e-9), dtype=np.float64)


def reliability(responses: Floats) -> NDArray[np.float64]:
    """Return the mean correlation of a cell's tuning between two trials, [cells]; 0 for a cell that never answers."""
    trials = responses.shape[2]
    centred = responses - responses.mean(axis=1, keepdims=True)
    centred = centred / np.maximum(np.sqrt((centred**2).sum(axis=1, keepdims=True)), 1e-12)
    total = (centred.sum(axis=2) ** 2).sum(axis=1) - (centred**2).sum(axis=(1, 2))
    return np.asarray(total / (trials * (trials - 1)), dtype=np.float64)


def tuning_correlation(one: Floats, other: Floats) -> NDArray[np.float64]:
    """Return the correlation over sounds of each cell's trial-mean responses on two days, [cells]."""
    a, b = (x.mean(axis=2) - x.mean(axis=(1, 2))[:, None] for x in (one, other))
    size = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.asarray((a * b).sum(axis=1) / np.maximum(size, 1e-12), dtype=np.float64)
