"""Kernels that turn rates into what a rule makes of the target unit, and rates into outputs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel
from rehab_opt.network.kernels.lanes import add_row

Floats = NDArray[np.floating]


@kernel()
def carry(units: NDArray[np.int64], weight: Floats, fibre: Floats, rates: Floats, first: int, moved: Floats) -> None:
    """Write weight @ (fibre x rates) of some units into ``moved`` [outputs, stimuli]; stimuli start at ``first``.

    ``weight`` [outputs, n] belongs to ``units`` [n]; ``fibre`` [all units]; ``rates`` [all units, all stimuli].
    """
    zero = moved.dtype.type(0)
    count = units.shape[0] + units.shape[0] % 2
    source = np.zeros((moved.shape[0], count), dtype=np.int32)
    link = np.zeros((moved.shape[0], count), dtype=moved.dtype)
    for o in range(moved.shape[0]):
        for s in range(moved.shape[1]):
            moved[o, s] = zero
        for n in range(units.shape[0]):
            source[o, n], link[o, n] = units[n], weight[o, n] * fibre[units[n]]
        add_row(moved, o, source, link, count, rates, first)


@kernel()
def feed_back(
    units: NDArray[np.int64],
    error: Floats,
    credit: Floats,
    fibre: Floats,
    supply: Floats,
    threshold: Floats,
    least: float,
    strength: Floats,
    rates: Floats,
    first: int,
    post: Floats,
) -> None:
    """Write the target's factor of the three-factor rule into ``post`` [n, stimuli].

    post_i(s) = strength_s supply_i e_i(s) fibre_i sum_o credit_io error_o(s), with the eligibility
    e = 2 q^2 / (1 + q^2), q = rate / max(threshold, ``least``): only units that took part can learn.

    Parameters
    ----------
    units
        [n]: units of the pathway.
    error, credit
        [outputs, stimuli], [n, outputs].
    fibre, supply, threshold
        [all units].
    strength
        [stimuli].
    rates
        [all units, all stimuli]; the stimuli of ``error`` start at column ``first``.
    """
    zero, one, two = post.dtype.type(0), post.dtype.type(1), post.dtype.type(2)
    lowest = post.dtype.type(least)
    for n in range(units.shape[0]):
        i = units[n]
        for s in range(post.shape[1]):
            post[n, s] = zero
        f = fibre[i] * supply[i]
        if f == zero:
            continue
        for o in range(error.shape[0]):
            c = credit[n, o]
            if c != zero:
                for s in range(post.shape[1]):
                    post[n, s] += c * error[o, s]
        scale = one / max(threshold[i], lowest)
        for s in range(post.shape[1]):
            q = rates[i, first + s] * scale
            square = q * q
            post[n, s] *= strength[s] * f * (two * square / (one + square))


@kernel()
def slide(
    rows: NDArray[np.int64], rates: Floats, habit: Floats, threshold: Floats, share: float, rate: float, post: Floats
) -> None:
    """Move every BCM threshold by a share towards <r^2> / <r>, and write rate p_s r (r - theta) of ``rows`` into post.

    Parameters
    ----------
    rows
        [n]: units that learn.
    rates, habit, threshold
        [units, stimuli], [stimuli] (p, sums to 1), [units] (in and out).
    post
        [n, stimuli], out.
    """
    real = threshold.dtype.type
    tiny, step, speed = real(1e-6), real(share), real(rate)
    for i in range(rates.shape[0]):
        mean, square = real(0), real(0)
        for s in range(rates.shape[1]):
            part = habit[s] * rates[i, s]
            mean += part
            square += part * rates[i, s]
        threshold[i] += (square / max(mean, tiny) - threshold[i]) * step
    for n in range(rows.shape[0]):
        i = rows[n]
        theta = threshold[i]
        for s in range(rates.shape[1]):
            post[n, s] = speed * habit[s] * rates[i, s] * (rates[i, s] - theta)
