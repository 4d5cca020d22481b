"""Who is connected to whom on the sheet: tuned thalamic input, like-to-like excitation, broad inhibition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.wiring import CAPACITY, INHIBITORY, INPUT_CAPACITY
from rehab_opt.parameters import stream
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sizes import INPUT, RECURRENT
from rehab_opt.validation.sheet.sounds import channel_places

Floats = NDArray[np.float64]
ELSEWHERE = 0.03
"""Odds of a channel far from the preferred frequency, relative to one at it."""
ONTO_INHIBITORY = 24  # excitatory synapses of an interneuron: all slots of its row
FROM_INHIBITORY = 10
INHIBITORY_SPREAD = 0.5


@dataclass(frozen=True, slots=True)
class Synapses:
    """Rows of synapses by target, as the package keeps them: [units, slots], empty slots have weight 0."""

    source: NDArray[np.int32]
    weight: Floats


def meet(log_odds: Floats, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``count`` columns per row with replacement, with odds exp(log_odds).

    Examples
    --------
    >>> meet(np.log(np.array([[1e-9, 1.0]])), 3, np.random.default_rng(0)).tolist()
    [[1, 1, 1]]
    """
    chance = np.exp(log_odds - log_odds.max(axis=1, keepdims=True)).cumsum(axis=1)
    draws = rng.random((len(log_odds), count)) * chance[:, -1:]
    return np.stack([np.searchsorted(row, draw) for row, draw in zip(chance, draws, strict=True)])


def choose(log_odds: Floats, fan_in: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw ``fan_in`` columns per row without replacement, with odds exp(log_odds) (Gumbel top-k)."""
    keys = log_odds + rng.gumbel(size=log_odds.shape)
    return np.argsort(-keys, axis=1, kind="stable")[:, :fan_in]


def draw_input(
    numbers: Numbers, seed: int, sounds: Floats, excitatory: NDArray[np.bool_], sizes: NDArray[np.float32]
) -> tuple[Synapses, Floats, Floats]:
    """Return thalamic synapses, the drive [units, sounds] that they carry, and the log odds [units, channels].

    Channels near a unit's preferred frequency are likelier and stronger; interneurons sample three times as widely.
    Rows are scaled so that the drive varies between sounds by ``drive`` x a lognormal factor of the unit.
    """
    units, fan_in = len(excitatory), numbers.count("input-fan-in")
    rng = stream(seed, "sheet", "input")
    centre = rng.permutation((np.arange(units) + rng.random(units)) / units)
    width = numbers["tuning-width"] * np.where(excitatory, 1.0, 3.0)
    gap = (centre[:, None] - channel_places(numbers)) / width[:, None]
    odds = np.log(np.exp(-(gap**2) / 2) + ELSEWHERE)
    pick = choose(odds, fan_in, rng)
    weight = rng.lognormal(0.0, numbers["input-spread"], pick.shape)
    weight *= np.exp(np.take_along_axis(odds, pick, axis=1) / 2 + sizes[:, INPUT][:, :fan_in])
    drive = np.einsum("nk,nks->ns", weight, sounds[pick])
    gain = rng.lognormal(0.0, numbers["drive-spread"], units) * np.where(excitatory, 1.0, numbers["drive-inhibitory"])
    scale = (numbers["drive"] * gain / drive.std(axis=1))[:, None]
    rows = Synapses(np.zeros((units, INPUT_CAPACITY), dtype=np.int32), np.zeros((units, INPUT_CAPACITY)))
    rows.source[:, :fan_in], rows.weight[:, :fan_in] = pick, weight * scale
    return rows, drive * scale, odds


@dataclass(frozen=True, slots=True)
class _Projection:
    """One kind of connection: targets, sources, number and total of synapses per row, and what they depend on."""

    name: str
    targets: NDArray[np.int64]
    sources: NDArray[np.int64]
    first: int
    fan_in: int
    total: float
    spread: float
    odds: Floats


def _connect(rows: Synapses, kind: _Projection, seed: int, sizes: NDArray[np.float32] | None) -> None:
    rng = stream(seed, "sheet", "wiring", kind.name)
    itself = kind.sources[None, :] == kind.targets[:, None]
    pick = choose(np.where(itself, -np.inf, kind.odds), kind.fan_in, rng)
    weight = rng.lognormal(0.0, kind.spread, pick.shape)
    if sizes is not None:
        weight *= np.exp(sizes[kind.targets][:, RECURRENT][:, : kind.fan_in])
    weight *= kind.total / weight.sum(axis=1, keepdims=True)
    columns = np.arange(kind.first, kind.first + kind.fan_in)
    rows.source[kind.targets[:, None], columns] = kind.sources[pick]
    rows.weight[kind.targets[:, None], columns] = weight


def draw_recurrent(
    numbers: Numbers,
    seed: int,
    drive: Floats,
    set_point: Floats,
    excitatory: NDArray[np.bool_],
    sizes: NDArray[np.float32],
) -> tuple[Synapses, Floats]:
    """Return recurrent synapses, and the log odds of those among excitatory units: like-to-like, untuned wherever an
    interneuron takes part, never onto itself.

    Odds of excitation between excitatory units are exp(k (c - 1)) b^``hubs``: c is the correlation of their drives over
    sounds (Ko 2011), b the source's set point, so that busy units have more targets. Rows have fixed totals.
    """
    units = len(drive)
    e, i = np.flatnonzero(excitatory), np.flatnonzero(~excitatory)
    centred = drive - drive.mean(axis=1, keepdims=True)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    like = numbers["like-to-like"] * (centred[e] @ centred[e].T - 1)
    busy = numbers["hubs"] * np.log(set_point[e] / set_point[e].mean())
    spread, start, few, wide = numbers["weight-spread"], INHIBITORY.start, FROM_INHIBITORY, INHIBITORY_SPREAD
    own = np.broadcast_to(np.arange(units, dtype=np.int32)[:, None], (units, CAPACITY)).copy()
    rows = Synapses(own, np.zeros((units, CAPACITY)))
    kind = _Projection("ee", e, e, 0, numbers.count("fan-in"), numbers["total-ee"], spread, like + busy)
    _connect(rows, kind, seed, sizes)
    odds = np.broadcast_to(busy, (len(i), len(e)))
    _connect(rows, _Projection("ie", i, e, 0, ONTO_INHIBITORY, numbers["total-ie"], spread, odds), seed, None)
    for name, targets, total in (("ei", e, -numbers["total-ei"]), ("ii", i, -numbers["total-ii"])):
        odds = np.zeros((len(targets), len(i)))
        _connect(rows, _Projection(name, targets, i, start, few, total, wide, odds), seed, None)
    return rows, np.where(np.eye(len(e), dtype=bool), -np.inf, like + busy)
