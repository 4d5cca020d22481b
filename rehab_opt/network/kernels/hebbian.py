"""Kernels over rows of synapses: correlation of target and source, and the update that three-factor and Hebbian
rules share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel
from rehab_opt.network.kernels.lanes import dot_row

Floats = NDArray[np.floating]


@kernel()
def hebbian(
    rows: NDArray[np.int64],
    source: NDArray[np.int32],
    weight: Floats,
    maturity: Floats,
    slots: int,
    post: Floats,
    pre: Floats,
    column: int,
    rigid: float,
    least: float,
    most: float,
) -> None:
    """Add plasticity x sum over stimuli of post x pre to the occupied synapses of some rows, within bounds.

    dw_ij = (1 - (1 - rigid) maturity_ij) sum_s post_i(s) pre_j(s): a mature (myelinated, stabilised) synapse changes
    ``rigid`` times as much as a fresh one. ``post`` holds what a rule makes of the target: error x eligibility for the
    three-factor rule, r (r - theta) for BCM. Empty slots (weight 0) stay empty.

    Parameters
    ----------
    rows
        [n]: target units.
    source, weight, maturity
        [units, capacity]: presynaptic row of ``pre``, weight (changed in place), maturity in [0, 1].
    slots
        Only slots 0 ... slots - 1 are plastic.
    post
        [n, s]: rule's target factor, times amount of practice.
    pre
        [sources, stimuli]; the s stimuli start at ``column``.
    """
    stimuli = post.shape[1]
    zero = weight.dtype.type(0)
    one = weight.dtype.type(1)
    low, high = weight.dtype.type(least), weight.dtype.type(most)
    soft = one - weight.dtype.type(rigid)
    overlap = np.empty(slots, dtype=weight.dtype)
    for n in range(rows.shape[0]):
        i = rows[n]
        busy = False
        for s in range(stimuli):
            if post[n, s] != zero:
                busy = True
                break
        if not busy:
            continue
        dot_row(overlap, post, n, pre, source, i, column)
        for k in range(slots):
            # No branch: which slots are empty cannot be predicted, and a wrong guess costs more than the arithmetic.
            w = weight[i, k]
            changed = min(max(w + (one - soft * maturity[i, k]) * overlap[k], low), high)
            weight[i, k] = changed if w != zero else zero
