"""Random inputs for every kernel, with empty slots, dead units and bounds that are hit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Case = list[Any]
UNITS, CHANNELS, SLOTS, OUTPUTS, CANDIDATES = 40, 15, 16, 4, 5
STIMULI = (6, 8, 21, 40)  # fewer than a vector; one; two and a rest; five at once


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


def _bound(source: Array, weight: Array, slots: int) -> tuple[Array, Array]:
    """Occupied slots 0 ... slots - 1 per target and per source."""
    there = weight[:, :slots] != 0
    return there.sum(axis=1), np.bincount(source[:, :slots][there], minlength=UNITS)


def pack(rng: np.random.Generator) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    weight[:, 10:] *= -1
    weight[[5, 6]] = 0.1  # rows without an empty slot
    source[5] = 6
    alive = _some_zero(rng, 0.3, 1.0)
    alive[[3, 5, 6]] = 1
    return [source, weight, alive, np.zeros_like(source), np.zeros_like(weight), np.full(UNITS, -1)]


def thalamic_drive(rng: np.random.Generator, stimuli: int = STIMULI[0]) -> Case:
    source, weight, _, _ = _synapses(rng, CHANNELS)
    return [source, weight, rng.random((CHANNELS, stimuli)), rng.normal(0, 0.3, UNITS), rng.random((UNITS, stimuli))]


def settle(rng: np.random.Generator, tolerance: float = 0.0, most: int = 25, stimuli: int = STIMULI[0]) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    weight[:, 10:] *= -2
    count = 2 * rng.integers(0, SLOTS // 2 + 1, UNITS)  # slots beyond it hold something, which must not matter
    rates = rng.random((UNITS, stimuli))
    drive = rng.uniform(0, 2, rates.shape) + rng.normal(-0.2, 0.2, (UNITS, 1))
    gain, alive = rng.uniform(0.5, 1.5, UNITS), _some_zero(rng, 0.3, 1.0)
    step, ceiling = np.where(np.arange(UNITS) % 5 == 0, 0.25, 0.5), rng.uniform(1, 4, UNITS)
    numbers = [0.2, tolerance, most]
    return [source, weight, count, drive, gain, alive, step, ceiling, *numbers, rates, rates * 0, rng.random(stimuli)]


def hebbian(rng: np.random.Generator, stimuli: int = STIMULI[0]) -> Case:
    source, weight, _, maturity = _synapses(rng, UNITS)
    rows = np.flatnonzero(rng.random(UNITS) < 0.7)
    post = rng.normal(0, 0.1, (len(rows), stimuli))
    post[1] = 0
    return [rows, source, weight, maturity, 12, post, rng.random((UNITS, stimuli + 3)), 2, 0.15, 1e-3, 0.3]


def _pathway(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Units, links [outputs, n] of which some are missing, and fibres of which some are cut."""
    units = rng.permutation(UNITS)[:17]
    links = rng.random((OUTPUTS, len(units))) * (rng.random((OUTPUTS, len(units))) > 0.3)
    return units, links, _some_zero(rng, 0.2, 1.5)


def carry(rng: np.random.Generator) -> Case:
    units, links, fibre = _pathway(rng)
    return [units, links, fibre, rng.random((UNITS, 11)), 3, rng.random((OUTPUTS, 7))]


def feed_back(rng: np.random.Generator) -> Case:
    units, links, fibre = _pathway(rng)
    error, rates, threshold = rng.normal(0, 1, (OUTPUTS, 7)), rng.random((UNITS, 11)), rng.uniform(0, 0.8, UNITS)
    threshold[units[:4]] = 0.001  # below the least
    supply, strength = _some_zero(rng, 0.1, 1), _some_zero(rng, 0, 2, 7)
    back, post = np.ascontiguousarray(links.T), rng.random((len(units), 7))
    return [units, error, back, fibre, supply, threshold, 0.05, strength, rates, 3, post]


def slide(rng: np.random.Generator) -> Case:
    rates, habit = rng.random((UNITS, 7)), rng.random(7)
    rates[4] = 0  # a silent unit
    rows = np.flatnonzero(rng.random(UNITS) < 0.7)
    return [rows, rates, habit / habit.sum(), rng.random(UNITS), 0.3, 0.02, rng.random((len(rows), 7))]


def agree(rng: np.random.Generator) -> Case:
    wanted = rng.normal(0, 1, (OUTPUTS, 9))
    moved = wanted + rng.normal(0, 1, wanted.shape) * np.linspace(0, 3, 9)  # from a hit to far away
    return [moved, wanted, rng.random(9)]


