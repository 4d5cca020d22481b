"""Kernels that make and remove synapses: pruning, loss with retracted elements, and pairing of free ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]
Counts = NDArray[np.int64]


@kernel()
def prune(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    slots: int,
    hazard: float,
    width: float,
    young: float,
    young_width: float,
    use_post: Floats,
    use_pre: Floats,
    held: Floats,
    changes: NDArray[np.bool_],
    tick: NDArray[np.uint16],
) -> int:
    """Remove weak and unused synapses, and young ones; return how many.

    A synapse goes when its random number is below hazard x exp(-|w| / width) / (1 + use_i use_j) + young x
    exp(-|w| / young_width) (1 - held_j maturity)^2: strong and used ones are kept, and so are old ones whose axon is in
    use. A removed slot gets weight 0; its elements stay and can pair again.

    Parameters
    ----------
    use_post, use_pre
        [units], [sources]: activity relative to the set point; 0 = silent.
    held
        [sources], 0 to 1: how far an axon's use lets the age of its synapses count.
    changes
        [units]: whether the synapses onto a unit come and go at all.
    tick
        [units, slots or more]: random numbers 0 ... 65535; the number of a synapse is (tick + 1/2) / 65536.
    """
    removed = 0
    zero, one, half = weight.dtype.type(0), weight.dtype.type(1), weight.dtype.type(0.5)
    most, scale = weight.dtype.type(hazard * 65536.0), weight.dtype.type(1.0 / width)
    fleeting, size = weight.dtype.type(young * 65536.0), weight.dtype.type(1.0 / young_width)
    visited = np.uint16(min((hazard + young) * 65536.0, 65535.0))  # a tick above it is beyond the hazard of any synapse
    for i in range(weight.shape[0]):
        if not changes[i]:
            continue
        for k in range(slots):
            if tick[i, k] > visited or weight[i, k] == zero:
                continue
            number = weight.dtype.type(tick[i, k]) + half
            w, j = abs(weight[i, k]), source[i, k]
            loose = one - held[j] * maturity[i, k]
            risk = most * np.exp(-w * scale) / (one + use_post[i] * use_pre[j])
            risk += fleeting * np.exp(-w * size) * loose * loose
            if number < risk:
                weight[i, k] = zero
                stable[i, k] = zero
                maturity[i, k] = zero
                removed += 1
    return removed


@kernel()
def count_bound(
    source: NDArray[np.int32],
    weight: Floats,
    first: int,
    last: int,
    changes: NDArray[np.bool_],
    bound: Counts,
    out: Counts,
) -> None:
    """Add the occupied slots first ... last - 1 to ``bound`` (per target) and to ``out`` (per source), of those targets
    whose synapses come and go (``changes``)."""
    for i in range(weight.shape[0]):
        if not changes[i]:
            continue
        row, sources = weight[i, first:last], source[i, first:last]
        total = 0
        for k in range(row.shape[0]):
            occupied = 1 if row[k] != 0 else 0
            total += occupied
            out[sources[k]] += occupied
        bound[i] += total


@kernel()
def retract_dendrites(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    first: int,
    last: int,
    skipped: Counts,
    bound: Counts,
    lost: Counts,
    uniform: Floats,
    out: Counts,
) -> int:
    """Delete synapses in slots first ... last - 1 whose dendritic element has retracted; return how many.

    A unit's bound synapses are numbered 0 ... bound - 1 in the order of their slots; those with the numbers
    u, u + 1, ... u + lost - 1 (u = uniform x bound, counted round) go: each is as likely as any other, and the number
    is exactly that of the lost elements (Butz and van Ooyen 2013).

    Parameters
    ----------
    skipped
        [units]: number of the first synapse in these rows, for units whose synapses lie in two sets of rows.
    bound, lost
        [units]: bound elements before the night, and how many of them have retracted.
    uniform
        [units]: random numbers in [0, 1).
    out
        [sources]: bound axonal elements, reduced in place.
    """
    removed = 0
    zero = weight.dtype.type(0)
    for i in range(weight.shape[0]):
        if lost[i] <= 0:
            continue
        start = int(uniform[i] * bound[i])
        number = skipped[i]
        for k in range(first, last):
            if weight[i, k] == zero:
                continue
            if (number - start + bound[i]) % bound[i] < lost[i]:
                weight[i, k] = zero
                stable[i, k] = zero
                maturity[i, k] = zero
                out[source[i, k]] -= 1
                removed += 1
            number += 1
    return removed


@kernel()
def retract_axons(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    slots: int,
    bound: Counts,
    lost: Counts,
    uniform: Floats,
    changes: NDArray[np.bool_],
    dendritic: Counts,
) -> int:
    """Delete synapses whose axonal element has retracted; return how many.

    The same rule as for dendrites, with a source's synapses numbered in the order of targets and slots.

    Parameters
    ----------
    bound, lost, uniform
        [sources]: bound axonal elements, how many of them have retracted, random numbers in [0, 1).
    changes
        [units]: whether the synapses onto a unit come and go at all; bound elements count only those.
    dendritic
        [units]: bound dendritic elements, reduced in place.
    """
    removed = 0
    zero = weight.dtype.type(0)
    number = np.zeros(bound.shape[0], dtype=np.int64)
    for j in range(bound.shape[0]):
        if lost[j] > 0:
            number[j] = bound[j] - int(uniform[j] * bound[j])
    for i in range(weight.shape[0]):
        if not changes[i]:
            continue
        for k in range(slots):
            j = source[i, k]
            if lost[j] <= 0 or weight[i, k] == zero:
                continue
            if number[j] % bound[j] < lost[j]:
                weight[i, k] = zero
                stable[i, k] = zero
                maturity[i, k] = zero
                dendritic[i] -= 1
                removed += 1
            number[j] += 1
    return removed


@kernel()
def pair(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    first: int,
    last: int,
    seeks: NDArray[np.bool_],
    elements: Floats,
    bound: Counts,
    offered: Floats,
    taken: Counts,
    candidate: NDArray[np.int32],
    uniform: Floats,
    start: float,
) -> int:
    """Let each seeking target with a vacant element try one candidate source; return the number of synapses made.

    Targets go in the order of their index; a pair forms when both sides have a vacancy (at least 1), the synapse does
    not exist yet and a slot is free. It starts immature, with weight ``start``; that does not decay: whether a young
    synapse stays is up to pruning and to its elements.

    Parameters
    ----------
    seeks
        [units]: whether the target looks for a partner tonight.
    elements, bound
        [units]: dendritic elements, and how many of them are bound (raised in place).
    offered, taken
        [sources]: axonal elements, and how many of them are bound (raised in place).
    candidate
        [units, m]: possible sources, drawn by distance; ``uniform`` [units] picks one.
    """
    made = 0
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    for i in range(weight.shape[0]):
        if not seeks[i] or elements[i] - bound[i] < one:
            continue
        j = candidate[i, int(uniform[i] * candidate.shape[1])]
        if j < 0 or offered[j] - taken[j] < one:
            continue
        free = -1
        exists = False
        for k in range(first, last):
            if weight[i, k] == zero:
                if free < 0:
                    free = k
            elif source[i, k] == j:
                exists = True
                break
        if exists or free < 0:
            continue
        source[i, free] = j
        weight[i, free] = start
        stable[i, free] = start
        maturity[i, free] = zero
        bound[i] += 1
        taken[j] += 1
        made += 1
    return made
