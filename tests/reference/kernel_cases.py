"""Random inputs for every kernel, with empty slots, dead units and bounds that are hit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Case = list[Any]
UNITS, CHANNELS, SLOTS, STIMULI, CANDIDATES = 40, 15, 16, 6, 5


def _synapses(rng: np.random.Generator, sources: int, sign: float = 1.0) -> tuple[Array, Array, Array, Array]:
    """Distinct sources per row; a third of the slots, and one whole row, are empty."""
    source = np.stack([rng.permutation(max(sources, SLOTS))[:SLOTS] % sources for _ in range(UNITS)]).astype(np.int32)
    weight = sign * rng.lognormal(-2.5, 0.8, (UNITS, SLOTS))
    empty = rng.random((UNITS, SLOTS)) < 1 / 3
    empty[3] = True
    weight[empty] = 0
    stable = weight * rng.uniform(0.5, 1.5, weight.shape)
    maturity = np.where(empty, 0, rng.random(weight.shape))
    return source, weight, stable, maturity


def _some_zero(rng: np.random.Generator, low: float, high: float, size: int = UNITS) -> Array:
    return rng.uniform(low, high, size) * (rng.random(size) > 0.25)


def thalamic_drive(rng: np.random.Generator) -> Case:
    source, weight, _, _ = _synapses(rng, CHANNELS)
    return [source, weight, rng.random((CHANNELS, STIMULI)), rng.random((UNITS, STIMULI))]


def settle(rng: np.random.Generator, tolerance: float = 0.0) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    weight[:, 10:] *= -2
    rates = rng.random((UNITS, STIMULI))
    drive, bias = rng.uniform(0, 2, rates.shape), rng.normal(-0.2, 0.2, UNITS)
    gain, alive = rng.uniform(0.5, 1.5, UNITS), _some_zero(rng, 0.3, 1.0)
    step, ceiling = np.where(np.arange(UNITS) % 5 == 0, 0.25, 0.5), rng.uniform(1, 4, UNITS)
    return [source, weight, drive, bias, gain, alive, step, ceiling, 0.2, tolerance, 25, rates, np.zeros_like(rates)]


def settle_to_tolerance(rng: np.random.Generator) -> Case:
    case = settle(rng, 1e-3)
    case[10] = 200
    return case


def hebbian(rng: np.random.Generator) -> Case:
    source, weight, _, maturity = _synapses(rng, UNITS)
    rows = np.flatnonzero(rng.random(UNITS) < 0.7)
    post = rng.normal(0, 0.1, (len(rows), STIMULI))
    post[1] = 0
    return [rows, source, weight, maturity, 12, post, rng.random((UNITS, STIMULI + 3)), 2, 0.15, 1e-3, 0.3]


def after_effect(rng: np.random.Generator) -> Case:
    gain, threshold = rng.uniform(-0.6, 0.6, UNITS), rng.uniform(0.2, 2.0, UNITS)
    relative, calcium = rng.uniform(0, 2, UNITS), _some_zero(rng, 0, 0.5)
    return [gain, threshold, relative, calcium, True, 7.3, 8.0, 60.0, 0.05, 0.6]


def after_effect_in_a_pause(rng: np.random.Generator) -> Case:
    case = after_effect(rng)
    case[4], case[5] = False, 20.0
    return case


def consolidate(rng: np.random.Generator) -> Case:
    _, weight, stable, maturity = _synapses(rng, UNITS)
    stable[5] = 1e-3  # a row that falls to its lower bound
    weight[5] = np.where(weight[5] != 0, 1e-3, 0)
    return [weight, stable, maturity, 12, _some_zero(rng, 0, 0.5), 0.87, 0.1, 2e-2]


def scale_rows(rng: np.random.Generator) -> Case:
    _, weight, stable, _ = _synapses(rng, UNITS)
    weight[:, 8:] *= -1
    stable[:, 8:] *= -1
    return [weight, stable, 2, 14, rng.uniform(0.7, 1.3, UNITS), 3e-2, 0.2]


def balance_rows(rng: np.random.Generator) -> Case:
    source, weight, stable, _ = _synapses(rng, UNITS, -1.0)
    excess = _some_zero(rng, -0.9, 0.9)
    return [source, weight, stable, 2, 14, excess, _some_zero(rng, 0, 3), 0.15]


def prune(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    use = _some_zero(rng, 0, 2)
    uniform = rng.uniform(0, 0.6, (UNITS, SLOTS + 2))
    return [source, weight, stable, maturity, 12, 0.5, 0.1, use, _some_zero(rng, 0, 2), uniform]


def count_bound(rng: np.random.Generator) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    bound, out = rng.integers(0, 9, UNITS), rng.integers(0, 9, UNITS)
    return [source, weight, 3, 12, bound, out]


def retract(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    uniform = rng.random((UNITS, SLOTS + 2))
    return [source, weight, stable, maturity, 12, _some_zero(rng, 0, 0.5), _some_zero(rng, 0, 0.5), uniform]


def pair(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    weight[7] = 0.1  # a row without a free slot
    candidate = rng.integers(0, UNITS, (UNITS, CANDIDATES)).astype(np.int32)
    candidate[9] = -1
    for i in range(0, UNITS, 4):
        candidate[i] = source[i, 2]  # asks for a partner that it may already have
    candidate[20:28] = 2  # more targets than elements on one source
    post, pre = rng.uniform(0, 3, UNITS), rng.uniform(0, 3, UNITS)
    pre[2] = 3.5
    return [source, weight, stable, maturity, 2, 12, post, pre, candidate, rng.random(UNITS), 0.02]


CASES: dict[str, tuple[str, Callable[[np.random.Generator], Case]]] = {
    # name of the case: kernel, inputs
    "thalamic_drive": ("thalamic_drive", thalamic_drive),
    "settle": ("settle", settle),
    "settle to tolerance": ("settle", settle_to_tolerance),
    "hebbian": ("hebbian", hebbian),
    "after_effect": ("after_effect", after_effect),
    "after_effect in a pause": ("after_effect", after_effect_in_a_pause),
    "consolidate": ("consolidate", consolidate),
    "scale_rows": ("scale_rows", scale_rows),
    "balance_rows": ("balance_rows", balance_rows),
    "prune": ("prune", prune),
    "count_bound": ("count_bound", count_bound),
    "retract": ("retract", retract),
    "pair": ("pair", pair),
}

MUTANTS: dict[str, tuple[tuple[str, str], ...]] = {
    # kernel: text in its source -> text in the mutant
    "thalamic_drive": (("+= w *", "-= w *"), ("+= w *", "+= 1.1 * w *")),
    "settle": (
        ("q * phi - old", "q * phi + old"),
        ("u * u / top)", "u * u * top)"),
        ("+= w0", "-= w0"),
        ("max(g * new", "max(1.1 * g * new"),
        ("drive[i, s] + b", "drive[i, s] - b"),
        ("d = a *", "d = 1.1 * a *"),
        ("if q == zero:", "if False:"),
    ),
    "hebbian": (
        ("w += (", "w -= ("),
        ("acc += post", "acc += 1.1 * post"),
        ("one - soft *", "one + soft *"),
        ("column + s]", "s]"),
        ("min(max(w, low), high)", "w"),
        ("if w == zero:", "if False:"),
    ),
    "after_effect": (
        ("z * (z - theta)", "z * (z + theta)"),
        ("dt * (aim - theta)", "dt * (theta - aim)"),
        ("- g * to_rest", "+ g * to_rest"),
        ("push = speed", "push = 1.1 * speed"),
        ("+ calcium[i]", "- calcium[i]"),
        ("min(max(g, -bound), bound)", "g"),
    ),
    "consolidate": (
        ("+= fixed * labile", "-= fixed * labile"),
        ("kept * labile", "1.1 * kept * labile"),
        ("grown * (one - maturity", "grown * (one + maturity"),
        ("max(w, low)", "w"),
    ),
    "scale_rows": (
        ("abs(w) * f", "abs(w) * f * 1.1"),
        ("else -size", "else size"),
        ("*= size / abs(w)", "*= abs(w) / size"),
        ("min(max(abs(w) * f, low), high)", "abs(w) * f"),
    ),
    "balance_rows": (
        ("one + e *", "one - e *"),
        ("one + e *", "one + 1.1 * e *"),
        ("*= size / -w", "*= size / w"),
        ("weight[i, k] = -size", "weight[i, k] = size"),
    ),
    "prune": (
        ("np.exp(-abs(w)", "np.exp(abs(w)"),
        ("one + use_post", "one - use_post"),
        ("risk = h *", "risk = 1.1 * h *"),
        ("stable[i, k] = zero", "pass"),
    ),
    "count_bound": (
        ("bound[i] += 1", "bound[i] -= 1"),
        ("out[source[i, k]] += 1", "out[source[i, k]] += 2"),
        ("range(first", "range(first + 1"),
    ),
    "retract": (
        ("(one - loss_pre", "(one + loss_pre"),
        ("risk = one - (", "risk = one - 1.1 * ("),
        ("maturity[i, k] = zero", "pass"),
    ),
    "pair": (
        ("vacant_post[i] -= one", "vacant_post[i] += one"),
        ("vacant_pre[j] -= one", "vacant_pre[j] += one"),
        ("weight[i, free] = start", "weight[i, free] = -start"),
        ("weight[i, free] = start", "weight[i, free] = 1.1 * start"),
        ("exists or free", "free"),
        ("vacant_pre[j] < one or", ""),
    ),
}
