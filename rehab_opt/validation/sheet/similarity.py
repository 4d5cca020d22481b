"""The representational map: similarity of population vectors between trials and sounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Similarity:
    """Three means of the map of one day.

    Attributes
    ----------
    diagonal
        D: correlation of two trials of the same sound.
    off_diagonal
        O: correlation of trials of two different sounds.
    averaged
        Obar: correlation of the trial-averaged vectors of two different sounds.
    """

    diagonal: float
    off_diagonal: float
    averaged: float


def _normed(table: Floats) -> Floats:
    """Columns with mean 0 and length 1."""
    centred = table - table.mean(axis=0)
    return np.asarray(centred / np.maximum(np.sqrt((centred**2).sum(axis=0)), 1e-12))


def _mean_off(table: Floats) -> float:
    n = len(table)
    return float((table.sum() - np.trace(table)) / (n * (n - 1)))


def similarity(responses: Floats) -> Similarity:
    """Return the means of the map of responses [cells, sounds, trials].

    With rho the Pearson correlation over cells, M(s, s) is the mean of rho(x(s, k), x(s, l)) over k != l, and M(s, s')
    that of rho(x(s, k), x(s', l)) over all k, l; D and O are the means of the diagonal and of the rest.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> signal = rng.random((50, 4, 1))
    >>> round(similarity(np.repeat(signal, 3, axis=2)).diagonal, 6)
    1.0
    """
    cells, sounds, trials = responses.shape
    vectors = _normed(responses.reshape(cells, sounds * trials).astype(np.float64))
    blocks = (vectors.T @ vectors).reshape(sounds, trials, sounds, trials)
    sums = blocks.sum(axis=(1, 3))
    own = np.einsum("stst->s", blocks)
    diagonal = (np.diag(sums) - own) / (trials * (trials - 1))
    averaged = _normed(responses.mean(axis=2).astype(np.float64))
    return Similarity(float(diagonal.mean()), _mean_off(sums / trials**2), _mean_off(averaged.T @ averaged))
