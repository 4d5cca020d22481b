"""What the machine can do, measured in the same run: streams at each level of the cache, dense and sparse products."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.settle_case import SettleCase
from benchmarks.timing import best

Floats = NDArray[np.float32]
LEVELS = {"L1": 16, "L2": 384, "L3": 6 * 1024, "memory": 192 * 1024}  # kilobytes held by a stream
_VOLUME = 2**25  # bytes that one measurement streams, at least
_DENSE = 256  # rows of the square matrices: 0.75 MB for the three, in L2


@numba.njit(fastmath=True, error_model="numpy", nogil=True)
def _read(values: Floats, rounds: int, found: Floats) -> None:
    """Sum an array in four runs at once; with reassociation allowed, each is a handful of vector sums."""
    quarter = values.shape[0] // 4
    for turn in range(rounds):
        a = b = c = d = np.float32(0)
        for i in range(quarter):
            a += values[i]
            b += values[quarter + i]
            c += values[2 * quarter + i]
            d += values[3 * quarter + i]
        found[turn % 4] = a + b + c + d


@numba.njit(fastmath=True, error_model="numpy", nogil=True)
def _triad(out: Floats, one: Floats, two: Floats, rounds: int, factor: Floats) -> None:
    for turn in range(rounds):
        f = factor[turn % 4]
        for i in range(out.shape[0]):
            out[i] = one[i] + f * two[i]


@dataclass(frozen=True, slots=True)
class Stream:
    """Bandwidth of streams over a number of bytes, in 1e9 bytes a second: reading, and the triad (two in, one out)."""

    held: int
    read: float
    triad: float


def stream(held: int, repeats: int) -> Stream:
    """Measure reading and the triad over ``held`` bytes in all."""
    count = max(held // 4, 96)
    values, found = np.ones(count, dtype=np.float32), np.zeros(4, dtype=np.float32)
    rounds = max(1, _VOLUME // held)
    third = count // 3
    one, two, out = (values[n * third : (n + 1) * third] for n in range(3))
    _read(values, 1, found)
    _triad(out, one, two, 1, found)
    reading = best(lambda: _read(values, rounds, found), repeats)
    triad = best(lambda: _triad(out, one, two, rounds, found), repeats)
    return Stream(held, 4 * count * rounds / reading / 1e9, 12 * third * rounds / triad / 1e9)


def dense_product(repeats: int) -> float:
    """Return 1e9 multiply-adds a second of a float32 matrix product (sgemm) that stays in L2."""
    one = np.ones((_DENSE, _DENSE), dtype=np.float32)
    two, out = one.copy(), np.empty_like(one)
    return float(_DENSE**3 / best(lambda: np.matmul(one, two, out=out), 20 * repeats) / 1e9)


def sparse_product(case: SettleCase, repeats: int) -> float:
    """Return 1e9 multiply-adds a second of scipy's sparse x dense product, on the very synapses that are settled."""
    from scipy.sparse import csr_array

    rows, (units, slots) = case.brain.state.recurrent, case.brain.state.recurrent.weight.shape
    carrying = (rows.weight != 0) & (case.alive[:, None] != 0) & (case.alive[rows.source] != 0)
    target = np.repeat(np.arange(units, dtype=np.int32), slots)[carrying.ravel()]
    matrix = csr_array((rows.weight[carrying], (target, rows.source[carrying])), shape=(units, units))
    rates = case.rates.astype(np.float32)
    return float(matrix.nnz * case.stimuli / best(lambda: matrix @ rates, 10 * repeats) / 1e9)
