"""Kernels of the night over rows of synapses: consolidation, and multiplicative scaling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]


@kernel()
def consolidate(
    weight: Floats, stable: Floats, maturity: Floats, slots: int, share: Floats, keep: float, ripen: float, least: float
) -> None:
    """Turn a share of fresh change into stable weight, let the rest decay, and let synapses mature.

    With labile = weight - stable: stable += share labile; labile <- (1 - share) keep labile;
    maturity += ripen (1 - maturity). Both growth and weakening are labile at first.

    Parameters
    ----------
    weight, stable, maturity
        [units, capacity], changed in place; empty slots (weight 0) are left alone.
    slots
        Only slots 0 ... slots - 1.
    share
        [units], 0 to 1: share of the labile part made stable tonight.
    keep, ripen
        Share of the remaining labile part that survives the day, and of immaturity that is lost, 0 to 1.
    """
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    low, kept, grown = weight.dtype.type(least), weight.dtype.type(keep), weight.dtype.type(ripen)
    for i in range(weight.shape[0]):
        fixed = share[i]
        for k in range(slots):
            w = weight[i, k]
            if w == zero:
                continue
            labile = w - stable[i, k]
            stable[i, k] += fixed * labile
            w = stable[i, k] + (one - fixed) * kept * labile
            weight[i, k] = max(w, low)
            maturity[i, k] += grown * (one - maturity[i, k])


@kernel()
def scale_rows(
    weight: Floats, stable: Floats, first: int, last: int, factor: Floats, least: float, most: float
) -> None:
    """Multiply the occupied synapses in slots first ... last - 1 of every row by the row's factor, within bounds.

    Bounds are on the magnitude, so that inhibitory (negative) weights keep their sign. ``stable`` is scaled alike. Rows
    with a factor of 1 are left as they are.
    """
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    low, high = weight.dtype.type(least), weight.dtype.type(most)
    for i in range(weight.shape[0]):
        f = factor[i]
        if f == one:
            continue
        row, fixed = weight[i, first:last], stable[i, first:last]
        for k in range(row.shape[0]):
            # No branch: which slots are empty cannot be predicted, and a wrong guess costs more than the arithmetic.
            w = row[k]
            before = abs(w) if w != zero else one
            size = min(max(before * f, low), high)
            fixed[k] *= size / before if w != zero else one
            row[k] = (size if w > zero else -size) if w != zero else zero


@kernel()
def balance_rows(
    source: NDArray[np.int32],
    weight: Floats,
    stable: Floats,
    first: int,
    last: int,
    excess: Floats,
    presynaptic: Floats,
    most: float,
) -> None:
    """Change inhibitory weights by excess of the target x activity of the source, never beyond 0 or ``most``.

    |w_ij| <- |w_ij| (1 + excess_i presynaptic_j): at ``excess`` 0 (the target at its set point) or with a silent
    source nothing changes (rule of Vogels 2011 on daily rates, in multiplicative form).
    """
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    low, high = weight.dtype.type(1e-4), weight.dtype.type(most)
    for i in range(weight.shape[0]):
        e = excess[i]
        if e == zero:
            continue
        for k in range(first, last):
            w = weight[i, k]
            if w == zero:
                continue
            size = min(max(-w * (one + e * presynaptic[source[i, k]]), low), high)
            stable[i, k] *= size / -w
            weight[i, k] = -size
