"""Kernels that only look at the network: agreement with a target, crowds of loud units, flow through synapses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import kernel

Floats = NDArray[np.floating]


@kernel()
def agree(moved: Floats, wanted: Floats, found: NDArray[np.float64]) -> None:
    """Write max(0, 1 - |moved - wanted| / |wanted|) of every column [outputs, stimuli] into ``found`` [stimuli]."""
    for s in range(moved.shape[1]):
        miss, size = 0.0, 0.0
        for o in range(moved.shape[0]):
            target = float(wanted[o, s])
            miss += (float(moved[o, s]) - target) ** 2
            size += target**2
        found[s] = max(0.0, 1.0 - np.sqrt(miss / size))


@kernel()
def crowd(group: NDArray[np.int64], level: Floats, rates: Floats, high: NDArray[np.int64]) -> None:
    """Count, per group and stimulus, the units above their level.

    ``group`` [units] is -1 for units that do not count; ``high`` [groups, stimuli] is overwritten.
    """
    for g in range(high.shape[0]):
        for s in range(high.shape[1]):
            high[g, s] = 0
    for i in range(rates.shape[0]):
        g, top = group[i], level[i]
        if g >= 0:
            for s in range(rates.shape[1]):
                high[g, s] += 1 if rates[i, s] > top else 0


@kernel()
def flow(
    units: NDArray[np.int64], source: NDArray[np.int32], weight: Floats, first: int, last: int, activity: Floats
) -> float:
    """Return the sum over the units' slots first ... last - 1 of weight x activity of the source."""
    total = 0.0
    for n in range(units.shape[0]):
        row, sources = weight[units[n], first:last], source[units[n], first:last]
        for k in range(row.shape[0]):
            total += float(row[k] * activity[sources[k]])
    return total


@kernel()
def occupied(weight: Floats, first: int, last: int) -> int:
    """Return the number of synapses in slots first ... last - 1 of all rows."""
    total = 0
    for i in range(weight.shape[0]):
        row = weight[i, first:last]
        for k in range(row.shape[0]):
            total += 1 if row[k] != 0 else 0
    return total


@kernel()
def stand_out(units: NDArray[np.int64], rates: Floats, margin: float, found: NDArray[np.bool_]) -> None:
    """Write whether a unit's best response exceeds more than half of its responses by ``margin`` into ``found`` [n]."""
    least = rates.dtype.type(margin)
    for n in range(units.shape[0]):
        row = rates[units[n]]
        best = row[0]
        for s in range(row.shape[0]):
            best = max(best, row[s])
        below = 0
        for s in range(row.shape[0]):
            below += 1 if row[s] < best - least else 0
        found[n] = 2 * below > row.shape[0]


@kernel()
def correlations(units: NDArray[np.int64], rates: Floats, found: NDArray[np.float64]) -> None:
    """Write the correlation over stimuli of every pair of the units into ``found``, by the first, then the second.

    ``found`` [n (n - 1) / 2], for the pairs (0, 1), (0, 2) ... (1, 2) ...; 0 for a unit that answers all stimuli alike.
    """
    n, stimuli = units.shape[0], rates.shape[1]
    unit = np.empty((stimuli, n))  # transposed, so that the innermost loop runs along units and sums nothing
    for a in range(n):
        row = rates[units[a]]
        mean, size = 0.0, 0.0
        for s in range(stimuli):
            mean += float(row[s])
        mean /= stimuli
        for s in range(stimuli):
            size += (float(row[s]) - mean) ** 2
        scale = 1.0 / max(np.sqrt(size), 1e-9)
        for s in range(stimuli):
            unit[s, a] = (float(row[s]) - mean) * scale
    total = np.empty(n)
    at = 0
    for a in range(n - 1):
        total[:] = 0.0
        for s in range(stimuli):
            first, others = unit[s, a], unit[s]
            for b in range(n):
                total[b] += first * others[b]
        for b in range(a + 1, n):
            found[at] = total[b]
            at += 1
