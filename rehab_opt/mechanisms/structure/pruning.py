"""Pruning by microglia: weak, unused synapses are removed; strong, used ones are kept."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase, relative_calcium
from rehab_opt.network.kernels import prune
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

MOST_USE = 4.0  # times the set point: use beyond it protects no further


def step(context: Context) -> None:
    """Remove a synapse with hazard x exp(-w / width) / (1 + use_i use_j) per night; use = activity / set point."""
    state, numbers = context.state, context.numbers
    real = state.rates.dtype
    hazard, width = numbers["pruning.hazard"], numbers["pruning.weight-scale"]
    use = np.minimum(relative_calcium(context), MOST_USE).astype(real)
    everywhere = np.ones(len(context.anatomy.inputs), dtype=real)
    tick = context.draws.ticks("prune", (len(use), LOCAL.stop + INPUT_CAPACITY))
    for rows, slots, other, own_tick in (
        (state.recurrent, LOCAL.stop, use, tick),
        (state.thalamic, INPUT_CAPACITY, everywhere, tick[:, LOCAL.stop :]),
    ):
        synapses = rows.source, rows.weight, rows.stable, rows.maturity
        context.day.removed += prune(*synapses, slots, hazard, width, use, other, own_tick)


MECHANISM = Mechanism(
    name="pruning",
    phase=Phase.NIGHT,
    process="Weak and unused synapses are removed by chance; strong and used ones are kept.",
    off="No synapse is removed for being weak.",
    observable="synapses removed per day",
    step=step,
)
