"""Homeostasis: synaptic scaling and intrinsic excitability bring every unit back to its own set point."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase, relative_excess
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import scale_rows
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL


def step(context: Context) -> None:
    """h -= excess x gain; w *= 1 - excess x gain; the set point itself follows slowly (Turrigiano 2008, Hengen
    2013)."""
    state, numbers, day = context.state, context.numbers, context.day
    real = state.rates.dtype
    living = context.anatomy.layout.excitatory & (state.integrity > 0)
    excess = np.where(living, relative_excess(day.activity, state.set_point), 0).astype(real)
    bound = numbers["homeostasis.excitability-most"]
    state.excitability -= excess * real.type(numbers["homeostasis.excitability-rate"])
    # A threshold can go, but no unit becomes a pacemaker that was none; who fired without input before may go on.
    most = np.maximum(context.anatomy.intact_excitability, real.type(bound))
    np.clip(state.excitability, real.type(-1 - bound), most, out=state.excitability)
    factor = (1 - excess * real.type(numbers["homeostasis.scaling-rate"])).astype(real)
    scale_rows(state.recurrent.weight, state.recurrent.stable, 0, LOCAL.stop, factor, WEIGHT_LEAST, WEIGHT_MOST)
    scale_rows(state.thalamic.weight, state.thalamic.stable, 0, INPUT_CAPACITY, factor, INPUT_LEAST, INPUT_MOST)
    state.set_point += (day.activity - state.set_point) * real.type(1 / numbers["homeostasis.set-point-days"])


MECHANISM = Mechanism(
    name="homeostasis",
    phase=Phase.NIGHT,
    process=(
        "Intrinsic excitability and excitatory synapses of a unit move against its distance from its own set point."
    ),
    off="Excitability and total excitatory weight answer to nothing.",
    observable="mean rate of deprived units days after the loss of input",
    step=step,
)