def crowd(rng: np.random.Generator) -> Case:
    high = rng.integers(0, 9, (6, 7))
    return [rng.integers(-1, 6, UNITS), rng.uniform(0.2, 0.8, UNITS), rng.random((UNITS, 7)), high]


def flow(rng: np.random.Generator) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    return [rng.permutation(UNITS)[:15], source, weight, 3, 12, rng.random(UNITS)]


def occupied(rng: np.random.Generator) -> Case:
    _, weight, _, _ = _synapses(rng, UNITS)
    weight[:, 8:] *= -1
    return [weight, 3, 12]


def stand_out(rng: np.random.Generator, stimuli: int = 7) -> Case:
    return [rng.permutation(UNITS)[:25], rng.random((UNITS, stimuli)) ** 2, 0.6, rng.random(25) < 0.5]


def correlations(rng: np.random.Generator) -> Case:
    rates = rng.random((UNITS, 9))
    rates[4] = 0  # a silent unit
    return [rng.permutation(UNITS)[:12], rates, rng.random(66)]


def grow(rng: np.random.Generator) -> Case:
    elements, calcium = rng.uniform(0, 5, UNITS), rng.uniform(0, 2.5, UNITS)
    elements[:6], calcium[:3] = 0.01, 0.0  # without any activity, down to none
    elements[6:12], calcium[6:9] = 4.99, 0.55  # growing fastest, up to the most
    return [elements, calcium, _some_zero(rng, 0, 0.5), 0.1, 1.0, 5.0]


def grow_without_end(rng: np.random.Generator) -> Case:
    return [*grow(rng)[:3], 1.0, 2.2, np.inf]


def sprout(rng: np.random.Generator) -> Case:
    units, links, fibre = _pathway(rng)
    spared = fibre * rng.uniform(0.8, 1, UNITS)
    spared[units[:3]], fibre[units[:3]] = [0.9, 0.2, 0.0], [1.9, 0.5, 0.1]  # already stronger than they can become
    spared[units[3:6]], fibre[units[3:6]] = [1.0, 0.5, 0.05], [1.29, 0.645, 0.0645]  # nearly there
    share = rng.random((len(units), OUTPUTS))
    strength = np.maximum(links.sum(axis=1), 1e-9)
    strength[1] /= 3  # an output that misses nothing
    return [units, links, strength, share, _some_zero(rng, 0, 1), 0.4, 1.3, spared, fibre]


def support(rng: np.random.Generator) -> Case:
    release = _some_zero(rng, 0, 60)
    neighbours = rng.integers(0, UNITS, (UNITS, 6)).astype(np.int32)
    release[neighbours[3]] = release[3] = 0  # nothing around
    return [release, neighbours, 20.0, 2.5, rng.random(UNITS)]


def after_effect(rng: np.random.Generator) -> Case:
    gain, threshold = rng.uniform(-0.6, 0.6, UNITS), rng.uniform(0.2, 2.0, UNITS)
    relative, calcium = rng.uniform(0, 2, UNITS), _some_zero(rng, 0, 0.5)
    return [gain, threshold, relative, calcium, rng.random(UNITS) < 0.7, 7.3, 8.0, 60.0, 0.05, 0.8, 0.6]


def after_effect_in_a_pause(rng: np.random.Generator) -> Case:
    case = after_effect(rng)
    case[4], case[5] = np.zeros(UNITS, dtype=bool), 20.0
    return case


def potentiate(rng: np.random.Generator) -> Case:
    _, weight, _, maturity = _synapses(rng, UNITS)
    return [weight, maturity, 12, _some_zero(rng, -0.8, 0.8), 0.15, 2e-2, 0.15]


def consolidate(rng: np.random.Generator) -> Case:
    _, weight, stable, maturity = _synapses(rng, UNITS)
    stable[5] = 1e-3  # a row that falls to its lower bound
    weight[5] = np.where(weight[5] != 0, 1e-3, 0)
    return [weight, stable, maturity, 12, _some_zero(rng, 0, 0.5), 0.87, 0.1, 2e-2]


def scale_rows(rng: np.random.Generator) -> Case:
    _, weight, stable, _ = _synapses(rng, UNITS)
    weight[:, 8:] *= -1
    stable[:, 8:] *= -1
    return [weight, stable, 2, 14, np.where(np.arange(UNITS) % 9 == 0, 1, rng.uniform(0.7, 1.3, UNITS)), 3e-2, 0.2]


def balance_rows(rng: np.random.Generator) -> Case:
    source, weight, stable, _ = _synapses(rng, UNITS, -1.0)
    excess = _some_zero(rng, -0.9, 0.9)
    return [source, weight, stable, 2, 14, excess, _some_zero(rng, 0, 3), 0.15]


