"""Who is connected to whom before any learning: rows of fixed capacity per target unit, distance- and
like-to-like-dependent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import Layout
from rehab_opt.network.tasks import BOTH, Tasks
from rehab_opt.parameters import Parameters, stream

# Slots of a unit's row of recurrent synapses, by the kind of source. An empty slot has weight 0 and names its own unit.
LOCAL = slice(0, 24)  # excitatory units of the same area
INHIBITORY = slice(24, 38)  # inhibitory units of the same area
CALLOSAL = slice(38, 42)  # excitatory units at the mirrored place of the other hemisphere
DISYNAPTIC = slice(42, 48)  # the same, through fast interneurons that are not modelled as units: negative weights
AREAL = slice(48, 52)  # excitatory units of the other areas of the hemisphere
CAPACITY = 52
INPUT_CAPACITY = 24

# Sources drawn per target before the choice by distance and tuning. Fixed, so that neither the cost per synapse nor the
# sharpness of the choice depends on the size of the network.
_CANDIDATES = 80
_INHIBITORY_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Wiring:
    """The connections of a network, before learning.

    Attributes
    ----------
    preferred
        float64 [units]: angle on its area's ring that a unit's input prefers, rad.
    source, weight
        int32, float64 [units, CAPACITY]: recurrent synapses; inhibitory and disynaptic weights are negative.
    input_source, input_weight
        int32, float64 [units, INPUT_CAPACITY]: thalamic synapses; sources are channels.
    """

    preferred: NDArray[np.float64]
    source: NDArray[np.int32]
    weight: NDArray[np.float64]
    input_source: NDArray[np.int32]
    input_weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Projection:
    """One kind of connection: which slots, how many, total weight per row, and how sources are preferred."""

    name: str
    slots: slice
    fan_in: int
    total: float
    width: float  # mm; Gaussian fall of probability with distance
    like: float  # concentration of the like-to-like factor; 0 = untuned


def _choose(
    log_odds: NDArray[np.float64], fan_in: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Draw ``fan_in`` columns per row without replacement, with odds exp(log_odds) (Gumbel top-k)."""
    keys = log_odds + rng.gumbel(size=log_odds.shape)
    fan_in = min(fan_in, log_odds.shape[1])
    order = np.argsort(-keys, axis=1, kind="stable")[:, :fan_in]
    return order, np.isfinite(np.take_along_axis(log_odds, order, axis=1))


