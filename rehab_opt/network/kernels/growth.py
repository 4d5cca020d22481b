"""Kernels of slow growth: synaptic elements, downstream fibres, and the trophic support that both need."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]


@kernel()
def grow(elements: Floats, calcium: Floats, speed: Floats, low: float, high: float, most: float) -> None:
    """Add speed (2 exp(-((C - xi) / zeta)^2) - 1) to the elements in place, between 0 and ``most``.

    The bell is 0 at C = ``low`` and at C = ``high``, 1 halfway, -1 far away (Butz and van Ooyen 2013).

    Parameters
    ----------
    elements, calcium, speed
        [units]; ``calcium`` is activity relative to the set point, ``speed`` in elements per night.
    """
    real = elements.dtype.type
    middle, width = real((low + high) / 2), real(2 * np.sqrt(np.log(2.0)) / (high - low))
    zero, one, two, top = real(0), real(1), real(2), real(most)
    for i in range(elements.shape[0]):
        x = (calcium[i] - middle) * width
        elements[i] = min(max(elements[i] + speed[i] * (two * np.exp(-x * x) - one), zero), top)


@kernel()
def sprout(
    units: NDArray[np.int64],
    weight: Floats,
    strength: Floats,
    share: Floats,
    support: Floats,
    speed: float,
    most: float,
    spared: Floats,
    fibre: Floats,
) -> None:
    """Let the fibres of a pathway branch: f_i += speed support_i f_i sum_o share_io missing_o, up to most x spared_i.

    missing_o = max(0, 1 - sum_i w_oi f_i / strength_o) is the share of its input that output o has lost. What is left
    of a bundle branches; what is cut of it does not grow back. A fibre that is already stronger stays as it is.

    Parameters
    ----------
    units, weight, strength, share
        [n], [outputs, n], [outputs], [n, outputs]: the pathway's links.
    support, spared, fibre
        [all units]; ``spared`` is the strength that the lesion left.
    """
    real = fibre.dtype.type
    zero, one, top, rate = real(0), real(1), real(most), real(speed)
    outputs = weight.shape[0]
    missing = np.empty(outputs, dtype=fibre.dtype)
    for o in range(outputs):
        carried = zero
        for n in range(units.shape[0]):
            carried += weight[o, n] * fibre[units[n]]
        missing[o] = max(one - carried / strength[o], zero)
    for n in range(units.shape[0]):
        i = units[n]
        own, wanted = fibre[i], zero
        for o in range(outputs):
            wanted += share[n, o] * missing[o]
        fibre[i] = min(own + rate * support[i] * own * wanted, max(own, top * spared[i]))


@kernel()
def support(release: Floats, neighbours: NDArray[np.int32], half: float, power: float, found: Floats) -> None:
    """Write A^h / (A^h + A0^h) into ``found`` [units], A half the own release and half the neighbours' mean.

    Parameters
    ----------
    release, neighbours
        [units], [units, m].
    half, power
        A0 and h.
    """
    real = found.dtype.type
    part, part_of_all = real(0.5), real(0.5 / neighbours.shape[1])
    scale, tiny, exponent, one = real(1.0 / half), real(1e-6), real(power), real(1)
    for i in range(release.shape[0]):
        around = real(0)
        for m in range(neighbours.shape[1]):
            around += release[neighbours[i, m]]
        ratio = max((part * release[i] + part_of_all * around) * scale, tiny) ** exponent
        found[i] = ratio / (one + ratio)