def prune(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    use, tick = _some_zero(rng, 0, 2), rng.integers(0, 40_000, (UNITS, SLOTS + 2)).astype(np.uint16)
    other, held = _some_zero(rng, 0, 2), _some_zero(rng, 0, 1)
    changes = rng.random(UNITS) < 0.8
    return [source, weight, stable, maturity, 12, 0.5, 0.1, 0.4, 0.3, use, other, held, changes, tick]


def count_bound(rng: np.random.Generator) -> Case:
    source, weight, _, _ = _synapses(rng, UNITS)
    bound, out = rng.integers(0, 9, UNITS), rng.integers(0, 9, UNITS)
    return [source, weight, 3, 12, rng.random(UNITS) < 0.8, bound, out]


def _lost(rng: np.random.Generator, bound: Array) -> Array:
    """Nothing, a few, or everything that is bound."""
    return np.where(rng.random(UNITS) < 0.25, 0, rng.integers(0, bound + 1))


def retract_dendrites(rng: np.random.Generator) -> Case:
    """Some of each unit's synapses lie in other rows, before and after these; the first slots are another kind's."""
    source, weight, stable, maturity = _synapses(rng, UNITS)
    here, out = _bound(source[:, 2:], weight[:, 2:], 10)
    skipped = rng.integers(0, 4, UNITS)
    bound = skipped + here + rng.integers(0, 4, UNITS)
    return [source, weight, stable, maturity, 2, 12, skipped, bound, _lost(rng, bound), rng.random(UNITS), out]


def retract_axons(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    changes = rng.random(UNITS) < 0.8
    dendritic, bound = _bound(source, np.where(changes[:, None], weight, 0), 12)
    return [source, weight, stable, maturity, 12, bound, _lost(rng, bound), rng.random(UNITS), changes, dendritic]


def pair(rng: np.random.Generator) -> Case:
    source, weight, stable, maturity = _synapses(rng, UNITS)
    weight[7] = 0.1  # a row without a free slot
    candidate = rng.integers(0, UNITS, (UNITS, CANDIDATES)).astype(np.int32)
    candidate[9] = -1
    for i in range(0, UNITS, 4):
        candidate[i] = source[i, 2]  # asks for a partner that it may already have
    candidate[20:28] = 2  # more targets than elements on one source
    bound, taken, seeks = rng.integers(0, 9, UNITS), rng.integers(0, 9, UNITS), rng.random(UNITS) < 0.8
    post, pre = bound + rng.uniform(-1, 3, UNITS), taken + rng.uniform(-1, 3, UNITS)
    pre[2] = taken[2] + 3.5
    return [source, weight, stable, maturity, 2, 12, seeks, post, bound, pre, taken, candidate, rng.random(UNITS), 0.02]


def _in_lanes(kernel: str, make: Callable[..., Case]) -> dict[str, tuple[str, Callable[..., Case]]]:
    """Cases of a kernel whose inner loop runs over vectors of stimuli; the first has the kernel's own name."""
    more = {f"{kernel}, {n} stimuli": (kernel, partial(make, stimuli=n)) for n in STIMULI[1:]}
    return {kernel: (kernel, make), **more}


CASES: dict[str, tuple[str, Callable[[np.random.Generator], Case]]] = {
    # name of the case: kernel, inputs
    "pack": ("pack", pack),
    **_in_lanes("thalamic_drive", thalamic_drive),
    **_in_lanes("settle", settle),
    "settle to tolerance": ("settle", partial(settle, tolerance=1e-3, most=200)),
    **_in_lanes("hebbian", hebbian),
    "carry": ("carry", carry),
    "feed_back": ("feed_back", feed_back),
    "slide": ("slide", slide),
    "agree": ("agree", agree),
    "crowd": ("crowd", crowd),
    "flow": ("flow", flow),
    "occupied": ("occupied", occupied),
    "stand_out": ("stand_out", stand_out),
    "stand_out, an even number": ("stand_out", partial(stand_out, stimuli=8)),
    "correlations": ("correlations", correlations),
    "grow": ("grow", grow),
    "grow without end": ("grow", grow_without_end),
    "sprout": ("sprout", sprout),
    "support": ("support", support),
    "after_effect": ("after_effect", after_effect),
    "after_effect in a pause": ("after_effect", after_effect_in_a_pause),
    "potentiate": ("potentiate", potentiate),
    "consolidate": ("consolidate", consolidate),
    "scale_rows": ("scale_rows", scale_rows),
    "balance_rows": ("balance_rows", balance_rows),
    "prune": ("prune", prune),
    "count_bound": ("count_bound", count_bound),
    "retract_dendrites": ("retract_dendrites", retract_dendrites),
    "retract_axons": ("retract_axons", retract_axons),
    "pair": ("pair", pair),
}
