"""Kernels that make and remove synapses: pruning by hazard, loss with retracted elements, and pairing of free
elements."""

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
    use_post: Floats,
    use_pre: Floats,
    uniform: Floats,
) -> int:
    """Remove weak and unused synapses; return how many.

    A synapse goes when its uniform number is below hazard x exp(-|w| / width) / (1 + use_i use_j): strong and used
    ones are kept. A removed slot gets weight 0; its elements stay and can pair again.

    Parameters
    ----------
    use_post, use_pre
        [units], [sources]: activity relative to the set point; 0 = silent.
    uniform
        [units, capacity] random numbers in [0, 1).
    """
    removed = 0
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    h, scale = weight.dtype.type(hazard), weight.dtype.type(1.0 / width)
    for i in range(weight.shape[0]):
        for k in range(slots):
            w = weight[i, k]
            if w == zero or uniform[i, k] >= h:
                continue
            risk = h * np.exp(-abs(w) * scale) / (one + use_post[i] * use_pre[source[i, k]])
            if uniform[i, k] < risk:
                weight[i, k] = zero
                stable[i, k] = zero
                maturity[i, k] = zero
                removed += 1
    return removed


@kernel()
def count_bound(source: NDArray[np.int32], weight: Floats, first: int, last: int, bound: Counts, out: Counts) -> None:
    """Add the occupied slots first ... last - 1 to ``bound`` (per target) and to ``out`` (per source)."""
    for i in range(weight.shape[0]):
        for k in range(first, last):
            if weight[i, k] != 0:
                bound[i] += 1
                out[source[i, k]] += 1


@kernel()
def retract(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    slots: int,
    loss_post: Floats,
    loss_pre: Floats,
    uniform: Floats,
) -> int:
    """Delete synapses whose elements have retracted; return how many.

    ``loss_post`` [units] and ``loss_pre`` [sources] are the shares of bound elements that are gone; a synapse
    survives if neither of its two elements is among them (Butz and van Ooyen 2013).
    """
    removed = 0
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    for i in range(weight.shape[0]):
        for k in range(slots):
            if weight[i, k] == zero:
                continue
            risk = one - (one - loss_post[i]) * (one - loss_pre[source[i, k]])
            if uniform[i, k] < risk:
                weight[i, k] = zero
                stable[i, k] = zero
                maturity[i, k] = zero
                removed += 1
    return removed


@kernel()
def pair(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    maturity: Floats,
    first: int,
    last: int,
    vacant_post: Floats,
    vacant_pre: Floats,
    candidate: NDArray[np.int32],
    uniform: Floats,
    start: float,
) -> int:
    """Let each target with a vacant element try one candidate source; return the number of synapses made.

    Targets go in the order of their index; a pair forms when both sides have a vacancy (at least 1), the synapse does
    not exist yet and a slot is free. It starts with weight ``start``, all of it labile and immature.

    Parameters
    ----------
    vacant_post, vacant_pre
        [units], [sources]: vacant elements, reduced in place.
    candidate
        [units, m]: possible sources, drawn by distance; ``uniform`` [units] picks one.
    """
    made = 0
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    for i in range(weight.shape[0]):
        if vacant_post[i] < one:
            continue
        j = candidate[i, int(uniform[i] * candidate.shape[1])]
        if vacant_pre[j] < one or j < 0:
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
        stable[i, free] = zero
        maturity[i, free] = zero
        vacant_post[i] -= one
        vacant_pre[j] -= one
        made += 1
    return made
