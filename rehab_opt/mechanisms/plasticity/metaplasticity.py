"""Hebbian change with a sliding threshold (Bienenstock, Cooper and Munro 1982), on what the day made the units do."""

from __future__ import annotations

import math

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import hebbian, slide
from rehab_opt.network.wiring import LOCAL


def step(context: Context) -> None:
    """dw_ij = rate x sum_s p_s r_i (r_i - theta_i) r_j; tau dtheta/dt = -theta + <r^2> / <r>.

    With theta = <r^2> / <r> the change sums to zero over presynaptic activity that is the same for all stimuli, so
    that the rule sharpens tuning and does not drift. The threshold is faster than the weights (Udeigwe 2017).
    """
    state, numbers, anatomy = context.state, context.numbers, context.anatomy
    rates, real = state.rates, state.rates.dtype
    rows = np.flatnonzero(anatomy.layout.excitatory & (state.integrity > 0))
    post = np.empty((len(rows), rates.shape[1]), dtype=real)
    share = 1 - math.exp(-1 / numbers["metaplasticity.threshold-days"])
    slide(rows, rates, anatomy.habit, state.threshold, share, numbers["metaplasticity.rate"], post)
    recurrent = state.recurrent
    hebbian(
        rows,
        recurrent.source,
        recurrent.weight,
        recurrent.maturity,
        LOCAL.stop,
        post,
        rates,
        0,
        1.0,
        WEIGHT_LEAST,
        WEIGHT_MOST,
    )
    context.settling.work.plastic_updates += len(rows) * LOCAL.stop * rates.shape[1]


MECHANISM = Mechanism(
    name="metaplasticity",
    phase=Phase.NIGHT,
    process="Recurrent synapses follow r (r - theta) with a threshold that slides with recent activity.",
    off="No unsupervised Hebbian change, and a threshold that stays where it was in health.",
    observable="recurrent weights and BCM thresholds after a night",
    step=step,
)
