"""Homeostasis: synaptic scaling and intrinsic excitability bring every unit back to its own set point."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase, relative_excess
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import scale_rows
from rehab_opt.network.state import State
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]

MOST_GAIN = 10.0  # 1/d: a unit that follows faster is back within hours
LEAST_GAIN = 1e-3  # 1/d: below it the series 1 - K / 2 is exact
MEMORY = 0.8  # share of what was learned about the gain that is left after a day


def over_the_day(now: Floats, state: State) -> Floats:
    """Return the mean excess of a day in which the unit follows its homeostasis all the time, e (1 - exp(-K)) / K.

    K, the speed at which the excess shrinks when homeostasis answers in full, is a regression of the last days'
    changes of the excess on what was answered. One step by the morning's excess would throw a unit that its neighbours
    amplify from side to side of its set point, which is an artefact of the step.
    """
    answered = state.excess * _share(_gain(state))
    state.response[:] = MEMORY * state.response + (state.excess - now) * answered
    state.drive[:] = MEMORY * state.drive + answered * answered
    state.excess[:] = now
    return np.asarray(now * _share(_gain(state)), dtype=now.dtype)


def _gain(state: State) -> Floats:
    return np.clip(state.response / np.maximum(state.drive, 1e-6), 0, MOST_GAIN)


def _share(gain: Floats) -> Floats:
    """(1 - exp(-K)) / K, which is 1 at K = 0."""
    some = np.maximum(gain, LEAST_GAIN)
    return np.where(gain > LEAST_GAIN, -np.expm1(-some) / some, 1 - gain / 2)


def step(context: Context) -> None:
    """h -= excess x gain; w *= 1 - excess x gain; the set point itself follows slowly (Turrigiano 2008, Hengen
    2013)."""
    state, numbers, day = context.state, context.numbers, context.day
    real = state.rates.dtype
    living = context.anatomy.layout.excitatory & (state.integrity > 0)
    found = np.where(living, relative_excess(day.activity, state.set_point), 0).astype(real)
    excess = over_the_day(found, state)
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