def _candidates(
    targets: NDArray[np.int64], sources: NDArray[np.int64], most: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """All sources when there are few, else a random sample per target [targets, candidates]."""
    if len(sources) <= most:
        return np.broadcast_to(sources, (len(targets), len(sources)))
    return sources[rng.integers(0, len(sources), (len(targets), most))]


def _connect(
    wiring: Wiring,
    layout: Layout,
    row: _Projection,
    targets: NDArray[np.int64],
    sources: NDArray[np.int64],
    rng: np.random.Generator,
) -> None:
    most = _INHIBITORY_CANDIDATES if row.name == "inhibitory" else _CANDIDATES
    pool = _candidates(targets, sources, most, rng)
    offset = layout.position[targets][:, None, :] - layout.position[pool]
    log_odds = -np.sum(offset**2, axis=2) / (2 * row.width**2)
    log_odds += row.like * (np.cos(wiring.preferred[targets][:, None] - wiring.preferred[pool]) - 1)
    log_odds[pool == targets[:, None]] = -np.inf
    pick, valid = _choose(log_odds, row.fan_in, rng)
    weight = rng.lognormal(0.0, 0.5, pick.shape) * valid
    weight *= row.total / np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    columns = np.arange(row.slots.start, row.slots.start + pick.shape[1])
    wiring.source[targets[:, None], columns] = np.take_along_axis(pool, pick, axis=1)
    wiring.weight[targets[:, None], columns] = weight


def _projections(p: Parameters, excitatory: bool) -> tuple[_Projection, ...]:
    near, wide = p["network.excitatory-width"], p["network.inhibitory-width"]
    like = p["network.like-to-like"]
    if excitatory:
        return (
            _Projection("local", LOCAL, 16, p["network.total-ee"], near, like),
            _Projection("inhibitory", INHIBITORY, 10, -p["network.total-ei"], wide, 0.0),
            _Projection("callosal", CALLOSAL, 4, p["callosal.excitation"], near, like),
            _Projection("disynaptic", DISYNAPTIC, 6, -p["callosal.inhibition"], wide, 0.0),
            _Projection("areal", AREAL, 4, p["network.total-areal"], 100.0, 0.0),
        )
    return (
        _Projection("local", LOCAL, 24, p["network.total-ie"], wide, 0.0),
        _Projection("inhibitory", INHIBITORY, 6, -p["network.total-ii"], wide, 0.0),
        _Projection("callosal", CALLOSAL, 4, p["callosal.onto-inhibitory"], wide, 0.0),
    )


def _sources(layout: Layout, name: str, hemisphere: int, area: int) -> NDArray[np.int64]:
    if name == "inhibitory":
        return layout.select(hemisphere, area, excitatory=False)
    if name in ("callosal", "disynaptic"):
        return layout.select(1 - hemisphere, area, excitatory=True)
    if name == "areal":
        others = layout.select(hemisphere, None, excitatory=True)
        return np.asarray(others[layout.area[others] != area])
    return layout.select(hemisphere, area, excitatory=True)


def _thalamic(
    wiring: Wiring, layout: Layout, tasks: Tasks, p: Parameters, units: NDArray[np.int64], rng: np.random.Generator
) -> None:
    """Thalamic synapses of one group of units: mostly channels of the opposite side of the body, near the own angle."""
    hemisphere, area = int(layout.hemisphere[units[0]]), int(layout.area[units[0]])
    gain = rng.lognormal(-0.045, 0.3, len(units))
    first = 0
    for task in tasks.tasks:
        if task.area != area:
            continue
        contralateral = task.side in (BOTH, 1 - hemisphere)
        fan_in = (16 if task.side == BOTH else 11) if contralateral else 5
        total = p["network.input-contralateral"] if contralateral else p["network.input-ipsilateral"]
        channels = np.arange(task.channels.start, task.channels.stop)
        angle = tasks.preferred[channels]
        tuning = np.where(np.isnan(angle), -1.0, np.cos(wiring.preferred[units][:, None] - angle) - 1)
        pick, _ = _choose(p["network.input-tuning"] * tuning, fan_in, rng)
        weight = rng.lognormal(0.0, 0.4, pick.shape) * np.exp(np.take_along_axis(tuning, pick, axis=1))
        scale = (
            total * gain[:, None] * np.where(layout.excitatory[units], 1.0, p["network.input-onto-inhibitory"])[:, None]
        )
        columns = np.arange(first, first + fan_in)
        wiring.input_source[units[:, None], columns] = channels[pick]
        wiring.input_weight[units[:, None], columns] = weight * scale / weight.sum(axis=1, keepdims=True)
        first += fan_in


def _preferred_angles(layout: Layout, seed: int) -> NDArray[np.float64]:
    """Angles spread evenly over the ring within each group of units (with jitter), at random places."""
    angles = np.zeros(layout.units)
    for hemisphere in range(2):
        for area in range(3):
            for excitatory in (True, False):
                group = layout.select(hemisphere, area, excitatory)
                rng = stream(seed, "preferred", hemisphere, area, int(excitatory))
                angles[rng.permutation(group)] = (
                    2 * np.pi * (np.arange(len(group)) + rng.random(len(group))) / len(group)
                )
    return angles


def build_wiring(layout: Layout, tasks: Tasks, parameters: Parameters, seed: int) -> Wiring:
    """Draw the connections of a network; the number per unit does not depend on the size.

    Examples
    --------
    >>> from rehab_opt.network.layout import build_layout
    >>> from rehab_opt.network.tasks import build_tasks
    >>> p = Parameters()
    >>> wiring = build_wiring(build_layout(p, 0), build_tasks(p, 0), p, seed=0)
    >>> float(round(wiring.weight[0, LOCAL].sum(), 6)) == p["network.total-ee"]
    True
    """
    n = layout.units
    own = np.arange(n, dtype=np.int32)[:, None]
    wiring = Wiring(
        _preferred_angles(layout, seed),
        np.broadcast_to(own, (n, CAPACITY)).copy(),
        np.zeros((n, CAPACITY)),
        np.zeros((n, INPUT_CAPACITY), dtype=np.int32),
        np.zeros((n, INPUT_CAPACITY)),
    )
    for hemisphere in range(2):
        for area in range(3):
            _thalamic(
                wiring,
                layout,
                tasks,
                parameters,
                layout.select(hemisphere, area),
                stream(seed, "input", hemisphere, area),
            )
            for excitatory in (True, False):
                targets = layout.select(hemisphere, area, excitatory)
                for row in _projections(parameters, excitatory):
                    rng = stream(seed, "wiring", hemisphere, area, int(excitatory), row.name)
                    _connect(wiring, layout, row, targets, _sources(layout, row.name, hemisphere, area), rng)
    return wiring
