"""Pruning by microglia: weak, unused synapses are removed; strong, used ones are kept. Young ones come and go.

Only synapses onto excitatory units turn over (see `rehab_opt.mechanisms.structure.structural`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import LEAST_SET_POINT, Context, Mechanism, Phase, relative_calcium
from rehab_opt.network.kernels import prune
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

MOST_USE = 4.0  # times the set point: use beyond it protects no further


def held(context: Context) -> NDArray[np.floating]:
    """Return how far the age of a unit's synapses onto others protects them: less where its axon would retract.

    min(C' / axonal-low, 1), C' the day's calcium relative to the set point; a constant in both lets units that never
    fired keep what they have.
    """
    least, set_point = LEAST_SET_POINT, context.state.set_point
    use = (context.day.calcium + least) / (set_point + least)
    return np.minimum(use / max(context.numbers["structural-plasticity.axonal-low"], 1e-3), 1)


def step(context: Context) -> None:
    """Remove a synapse with hazard x exp(-w / width) / (1 + use_i use_j) + young x exp(-w / scale) (1 - held_j mu)^2
    per night; use = activity / set point (Brown 2007; young ones: Holtmaat 2005, Loewenstein 2015)."""
    state, numbers = context.state, context.numbers
    real = state.rates.dtype
    hazard, width = numbers["pruning.hazard"], numbers["pruning.weight-scale"]
    young, scale = numbers["pruning.young-hazard"], numbers["pruning.young-scale"]
    use = np.minimum(relative_calcium(context), MOST_USE).astype(real)
    heard, changes = context.anatomy.carrying.astype(real), context.anatomy.layout.excitatory
    tick = context.draws.ticks("prune", (len(use), LOCAL.stop + INPUT_CAPACITY))
    for rows, slots, other, kept, own_tick in (
        (state.recurrent, LOCAL.stop, use, held(context).astype(real), tick),
        (state.thalamic, INPUT_CAPACITY, heard, heard, tick[:, LOCAL.stop :]),
    ):
        synapses = rows.source, rows.weight, rows.stable, rows.maturity
        context.day.removed += prune(*synapses, slots, hazard, width, young, scale, use, other, kept, changes, own_tick)


MECHANISM = Mechanism(
    name="pruning",
    phase=Phase.NIGHT,
    process="Weak, unused and young synapses are removed by chance; strong, used and old ones are kept.",
    off="No synapse is removed for being weak or young.",
    observable="synapses removed per day",
    step=step,
)
