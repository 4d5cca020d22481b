"""Kernels of the rate dynamics: packing of synapses, thalamic drive, and settling of all stimuli to the fixed point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel
from rehab_opt.network.kernels.lanes import add_row

Floats = NDArray[np.floating]
Indices = NDArray[np.int32]


@kernel()
def pack(
    source: Indices,
    weight: Floats,
    alive: Floats,
    packed_source: Indices,
    packed_weight: Floats,
    count: NDArray[np.int64],
) -> int:
    """Move the synapses that carry anything to the front of each row; return how many there are.

    Empty slots, rows of units that do not answer, and synapses from such units are left out. ``count`` [units] is the
    number kept, made even by one synapse of weight 0 where need be (so rows need an even number of slots). What lies in
    the slots beyond it means nothing.
    """
    zero = weight.dtype.type(0)
    total = 0
    for i in range(weight.shape[0]):
        n = 0
        if alive[i] != zero:
            for k in range(weight.shape[1]):
                w, j = weight[i, k], source[i, k]
                packed_weight[i, n], packed_source[i, n] = w, j
                n += (w != zero) & (alive[j] != zero)
        total += n
        if n % 2 == 1:
            packed_weight[i, n], packed_source[i, n] = zero, i
            n += 1
        count[i] = n
    return total


@kernel()
def thalamic_drive(source: Indices, weight: Floats, inputs: Floats, bias: Floats, drive: Floats) -> None:
    """Write bias + sum over synapses of weight x channel activity into ``drive`` [units, stimuli].

    ``weight`` [units, slots] with an even number of slots; ``inputs`` [channels, stimuli]; ``bias`` [units].
    """
    for i in range(weight.shape[0]):
        for s in range(drive.shape[1]):
            drive[i, s] = bias[i]
        add_row(drive, i, source, weight, weight.shape[1], inputs, 0)


@kernel()
def settle(
    source: Indices,
    weight: Floats,
    count: NDArray[np.int64],
    drive: Floats,
    gain: Floats,
    alive: Floats,
    step: Floats,
    ceiling: Floats,
    softness: float,
    tolerance: float,
    most: int,
    rates: Floats,
    work: Floats,
    change: Floats,
) -> tuple[int, float]:
    """Settle the rates in place; return the number of steps taken and the largest change of the last one.

    Euler steps of tau dr/dt = -r + alive phi(gain (W r + drive)) with a step ``step`` = dt / tau per unit and
    phi(u) = u^2 / (u + softness + u^2 / ceiling) for u > 0: quadratic near the threshold, about linear above it and
    saturating at ``ceiling`` (after Rubin, Van Hooser and Miller 2015, with a bound). Rates below 1e-12 are set to 0:
    silenced units would otherwise decay into subnormal numbers, which slow the loop twentyfold.

    Parameters
    ----------
    source, weight, count
        [units, slots], [units, slots], [units]: packed synapses, see `pack`.
    drive, rates, work
        [units, stimuli]: thalamic drive and bias; rates (in and out); scratch of the same shape.
    gain, alive, step, ceiling
        [units].
    change
        [stimuli]: out, the largest change of each stimulus in the last step.
    """
    units, stimuli = rates.shape
    zero, one = rates.dtype.type(0), rates.dtype.type(1)
    tiny, soft = rates.dtype.type(1e-12), rates.dtype.type(softness)
    taken = 0
    largest = np.inf
    old, new = rates, work
    while taken < most and largest > tolerance:
        for s in range(stimuli):
            change[s] = zero
        for i in range(units):
            q = alive[i]
            if q == zero:
                for s in range(stimuli):
                    new[i, s] = zero
                continue
            for s in range(stimuli):
                new[i, s] = drive[i, s]
            add_row(new, i, source, weight, count[i], old, 0)
            g, a, top = gain[i], step[i], one / ceiling[i]
            for s in range(stimuli):
                u = max(g * new[i, s], zero)
                square = u * u
                d = a * (q * (square / (u + soft + square * top)) - old[i, s])
                r = old[i, s] + d
                new[i, s] = r if r > tiny else zero
                change[s] = max(change[s], abs(d))
        old, new = new, old
        taken += 1
        largest = 0.0
        for s in range(stimuli):
            largest = max(largest, float(change[s]))
    if taken % 2 == 1:
        for i in range(units):
            for s in range(stimuli):
                rates[i, s] = work[i, s]
    return taken, largest
