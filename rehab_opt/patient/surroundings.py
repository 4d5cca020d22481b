"""What lies around a lesion: nearness to its edge, oedema in the tract, and the input that spared units have lost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.healthy import HealthyNetwork


def rim_of(network: HealthyNetwork, dead: NDArray[np.bool_], hemisphere: int, width: float) -> NDArray[np.float64]:
    """Nearness to the nearest dead unit of the lesioned hemisphere: exp(-(distance / width)^2), 0 elsewhere."""
    layout = network.layout
    rim = np.zeros(layout.units)
    lost = np.flatnonzero(dead & (layout.hemisphere == hemisphere))
    if len(lost) == 0:
        return rim
    own = layout.select(hemisphere)
    nearest = np.full(len(own), np.inf)
    for start in range(0, len(lost), 256):
        gap = layout.position[own][:, None, :] - layout.position[lost[start : start + 256]][None, :, :]
        nearest = np.minimum(nearest, np.sqrt((gap**2).sum(axis=2)).min(axis=1))
    # The edge runs about half a spacing beyond the outermost dead unit, whatever the density of units.
    spacing = layout.side / np.sqrt(layout.units / 6)
    rim[own] = np.exp(-((np.maximum(nearest - spacing / 2, 0) / width) ** 2))
    return rim


def cut_input(network: HealthyNetwork, dead: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of each unit's excitatory recurrent input in health that came from units now dead."""
    source, weight = network.wiring.source, np.maximum(network.learned.weight, 0.0)
    flow = weight * network.learned.rates.mean(axis=1)[source]
    return np.asarray((flow * dead[source]).sum(axis=1) / np.maximum(flow.sum(axis=1), 1e-12))


def oedema_of(
    network: HealthyNetwork, dead: NDArray[np.bool_], fibre: NDArray[np.float64], hemisphere: int, width: float
) -> NDArray[np.float64]:
    """Share of each unit's spared downstream fibre that lies in the oedema round the cut, 0 to 1, float64 [units].

    Across the tract, whose area is 1, the cut takes the share L. Oedema fills a zone along its edge, whose length goes
    with the root of L: min(1, width x sqrt(L) / (1 - L)) of what the cut left. It is shared evenly, because a unit
    stands for many fibres; motor and sensory fibres have their own cut.
    """
    share = np.zeros(network.layout.units)
    for area in (0, 1):
        group = network.layout.select(hemisphere, area, excitatory=True)
        living = group[~dead[group]]
        spared = float(fibre[living].mean()) if len(living) else 0.0
        if spared > 0:
            share[living] = min(1.0, width * np.sqrt(max(1 - spared, 0.0)) / spared)
    return share
