"""Structural plasticity: axonal and dendritic elements grow and retract with activity; vacant ones pair into
synapses.

Synapses onto interneurons neither come nor go: nothing in the model would bring back what they lose, so that a healthy
network would go on losing inhibition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase, relative_calcium
from rehab_opt.network.kernels import count_bound, grow, pair, retract_axons, retract_dendrites, sprout
from rehab_opt.network.state import Rows
from rehab_opt.network.wiring import INHIBITORY, INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]
Counts = NDArray[np.int64]
MOST_TRIES = 6  # looks a night: growth signals beyond that many times the everyday ones add none


def _grow_elements(context: Context) -> None:
    """Elements follow the growth curve of activity relative to the unit's own set point (1 = at it, where growth
    is 0)."""
    state, numbers, day = context.state, context.numbers, context.day
    real = state.rates.dtype
    calcium = relative_calcium(context)
    speed = day.growth * state.integrity * real.type(numbers["structural-plasticity.rate"])
    top = numbers["structural-plasticity.inhibitory-high"]
    grow(
        state.dendritic,
        calcium,
        speed,
        numbers["structural-plasticity.dendritic-low"],
        1.0,
        LOCAL.stop + INPUT_CAPACITY,
    )
    grow(state.axonal, calcium, speed, numbers["structural-plasticity.axonal-low"], 1.0, np.inf)
    # Opposite rule for inhibitory contacts: they are sought above the set point, not below (Sinha 2021).
    # As many as there is room for, as with excitatory ones: a hoard of elements would put off every later loss.
    grow(state.inhibitory_dendritic, calcium, speed, 1.0, top, INHIBITORY.stop - INHIBITORY.start)


@dataclass(slots=True)
class _Bound:
    """Bound elements per unit: of dendrites (recurrent and thalamic synapses), axons and inhibitory dendrites."""

    recurrent: Counts
    dendritic: Counts
    axonal: Counts
    inhibitory: Counts


def _bound(context: Context) -> _Bound:
    recurrent, thalamic, units = context.state.recurrent, context.state.thalamic, context.anatomy.layout.units
    local, channels, axonal, inhibitory = (np.zeros(units, dtype=np.int64) for _ in range(4))
    elsewhere = np.zeros(max(units, len(context.anatomy.inputs)), dtype=np.int64)
    changes = context.anatomy.layout.excitatory
    count_bound(recurrent.source, recurrent.weight, 0, LOCAL.stop, changes, local, axonal)
    count_bound(thalamic.source, thalamic.weight, 0, INPUT_CAPACITY, changes, channels, elsewhere)
    count_bound(recurrent.source, recurrent.weight, INHIBITORY.start, INHIBITORY.stop, changes, inhibitory, elsewhere)
    return _Bound(local, local + channels, axonal, inhibitory)


def _lost(bound: Counts, elements: Floats) -> Counts:
    """Bound elements that have retracted; whole ones only."""
    return np.asarray(np.maximum(bound - np.ceil(elements), 0), dtype=np.int64)


def _lose(context: Context, bound: _Bound) -> int:
    """Delete the synapses of lost elements, dendrites first, and take them off what is bound."""
    state, rows, inputs = context.state, context.state.recurrent, context.state.thalamic
    chance = context.draws.uniform("retract", (3, context.anatomy.layout.units), state.rates.dtype)
    removed, before = 0, bound.dendritic.copy()
    lost = _lost(before, state.dendritic)
    if lost.any():
        nothing, elsewhere = np.zeros_like(before), np.zeros(len(context.anatomy.inputs), dtype=np.int64)
        for kind, slots, first, out in (
            (rows, LOCAL.stop, nothing, bound.axonal),
            (inputs, INPUT_CAPACITY, bound.recurrent, elsewhere),
        ):
            removed += retract_dendrites(
                kind.source, kind.weight, kind.stable, kind.maturity, 0, slots, first, before, lost, chance[0], out
            )
        bound.dendritic -= lost
    gone = _lost(bound.axonal, state.axonal)
    if gone.any():
        removed += retract_axons(
            rows.source,
            rows.weight,
            rows.stable,
            rows.maturity,
            LOCAL.stop,
            bound.axonal,
            gone,
            chance[1],
            context.anatomy.layout.excitatory,
            bound.dendritic,
        )
        bound.axonal -= gone
    return removed + _lose_inhibition(context, bound, chance[2])


def _lose_inhibition(context: Context, bound: _Bound, chance: Floats) -> int:
    """Delete the inhibitory synapses of lost elements."""
    rows, state = context.state.recurrent, context.state
    lost = _lost(bound.inhibitory, state.inhibitory_dendritic)
    if not lost.any():
        return 0
    nothing, elsewhere = np.zeros_like(lost), np.zeros_like(lost)
    removed = retract_dendrites(
        rows.source,
        rows.weight,
        rows.stable,
        rows.maturity,
        INHIBITORY.start,
        INHIBITORY.stop,
        nothing,
        bound.inhibitory,
        lost,
        chance,
        elsewhere,
    )
    bound.inhibitory -= lost
    return int(removed)


def _pair(context: Context, bound: _Bound) -> int:
    """Each living excitatory unit looks for partners once a night; growth signals let it look more often."""
    units, real = context.anatomy.layout.units, context.state.rates.dtype
    chance = context.draws.uniform("pair", (MOST_TRIES, 5, units), real)
    left = np.where(context.anatomy.layout.excitatory, context.day.growth * context.state.integrity, 0)
    made = 0
    for draw in chance:
        looks = left > draw[4]  # a fraction of a look is a chance of one
        if not looks.any():
            break
        made += _look(context, bound, looks, draw)
        left = left - 1
    return made


def _look(context: Context, bound: _Bound, seekers: NDArray[np.bool_], chance: Floats) -> int:
    """Every unit that looks tries one recurrent or one thalamic partner, and an interneuron."""
    state, numbers, anatomy = context.state, context.numbers, context.anatomy
    units, real = anatomy.layout.units, state.rates.dtype
    living = state.integrity > 0
    # A thalamic axon that carries nothing has no terminals to offer: the element meets a neighbour instead.
    met = anatomy.input_candidates[np.arange(units), (chance[0] * anatomy.input_candidates.shape[1]).astype(np.int64)]
    to_channel = (
        seekers & (chance[3] < numbers["structural-plasticity.thalamic-share"]) & (met >= 0) & anatomy.carrying[met]
    )
    start = numbers["structural-plasticity.start-weight"]
    endless = np.full(max(units, len(anatomy.inputs)), np.inf, dtype=real)
    nobody = np.zeros(len(endless), dtype=np.int64)
    terminals = np.where(living, state.axonal, real.type(0))
    mine, inputs, rows = (state.dendritic, bound.dendritic), state.thalamic, state.recurrent
    made = _meet(
        inputs, slice(INPUT_CAPACITY), to_channel, mine, (endless, nobody), anatomy.input_candidates, chance[0], start
    )
    offered = terminals, bound.axonal
    made += _meet(rows, LOCAL, seekers & ~to_channel, mine, offered, anatomy.candidates, chance[1], start)
    mine, offered = (state.inhibitory_dendritic, bound.inhibitory), (endless, nobody)
    dark = -numbers["structural-plasticity.inhibitory-start"]
    return made + _meet(rows, INHIBITORY, seekers, mine, offered, anatomy.inhibitory_candidates, chance[2], dark)


def _meet(
    rows: Rows,
    slots: slice,
    seeks: NDArray[np.bool_],
    wanted: tuple[Floats, Counts],
    offered: tuple[Floats, Counts],
    candidates: NDArray[np.int32],
    chance: Floats,
    start: float,
) -> int:
    """Pair elements with those on offer; both are given with how many of them are bound."""
    first, last = slots.start or 0, slots.stop
    synapses = rows.source, rows.weight, rows.stable, rows.maturity
    return int(pair(*synapses, first, last, seeks, *wanted, *offered, candidates, chance, start))


def _sprout_fibres(context: Context) -> None:
    """Surviving downstream fibres branch into targets that lost theirs, while the unit's calcium is near its own.

    df_i = rate x growth x bell(C_i) x support_i x f_i x mean over its outputs of the share they have lost. Cut axons do
    not grow back: a bundle gets at most ``fibre-most`` times as strong as the lesion left it.
    """
    state, numbers, day = context.state, context.numbers, context.day
    speed = numbers["structural-plasticity.fibre-rate"]
    most = numbers["structural-plasticity.fibre-most"]
    share = numbers["structural-plasticity.fibre-window"]
    growth = 1 - share + share * (float(day.growth.max()) - 1)
    low, high = numbers["structural-plasticity.fibre-low"], numbers["structural-plasticity.fibre-high"]
    favour = outgrowth(relative_calcium(context), low, high) * day.support
    for skill in context.anatomy.skills:
        path = skill.path
        links = path.units, path.weight, path.strength, path.share
        sprout(*links, favour, speed * growth, most, context.anatomy.spared, state.fibre)


def outgrowth(calcium: Floats, low: float, high: float) -> Floats:
    """Return how well a growth cone advances, 0 to 1, at a calcium relative to the unit's own: 0 outside ``low`` to
    ``high``, 1 halfway.

    Neurites grow out within a range of calcium and stop both below and above it (Kater and Mills 1991); the form is
    that of the elements' growth curve (Butz and van Ooyen 2013), without retraction.

    Examples
    --------
    >>> outgrowth(np.array([0.5, 1.0, 2.0]), 0.5, 1.5).round(3).tolist()
    [0.0, 1.0, 0.0]
    """
    distance = (2 * calcium - (low + high)) / (high - low)
    return np.asarray(np.maximum(2 * np.exp2(-(distance**2)) - 1, 0))


def step(context: Context) -> None:
    """Grow elements, delete synapses whose elements retracted, pair vacant ones by distance, let fibres sprout."""
    _grow_elements(context)
    bound = _bound(context)
    context.day.removed += _lose(context, bound)
    context.day.formed += _pair(context, bound)
    _sprout_fibres(context)


MECHANISM = Mechanism(
    name="structural-plasticity",
    phase=Phase.NIGHT,
    process=(
        "Synaptic elements grow below and retract above the set point; vacant ones pair by distance; spared "
        "fibres sprout while calcium is near the unit's own."
    ),
    off="No synapse forms or is lost with its element, and no fibre sprouts.",
    observable="synapses formed per day, and strength of spared fibres",
    step=step,
)
