"""Kernels of the minute scale: the after-effect that stimulation leaves in excitability, and in synapses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]


@kernel()
def after_effect(
    gain: Floats,
    threshold: Floats,
    relative: Floats,
    calcium: Floats,
    driven: NDArray[np.bool_],
    minutes: float,
    tau_threshold: float,
    tau_gain: float,
    rate: float,
    reference: float,
    most: float,
) -> None:
    """Advance the labile gain g and the minute threshold of every unit in place, in steps of at most half a minute.

    With y = z + c: tau_threshold dtheta/dt = -theta + y^2 and dg/dt = rate y (y - theta / y0) - g / tau_gain, the
    first term only while pulses drive the unit; |g| <= most. The rule of Bienenstock, Cooper and Munro (1982), whose
    threshold is <y^2> / y0, on the scale of minutes (metaplasticity, Abraham 2008): with y0 < 1 activity at its
    resting level lies below the threshold.

    Parameters
    ----------
    gain, threshold
        [units], in and out; 0 and 1 at rest. ``threshold`` is the running mean of y^2, before the division by y0.
    relative
        [units]: z, the rate relative to the unit's rate without a current, clipped to [0, 2].
    driven
        [units]: whether pulses reach the unit.
    calcium
        [units]: c, calcium that pulses bring without changing the mean rate.
    reference
        y0, 1: activity at which sustained drive changes nothing, relative to rest.
    """
    steps = max(1, int(np.ceil(minutes / 0.5)))
    real = gain.dtype.type
    dt = real(minutes / steps)
    to_threshold, to_rest = real(1.0 / tau_threshold), real(1.0 / tau_gain)
    speed, bound, over = real(rate), real(most), real(1.0 / reference)
    for i in range(gain.shape[0]):
        g, theta = gain[i], threshold[i]
        y = relative[i] + calcium[i]
        for _ in range(steps):
            push = speed * y * (y - over * theta) if driven[i] else real(0)
            g += dt * (push - g * to_rest)
            g = min(max(g, -bound), bound)
            theta += dt * (y * y - theta) * to_threshold
        gain[i], threshold[i] = g, theta


@kernel()
def potentiate(
    weight: Floats, maturity: Floats, slots: int, change: Floats, rigid: float, least: float, most: float
) -> None:
    """Multiply the occupied synapses of every row by 1 + change (1 - (1 - rigid) maturity), within bounds, in place.

    ``change`` [units] is signed: potentiation or depression of all excitatory synapses onto a unit.
    """
    zero, one = weight.dtype.type(0), weight.dtype.type(1)
    low, high, soft = weight.dtype.type(least), weight.dtype.type(most), weight.dtype.type(1.0 - rigid)
    for i in range(weight.shape[0]):
        c = change[i]
        if c == zero:
            continue
        for k in range(slots):
            w = weight[i, k]
            new = min(max(w * (one + c * (one - soft * maturity[i, k])), low), high)
            weight[i, k] = new if w != zero else zero
