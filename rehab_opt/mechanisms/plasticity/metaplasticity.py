"""Hebbian change with a sliding threshold (Bienenstock, Cooper and Munro 1982), on what the day made the units do."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import hebbian
from rehab_opt.network.wiring import LOCAL


def step(context: Context) -> None:
    """dw_ij = rate x sum_s p_s r_i (r_i - theta_i) r_j; tau dtheta/dt = -theta + <r^2> / <r>.

    With theta = <r^2> / <r> the change sums to zero over presynaptic activity that is the same for all stimuli, so
    that the rule sharpens tuning and does not drift. The threshold is faster than the weights (Udeigwe 2017).
    """
    state, numbers, habit = context.state, context.numbers, context.anatomy.habit
    rates = state.rates
    mean = rates @ habit
    square = (rates * rates) @ habit
    target = square / np.maximum(mean, rates.dtype.type(1e-6))
    state.threshold += (target - state.threshold) * rates.dtype.type(1 / numbers["metaplasticity.threshold-days"])
    rows = np.flatnonzero(context.anatomy.layout.excitatory & (state.integrity > 0))
    chosen = rates[rows]
    post = chosen * (chosen - state.threshold[rows][:, None]) * (habit * numbers["metaplasticity.rate"])[None, :]
    recurrent = state.recurrent
    hebbian(
        rows,
        recurrent.source,
        recurrent.weight,
        recurrent.maturity,
        LOCAL.stop,
        post.astype(rates.dtype),
        rates,
        0,
        1.0,
        WEIGHT_LEAST,
        WEIGHT_MOST,
    )


MECHANISM = Mechanism(
    name="metaplasticity",
    phase=Phase.NIGHT,
    process="Recurrent synapses follow r (r - theta) with a threshold that slides with recent activity.",
    off="No unsupervised Hebbian change, and a threshold that stays where it was in health.",
    observable="recurrent weights and BCM thresholds after a night",
    step=step,
)
