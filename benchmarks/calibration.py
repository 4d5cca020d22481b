"""A fixed piece of work, the yardstick of the regression guard: what the network's kernels do, written plainly.

It must not change: every stored ratio is relative to it. It shares no code with the package.
"""

from __future__ import annotations

from functools import cache

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.timing import best

_UNITS, _SLOTS, _STIMULI, _ROUNDS = 600, 48, 40, 2
Floats = NDArray[np.float32]


@numba.njit(nogil=True, error_model="numpy")
def _gather(source: NDArray[np.int32], weight: Floats, rates: Floats, out: Floats, rounds: int) -> None:
    """out_i = sum over slots of weight x rates of the source, then r / (1 + r)."""
    one = np.float32(1)
    for _ in range(rounds):
        for i in range(weight.shape[0]):
            for s in range(out.shape[1]):
                out[i, s] = np.float32(0)
            for k in range(weight.shape[1]):
                w, j = weight[i, k], source[i, k]
                for s in range(out.shape[1]):
                    out[i, s] += w * rates[j, s]
            for s in range(out.shape[1]):
                out[i, s] = out[i, s] / (one + out[i, s])


@cache
def _work() -> tuple[NDArray[np.int32], Floats, Floats, Floats]:
    rng = np.random.default_rng(1)
    source = rng.integers(0, _UNITS, (_UNITS, _SLOTS), dtype=np.int32)
    weight, rates = (rng.random(shape, dtype=np.float32) for shape in ((_UNITS, _SLOTS), (_UNITS, _STIMULI)))
    out = np.empty_like(rates)
    _gather(source, weight, rates, out, 1)  # compiled
    return source, weight, rates, out


def calibrate() -> float:
    """Return the seconds of the yardstick, the fastest of some repeats of less than a millisecond."""
    arrays = _work()
    return best(lambda: _gather(*arrays, _ROUNDS), 10)
