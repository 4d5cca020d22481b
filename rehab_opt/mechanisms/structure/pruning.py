"""Pruning by microglia: weak, unused synapses are removed; strong, used ones are kept."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import prune
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL


def step(context: Context) -> None:
    """Remove a synapse with hazard x exp(-w / width) / (1 + use_i use_j) per night; use = activity / set point."""
    state, numbers, anatomy = context.state, context.numbers, context.anatomy
    real = state.rates.dtype
    hazard, width = numbers["pruning.hazard"], numbers["pruning.weight-scale"]
    use = np.minimum(context.day.activity / np.maximum(state.set_point, real.type(0.02)), 4).astype(real)
    chance = context.draws.uniform("prune", (anatomy.layout.units, LOCAL.stop + INPUT_CAPACITY), real)
    everywhere = np.ones(len(anatomy.inputs), dtype=real)
    inputs = np.ascontiguousarray(chance[:, LOCAL.stop :])
    rows = state.recurrent
    context.day.removed += prune(
        rows.source, rows.weight, rows.stable, rows.maturity, LOCAL.stop, hazard, width, use, use, chance
    )
    rows = state.thalamic
    context.day.removed += prune(
        rows.source, rows.weight, rows.stable, rows.maturity, INPUT_CAPACITY, hazard, width, use, everywhere, inputs
    )


MECHANISM = Mechanism(
    name="pruning",
    phase=Phase.NIGHT,
    process="Weak and unused synapses are removed by chance; strong and used ones are kept.",
    off="No synapse is removed for being weak.",
    observable="synapses removed per day",
    step=step,
)
