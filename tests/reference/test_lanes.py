"""Vector instructions add and multiply what plain numpy does, for every number of stimuli and every kind of row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rehab_opt.network.kernels.lanes import add_row, dot_row

Array = np.ndarray[Any, Any]
Real = type[np.floating[Any]]
ROWS, SLOTS = 9, 12
TOLERANCE = {np.float64: 1e-13, np.float32: 1e-5}
STIMULI = range(1, 101)


def _synapses(rng: np.random.Generator, real: Real, sources: int) -> tuple[Array, Array]:
    source = rng.integers(0, sources, (ROWS, SLOTS)).astype(np.int32)
    return source, rng.normal(0, 1, (ROWS, SLOTS)).astype(real)


def _matrix(rng: np.random.Generator, real: Real, stimuli: int, strided: bool) -> Array:
    """Rows one after the other; or every second row of a wider matrix, from its third column on."""
    if not strided:
        return rng.normal(0, 1, (ROWS, stimuli)).astype(real)
    return rng.normal(0, 1, (2 * ROWS, stimuli + 5)).astype(real)[::2, 2 : 2 + stimuli]


def _close(found: Array, wanted: Array, real: Real) -> bool:
    return bool(np.abs(found - wanted).max() <= TOLERANCE[real] * max(1, np.abs(wanted).max()))


@pytest.mark.parametrize("real", TOLERANCE)
@pytest.mark.parametrize("strided", [False, True])
@pytest.mark.parametrize("column", [0, 1, 8])
def test_rows_are_added_for_every_number_of_stimuli(real: Real, strided: bool, column: int) -> None:
    rng = np.random.default_rng(0)
    for stimuli in STIMULI:
        source, weight = _synapses(rng, real, ROWS)
        out, rates = _matrix(rng, real, stimuli, strided), _matrix(rng, real, column + stimuli + 3, strided)
        i, count = stimuli % ROWS, 2 * (stimuli % (SLOTS // 2 + 1))
        wanted = out.astype(np.float64)
        for k in range(count):
            wanted[i] += float(weight[i, k]) * rates[source[i, k], column : column + stimuli].astype(np.float64)
        add_row(out, i, source, weight, count, rates, column)
        assert _close(out, wanted, real), (stimuli, count)


@pytest.mark.parametrize("strided", [False, True])
def test_adding_a_row_writes_nothing_beside_it(strided: bool) -> None:
    rng = np.random.default_rng(1)
    for stimuli in STIMULI:
        source, weight = _synapses(rng, np.float64, ROWS)
        around = np.full((2 * ROWS, stimuli + 5), 7.0)
        out = around[::2, 2 : 2 + stimuli] if strided else around[:ROWS]
        out[4] = 0
        add_row(out, 4, source, weight, SLOTS, _matrix(rng, np.float64, out.shape[1], strided), 0)
        out[4] = 7
        assert (around == 7).all()


@pytest.mark.parametrize("real", TOLERANCE)
@pytest.mark.parametrize("strided", [False, True])
@pytest.mark.parametrize("column", [0, 1, 8])
def test_products_of_rows_for_every_number_of_stimuli(real: Real, strided: bool, column: int) -> None:
    rng = np.random.default_rng(2)
    for stimuli in STIMULI:
        source, _ = _synapses(rng, real, ROWS)
        post = _matrix(rng, real, stimuli, strided)
        pre = _matrix(rng, real, column + stimuli + 3, strided)
        i, n, slots = stimuli % ROWS, (stimuli + 4) % ROWS, 1 + stimuli % SLOTS
        out = np.full(slots + 1, 5, dtype=real)  # what was there before does not count, what lies behind stays
        dot_row(out[:slots], post, n, pre, source, i, column)
        seen = pre[source[i, :slots], column : column + stimuli].astype(np.float64)
        assert _close(out[:slots], seen @ post[n].astype(np.float64), real), (stimuli, slots)
        assert out[slots] == 5


def test_the_same_rows_give_the_same_bits_wherever_they_lie_in_memory() -> None:
    rng = np.random.default_rng(3)
    source, weight = _synapses(rng, np.float32, ROWS)
    for stimuli in (5, 8, 23, 61):
        rates = _matrix(rng, np.float32, stimuli, strided=False)
        found = []
        for shift in range(4):
            moved = np.zeros((ROWS, stimuli + 4), dtype=np.float32)[:, shift : shift + stimuli]
            moved[:] = rates
            out, product = np.zeros((ROWS, stimuli), dtype=np.float32), np.zeros(SLOTS, dtype=np.float32)
            add_row(out, 2, source, weight, SLOTS, moved, 0)
            dot_row(product, rates, 1, moved, source, 2, 0)
            found.append(out.tobytes() + product.tobytes())
        assert len(set(found)) == 1
