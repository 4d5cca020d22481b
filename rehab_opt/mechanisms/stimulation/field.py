"""Stimulation: a bias current with place, sign and strength, and a minute-scale after-effect that slides with
activity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import after_effect, potentiate
from rehab_opt.network.state import REACH, Current
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]

SILENT = 0.01  # below this rate a unit has no relative activity to speak of


def step(context: Context) -> None:
    """Set the bias current of the bout on the field's units: amplitude x coupling x footprint (x orientation)."""
    day, anatomy = context.day, context.anatomy
    bout = context.bout
    current = None if bout is None else bout.current
    if current is None or current.amplitude == 0:
        day.current[:] = 0
        return
    strength = current.amplitude * _reach(context, current)
    day.current[:] = strength * anatomy.orientation if current.oriented else strength


def leave(context: Context) -> None:
    """Advance the labile gain over the bout: z is the rate under the field or in practice relative to the morning's,
    on practised reaching; 1 in a pause.

    In a pause the person rests, so that no unit is driven beyond what is usual: a raised gain would show in the
    response to a probe, not in activity at rest.
    """
    bout, state, anatomy, numbers = context.bout, context.state, context.anatomy, context.numbers
    if bout is None or not context.day.stimulated:
        return
    skill = anatomy.skills[REACH if bout.skill is None else bout.skill]
    columns = slice(skill.columns.start, skill.columns.start + skill.practised)
    now = state.rates[:, columns].mean(axis=1)
    usual = context.day.reference[:, columns].mean(axis=1)
    resting = bout.skill is None and bout.current is None
    z = np.where((usual > SILENT) & (not resting), now / np.maximum(usual, SILENT), 1)
    real = state.rates.dtype
    beneath, calcium = _beneath(context, bout.current)
    before = state.gain.copy()
    after_effect(
        state.gain,
        state.minute_threshold,
        np.clip(z, 0, 2).astype(real),
        calcium.astype(real),
        beneath,
        bout.minutes,
        numbers["stimulation.threshold-minutes"],
        numbers["stimulation.after-minutes"],
        numbers["stimulation.after-rate"],
        numbers["stimulation.reference-activity"],
        numbers["stimulation.after-most"],
    )
    state.gain[~((state.integrity > 0) & anatomy.layout.excitatory)] = 0
    context.day.potentiation += np.where(beneath, state.gain - before, 0)


def _reach(context: Context, current: Current) -> Floats:
    """Return [units] the share of a field that reaches each unit: coupling x footprint, 0 outside its area."""
    anatomy = context.anatomy
    here = (anatomy.layout.hemisphere == current.hemisphere) & (anatomy.layout.area == current.area)
    return np.where(here, context.numbers["stimulation.coupling"] * anatomy.placement, 0)


def _beneath(context: Context, current: Current | None) -> tuple[NDArray[np.bool_], Floats]:
    """Units that pulses reach now [units], and the calcium that the pulses bring them [units].

    A direct current brings none: it shifts rates, and with them the threshold, but fires no volleys.
    """
    units = context.anatomy.layout.units
    if current is None or current.oriented or (current.amplitude == 0 and current.calcium == 0):
        return np.zeros(units, dtype=np.bool_), np.zeros(units)
    reach = _reach(context, current)
    return reach > 0, current.calcium * reach


def overnight(context: Context) -> None:
    """Turn the gain that fields induced today into labile change of the synapses onto the same units.

    w *= 1 + kappa dg (1 - (1 - rigid) maturity): the after-effect of repetitive stimulation needs NMDA receptors and
    outlasts the hour (Huang 2005). Like all fresh change it decays unless nights consolidate it.
    """
    state, numbers, day = context.state, context.numbers, context.day
    if not day.potentiation.any():
        return
    change = (day.potentiation * numbers["stimulation.after-weight"]).astype(state.rates.dtype)
    rigid = numbers["consolidation.rigid"]
    for rows, slots, bounds in (
        (state.recurrent, LOCAL.stop, (WEIGHT_LEAST, WEIGHT_MOST)),
        (state.thalamic, INPUT_CAPACITY, (INPUT_LEAST, INPUT_MOST)),
    ):
        potentiate(rows.weight, rows.maturity, slots, change, rigid, *bounds)


MECHANISM = Mechanism(
    name="stimulation",
    phase=Phase.DRIVE,
    process=(
        "A field adds a current to the units beneath it; what it leaves behind, in excitability and in synapses, "
        "follows a threshold that slides within minutes."
    ),
    off="Every stimulation of a schedule is a sham: no current, no gate, no pause.",
    observable="rates under a current",
    step=step,
    also=((Phase.AFTER, leave), (Phase.NIGHT, overnight)),
)
