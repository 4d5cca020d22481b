"""What lies around a lesion: nearness to its edge, and the input that spared units have lost with it."""

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
