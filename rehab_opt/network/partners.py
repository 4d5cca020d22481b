"""Whom a growing synaptic element may meet: candidates per unit, drawn once with the wiring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import Layout
from rehab_opt.network.tasks import Tasks
from rehab_opt.parameters import Parameters, stream

CANDIDATES = 48


@dataclass(frozen=True, slots=True)
class Partners:
    """Candidates of the excitatory units; rows of inhibitory units hold -1.

    Attributes
    ----------
    units, inhibitory
        int32 [units, CANDIDATES]: excitatory and inhibitory units of the same area, near ones more often.
    channels
        int32 [units, CANDIDATES]: thalamic channels of the area's tasks.
    """

    units: NDArray[np.int32]
    channels: NDArray[np.int32]
    inhibitory: NDArray[np.int32]


def _near(
    layout: Layout, rows: NDArray[np.int64], pool: NDArray[np.int64], width: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw sources for each target with odds that fall with distance as a Gaussian of ``width`` mm (Gumbel top-k)."""
    pick = pool[rng.integers(0, len(pool), (len(rows), 4 * CANDIDATES))]
    gap = layout.position[rows][:, None, :] - layout.position[pick]
    keys = -(gap**2).sum(axis=2) / (2 * width**2) + rng.gumbel(size=pick.shape)
    keys[pick == rows[:, None]] = -np.inf
    best = np.argsort(-keys, axis=1, kind="stable")[:, :CANDIDATES]
    return np.take_along_axis(pick, best, axis=1)


def build_partners(layout: Layout, tasks: Tasks, parameters: Parameters, seed: int) -> Partners:
    """Draw the candidates of every unit.

    Examples
    --------
    >>> from rehab_opt.network.layout import build_layout
    >>> from rehab_opt.network.tasks import build_tasks
    >>> p = Parameters({"network.units": 240})
    >>> layout = build_layout(p, 0)
    >>> partners = build_partners(layout, build_tasks(p, 0), p, 0)
    >>> bool((layout.area[partners.units[0]] == layout.area[0]).all())
    True
    """
    units, channels, inhibitory = (np.full((layout.units, CANDIDATES), -1, dtype=np.int32) for _ in range(3))
    for hemisphere in range(2):
        for area in range(3):
            rows = layout.select(hemisphere, area, excitatory=True)
            rng = stream(seed, "candidates", hemisphere, area)
            for target, kind, width in (
                (units, True, parameters["network.excitatory-width"]),
                (inhibitory, False, parameters["network.inhibitory-width"]),
            ):
                target[rows] = _near(layout, rows, layout.select(hemisphere, area, excitatory=kind), width, rng)
            owned = [np.arange(t.channels.start, t.channels.stop) for t in tasks.tasks if t.area == area]
            channels[rows] = rng.choice(np.concatenate(owned), (len(rows), CANDIDATES))
    return Partners(units, channels, inhibitory)
