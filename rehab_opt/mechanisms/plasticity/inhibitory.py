"""Inhibitory plasticity: interneurons' synapses grow on units that fire above their set point and weaken on quiet
ones."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase, relative_excess
from rehab_opt.network.kernels import balance_rows
from rehab_opt.network.wiring import INHIBITORY


def step(context: Context) -> None:
    """|w_ij| <- |w_ij| (1 + rate excess_i r_j / mean r): fixed point at the own set point, frozen where r_j = 0
    (Vogels 2011)."""
    state, numbers, layout = context.state, context.numbers, context.anatomy.layout
    excess = relative_excess(context.day.activity, state.set_point)
    excess = np.where(layout.excitatory & (state.integrity > 0), excess, 0) * numbers["inhibitory-plasticity.rate"]
    interneurons = context.anatomy.usual[~layout.excitatory]
    presynaptic = np.minimum(context.day.activity / max(float(interneurons.mean()), 1e-6), 3.0)
    real = state.rates.dtype
    recurrent = state.recurrent
    balance_rows(
        recurrent.source,
        recurrent.weight,
        recurrent.stable,
        INHIBITORY.start,
        INHIBITORY.stop,
        excess.astype(real),
        presynaptic.astype(real),
        1.0,
    )


MECHANISM = Mechanism(
    name="inhibitory-plasticity",
    phase=Phase.NIGHT,
    process="Inhibitory synapses follow the target's distance from its set point x the interneuron's rate.",
    off="Inhibitory weights stay as they were.",
    observable="inhibitory weights after the loss of interneurons",
    step=step,
)
