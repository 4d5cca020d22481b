"""The fixed downstream readout: which unit drives which output, over which fibre, for every task."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import Layout
from rehab_opt.network.tasks import BOTH, OUTPUTS, Task, Tasks
from rehab_opt.network.wiring import Wiring
from rehab_opt.parameters import Parameters, stream


@dataclass(frozen=True, slots=True)
class Pathway:
    """The fixed links from the units of an area (both hemispheres) to the outputs of one task.

    Attributes
    ----------
    units
        int64 [n]: excitatory units of the task's area, contralateral hemisphere first.
    contralateral
        bool [n]: whether the unit's fibre crosses (for a task of both sides: true for all).
    weight
        float64 [OUTPUTS, n], >= 0: output = weight @ (fibre x rate). Rows of the contralateral part sum to 1 over the
        area's mean weight, so that an output is a mean of rates whatever the size of the network.
    credit
        float64 [n, OUTPUTS]: the same links, of order 1 each, along which an error is fed back.
    strength
        [OUTPUTS]: total weight of each output's links.
    share
        [n, OUTPUTS]: share of each output in a unit's links; rows sum to 1 (or are 0).
    """

    units: NDArray[np.int64]
    contralateral: NDArray[np.bool_]
    weight: NDArray[np.floating]
    credit: NDArray[np.floating]
    strength: NDArray[np.floating] = field(init=False)
    share: NDArray[np.floating] = field(init=False)

    def __post_init__(self) -> None:
        """Derive what sprouting asks of the links every night."""
        object.__setattr__(self, "strength", np.maximum(self.weight.sum(axis=1), 1e-9))
        object.__setattr__(self, "share", self.credit / np.maximum(self.credit.sum(axis=1, keepdims=True), 1e-9))


def _links(
    preferred: NDArray[np.float64], scatter: float, share: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Connect each unit to the two outputs nearest its (scattered) angle, tuned by distance [OUTPUTS, units]."""
    angle = preferred + rng.normal(0.0, scatter, len(preferred))
    prefer = 2 * np.pi * np.arange(OUTPUTS) / OUTPUTS
    near = np.maximum(np.cos(angle[None, :] - prefer[:, None]) - np.cos(2 * np.pi / OUTPUTS), 0.0)
    strength = rng.lognormal(-0.045, 0.3, len(preferred)) * (rng.random(len(preferred)) < share)
    return np.asarray(near * strength / (1 - np.cos(2 * np.pi / OUTPUTS)))


def _pathway(task: Task, layout: Layout, wiring: Wiring, p: Parameters, seed: int) -> Pathway:
    crossed = 1 - task.side if task.side != BOTH else 0
    parts, credits, units, crossing = [], [], [], []
    for order, hemisphere in enumerate((crossed, 1 - crossed)):
        group = layout.select(hemisphere, task.area, excitatory=True)
        contralateral = order == 0 or task.side == BOTH
        rng = stream(seed, "readout", task.name, hemisphere)
        scatter = 0.3 if contralateral else p["readout.ipsilateral-scatter"]
        links = _links(wiring.preferred[group], scatter, p["readout.path-share"], rng)
        scale = np.maximum(links.sum(axis=1, keepdims=True), 1e-9)
        strength = 1.0 if contralateral else p["readout.ipsilateral-weight"]
        parts.append(links / scale * strength)
        credits.append(links.T * strength)
        units.append(group)
        crossing.append(np.full(len(group), contralateral))
    weight = np.concatenate(parts, axis=1) / (2.0 if task.side == BOTH else 1.0)
    return Pathway(np.concatenate(units), np.concatenate(crossing), weight, np.concatenate(credits))


def build_pathways(
    layout: Layout, tasks: Tasks, wiring: Wiring, parameters: Parameters, seed: int
) -> tuple[Pathway, ...]:
    """Draw the readout of every task; nothing changes it but a lesion of units or fibres.

    Examples
    --------
    >>> from rehab_opt.network.layout import build_layout
    >>> from rehab_opt.network.tasks import build_tasks
    >>> from rehab_opt.network.wiring import build_wiring
    >>> p = Parameters()
    >>> layout, tasks = build_layout(p, 0), build_tasks(p, 0)
    >>> paths = build_pathways(layout, tasks, build_wiring(layout, tasks, p, 0), p, 0)
    >>> bool(abs(paths[0].weight[:, paths[0].contralateral].sum(axis=1) - 1).max() < 1e-9)
    True
    """
    return tuple(_pathway(task, layout, wiring, parameters, seed) for task in tasks.tasks)
