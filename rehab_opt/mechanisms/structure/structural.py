"""Structural plasticity: axonal and dendritic elements grow and retract with activity; vacant ones pair into
synapses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import count_bound, pair, retract
from rehab_opt.network.wiring import INHIBITORY, INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]


def growth_curve(calcium: Floats, low: float, high: float) -> Floats:
    """Return 2 exp(-((C - xi) / zeta)^2) - 1, positive between ``low`` and ``high``, -1 far away (Butz and van
    Ooyen 2013).

    Examples
    --------
    >>> np.round(growth_curve(np.array([0.1, 0.55, 1.0]), 0.1, 1.0), 6).tolist()
    [0.0, 1.0, 0.0]
    """
    middle = (low + high) / 2
    width = (high - low) / (2 * np.sqrt(np.log(2)))
    return np.asarray(2 * np.exp(-(((calcium - middle) / width) ** 2)) - 1)


def _grow_elements(context: Context) -> None:
    """Elements follow the growth curve of activity relative to the unit's own set point (1 = at it, where growth
    is 0)."""
    state, numbers, day = context.state, context.numbers, context.day
    calcium = day.activity / np.maximum(state.set_point, state.rates.dtype.type(0.02))
    speed = numbers["structural-plasticity.rate"] * day.growth * state.integrity
    top = numbers["structural-plasticity.inhibitory-high"]
    state.dendritic += speed * growth_curve(calcium, numbers["structural-plasticity.dendritic-low"], 1.0)
    state.axonal += speed * growth_curve(calcium, numbers["structural-plasticity.axonal-low"], 1.0)
    # Opposite rule for inhibitory contacts: they are sought above the set point, not below (Sinha 2021).
    state.inhibitory_dendritic += speed * growth_curve(calcium, 1.0, top)
    for elements in (state.dendritic, state.axonal, state.inhibitory_dendritic):
        np.maximum(elements, 0, out=elements)
    np.minimum(state.dendritic, LOCAL.stop + INPUT_CAPACITY, out=state.dendritic)


def _bound(context: Context) -> tuple[Floats, Floats, Floats]:
    """Bound excitatory dendritic, axonal and inhibitory dendritic elements [units]."""
    state, units = context.state, context.anatomy.layout.units
    recurrent, thalamic = state.recurrent, state.thalamic
    dendritic, axonal, inhibitory = (np.zeros(units, dtype=np.int64) for _ in range(3))
    count_bound(recurrent.source, recurrent.weight, 0, LOCAL.stop, dendritic, axonal)
    count_bound(
        thalamic.source,
        thalamic.weight,
        0,
        INPUT_CAPACITY,
        dendritic,
        np.zeros(len(context.anatomy.inputs), dtype=np.int64),
    )
    count_bound(
        recurrent.source,
        recurrent.weight,
        INHIBITORY.start,
        INHIBITORY.stop,
        inhibitory,
        np.zeros(units, dtype=np.int64),
    )
    real = state.rates.dtype
    return dendritic.astype(real), axonal.astype(real), inhibitory.astype(real)


def _lost_share(bound: Floats, elements: Floats) -> Floats:
    """Share of bound elements that have retracted, counting whole elements only."""
    return np.asarray(np.floor(np.maximum(bound - elements, 0)) / np.maximum(bound, 1)).astype(bound.dtype)


def _lose(context: Context, dendritic: Floats, axonal: Floats) -> int:
    state, units = context.state, context.anatomy.layout.units
    real = state.rates.dtype
    gone, none = _lost_share(dendritic, state.dendritic), np.zeros(len(context.anatomy.inputs), dtype=real)
    chance = context.draws.uniform("retract", (units, LOCAL.stop + INPUT_CAPACITY), real)
    rows, inputs = state.recurrent, state.thalamic
    lost = retract(
        rows.source,
        rows.weight,
        rows.stable,
        rows.maturity,
        LOCAL.stop,
        gone,
        _lost_share(axonal, state.axonal),
        chance,
    )
    return int(
        lost
        + retract(
            inputs.source,
            inputs.weight,
            inputs.stable,
            inputs.maturity,
            INPUT_CAPACITY,
            gone,
            none,
            np.ascontiguousarray(chance[:, LOCAL.stop :]),
        )
    )


def _pair(context: Context, dendritic: Floats, axonal: Floats, inhibitory: Floats) -> int:
    state, numbers, anatomy = context.state, context.numbers, context.anatomy
    units, real = anatomy.layout.units, state.rates.dtype
    chance = context.draws.uniform("pair", (4, units), real)
    vacant = (state.dendritic - dendritic) * anatomy.layout.excitatory * (state.integrity > 0)
    offered = (state.axonal - axonal) * (state.integrity > 0)
    start = numbers["structural-plasticity.start-weight"]
    # Each unit looks for one recurrent and one thalamic partner a night, in an order drawn per unit.
    thalamic_first = chance[3] < numbers["structural-plasticity.thalamic-share"]
    wants = [np.where(thalamic_first, vacant, 0).astype(real), np.where(thalamic_first, 0, vacant).astype(real)]
    rows, inputs = state.recurrent, state.thalamic
    endless = np.full(len(anatomy.inputs), 1e9, dtype=real)
    made = pair(
        inputs.source,
        inputs.weight,
        inputs.stable,
        inputs.maturity,
        0,
        INPUT_CAPACITY,
        wants[0],
        endless,
        anatomy.input_candidates,
        chance[0],
        start,
    )
    made += pair(
        rows.source,
        rows.weight,
        rows.stable,
        rows.maturity,
        0,
        LOCAL.stop,
        wants[1],
        offered.astype(real),
        anatomy.candidates,
        chance[1],
        start,
    )
    calls = (state.inhibitory_dendritic - inhibitory) * anatomy.layout.excitatory * (state.integrity > 0)
    terminals = np.full(units, 1e9, dtype=real)
    made += pair(
        rows.source,
        rows.weight,
        rows.stable,
        rows.maturity,
        INHIBITORY.start,
        INHIBITORY.stop,
        calls.astype(real),
        terminals,
        anatomy.inhibitory_candidates,
        chance[2],
        -start,
    )
    return int(made)


def _sprout_fibres(context: Context) -> None:
    """Surviving downstream fibres branch into targets that lost theirs, if the unit is active and supported.

    df_i = rate x growth x support_i x f_i x mean over the unit's outputs of the share of input those have lost.
    """
    state, numbers, day = context.state, context.numbers, context.day
    speed = numbers["structural-plasticity.fibre-rate"]
    most = numbers["structural-plasticity.fibre-most"]
    growth = 1 + (float(day.growth.max()) - 1) * numbers["structural-plasticity.fibre-window"]
    for skill in context.anatomy.skills:
        path = skill.path
        own = state.fibre[path.units]
        missing = np.maximum(1 - (path.weight @ own) / np.maximum(path.weight.sum(axis=1), 1e-9), 0)
        share = path.credit / np.maximum(path.credit.sum(axis=1, keepdims=True), 1e-9)
        gain = speed * growth * day.support[path.units] * own * (share @ missing)
        state.fibre[path.units] = np.minimum(own + gain, np.maximum(own, most))


def step(context: Context) -> None:
    """Grow elements, delete synapses whose elements retracted, pair vacant ones by distance, let fibres sprout."""
    _grow_elements(context)
    dendritic, axonal, _ = _bound(context)
    context.day.removed += _lose(context, dendritic, axonal)
    dendritic, axonal, inhibitory = _bound(context)
    context.day.formed += _pair(context, dendritic, axonal, inhibitory)
    _sprout_fibres(context)


MECHANISM = Mechanism(
    name="structural-plasticity",
    phase=Phase.NIGHT,
    process=(
        "Synaptic elements grow below and retract above the set point; vacant ones pair by distance; spared "
        "fibres sprout."
    ),
    off="No synapse forms or is lost with its element, and no fibre sprouts.",
    observable="synapses formed per day, and strength of spared fibres",
    step=step,
)
