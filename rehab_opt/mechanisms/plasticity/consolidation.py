"""Consolidation: fresh change is labile and decays; nights make a part of it stable; late maturation fixes it."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import INPUT_LEAST, WEIGHT_LEAST
from rehab_opt.network.kernels import consolidate
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL


def _night(context: Context, share: float) -> None:
    state, numbers = context.state, context.numbers
    fixed = (context.day.support * share).astype(state.rates.dtype)
    keep = float(np.exp(-1 / numbers["consolidation.labile-days"]))
    ripen = 1 / numbers["consolidation.maturation-days"]
    for rows, slots, least in (
        (state.recurrent, LOCAL.stop, WEIGHT_LEAST),
        (state.thalamic, INPUT_CAPACITY, INPUT_LEAST),
    ):
        consolidate(rows.weight, rows.stable, rows.maturity, slots, fixed, keep, ripen, least)


def step(context: Context) -> None:
    """Stable += share x support x labile; the rest of the labile part decays; synapses mature (Wang 2020)."""
    _night(context, context.numbers["consolidation.share"])


def forget(context: Context) -> None:
    """What a night does without consolidation: labile change decays and none of it becomes stable."""
    _night(context, 0.0)


MECHANISM = Mechanism(
    name="consolidation",
    phase=Phase.NIGHT,
    process="A supported share of labile change becomes stable each night; the rest decays; new synapses mature.",
    off="No fresh change ever becomes stable: all of it decays with the labile time constant.",
    observable="stable weights after a night that follows practice",
    step=step,
    instead=forget,
)
