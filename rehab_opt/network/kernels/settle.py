"""Kernels of the rate dynamics: thalamic drive, and settling of all stimuli together to the fixed point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]


@kernel()
def thalamic_drive(source: NDArray[np.int32], weight: Floats, inputs: Floats, drive: Floats) -> None:
    """Write the thalamic drive [units, stimuli] = sum over synapses of weight x channel activity into ``drive``."""
    units, slots = weight.shape
    stimuli = drive.shape[1]
    zero = drive.dtype.type(0)
    for i in range(units):
        for s in range(stimuli):
            drive[i, s] = zero
        for k in range(slots):
            w = weight[i, k]
            if w != zero:
                j = source[i, k]
                for s in range(stimuli):
                    drive[i, s] += w * inputs[j, s]


@kernel()
def settle(
    source: NDArray[np.int32],
    weight: Floats,
    drive: Floats,
    bias: Floats,
    gain: Floats,
    alive: Floats,
    step: Floats,
    ceiling: Floats,
    softness: float,
    tolerance: float,
    most: int,
    rates: Floats,
    work: Floats,
) -> tuple[int, float]:
    """Settle the rates in place; return the number of steps taken and the largest change of the last one.

    Euler steps of tau dr/dt = -r + alive phi(gain (W r + drive + bias)) with a step ``step`` = dt / tau per unit and
    phi(u) = u^2 / (u + softness + u^2 / ceiling) for u > 0: quadratic near the threshold, about linear above it and
    saturating at ``ceiling`` (after Rubin, Van Hooser and Miller 2015, with a bound). Rates below 1e-12 are set to
    0: silenced units would
    otherwise decay into subnormal numbers, which slow the loop twentyfold.

    Parameters
    ----------
    source, weight
        [units, slots], slots a multiple of 4: presynaptic unit and signed weight.
    drive, rates, work
        [units, stimuli]: thalamic drive; rates (in and out); scratch of the same shape.
    bias, gain, alive, step, ceiling
        [units].
    """
    units, slots = weight.shape
    stimuli = rates.shape[1]
    zero = rates.dtype.type(0)
    tiny = rates.dtype.type(1e-12)
    soft = rates.dtype.type(softness)
    taken = 0
    change = np.inf
    old, new = rates, work
    while taken < most and change > tolerance:
        largest = zero
        for i in range(units):
            q = alive[i]
            if q == zero:
                for s in range(stimuli):
                    new[i, s] = zero
                continue
            b = bias[i]
            for s in range(stimuli):
                new[i, s] = drive[i, s] + b
            for k in range(0, slots, 4):
                w0, w1, w2, w3 = weight[i, k], weight[i, k + 1], weight[i, k + 2], weight[i, k + 3]
                j0, j1, j2, j3 = source[i, k], source[i, k + 1], source[i, k + 2], source[i, k + 3]
                for s in range(stimuli):
                    new[i, s] += w0 * old[j0, s] + w1 * old[j1, s] + w2 * old[j2, s] + w3 * old[j3, s]
            g, a, top = gain[i], step[i], ceiling[i]
            for s in range(stimuli):
                u = max(g * new[i, s], zero)
                phi = u * u / (u + soft + u * u / top)
                d = a * (q * phi - old[i, s])
                r = old[i, s] + d
                new[i, s] = r if r > tiny else zero
                largest = max(largest, abs(d))
        old, new = new, old
        change = float(largest)
        taken += 1
    if taken % 2 == 1:
        for i in range(units):
            for s in range(stimuli):
                rates[i, s] = work[i, s]
    return taken, change
