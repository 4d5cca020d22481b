"""Stimulation: a bias current with place, sign and strength, and a minute-scale after-effect that slides with
activity."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import after_effect
from rehab_opt.network.state import REACH

SILENT = 0.01  # below this rate a unit has no relative activity to speak of


def step(context: Context) -> None:
    """Set the bias current of the bout on the field's units: amplitude x coupling x footprint (x orientation)."""
    day, anatomy = context.day, context.anatomy
    bout = context.bout
    current = None if bout is None else bout.current
    if current is None or current.amplitude == 0:
        day.current[:] = 0
        return
    layout = anatomy.layout
    here = (layout.hemisphere == current.hemisphere) & (layout.area == current.area)
    strength = current.amplitude * context.numbers["stimulation.coupling"] * anatomy.placement
    if current.oriented:
        strength = strength * anatomy.orientation
    day.current[:] = np.where(here, strength, 0)


def leave(context: Context) -> None:
    """Advance the labile gain over the bout: z is the rate under the field relative to the morning's, on practised
    reaching."""
    bout, state, anatomy, numbers = context.bout, context.state, context.anatomy, context.numbers
    if bout is None or not context.day.stimulated:
        return
    skill = anatomy.skills[REACH if bout.skill is None else bout.skill]
    columns = slice(skill.columns.start, skill.columns.start + skill.practised)
    now = state.rates[:, columns].mean(axis=1)
    usual = context.day.reference[:, columns].mean(axis=1)
    z = np.where(usual > SILENT, now / np.maximum(usual, SILENT), 1)
    current = bout.current
    calcium = np.zeros_like(now)
    driven = current is not None and (current.amplitude != 0 or current.calcium != 0)
    if current is not None and current.calcium:
        here = (anatomy.layout.hemisphere == current.hemisphere) & (anatomy.layout.area == current.area)
        calcium[here] = current.calcium
    real = state.rates.dtype
    after_effect(
        state.gain,
        state.minute_threshold,
        np.clip(z, 0, 2).astype(real),
        calcium.astype(real),
        driven,
        bout.minutes,
        numbers["stimulation.threshold-minutes"],
        numbers["stimulation.after-minutes"],
        numbers["stimulation.after-rate"],
        numbers["stimulation.after-most"],
    )
    dead = ~(state.integrity > 0)
    state.gain[dead | ~anatomy.layout.excitatory] = 0


MECHANISM = Mechanism(
    name="stimulation",
    phase=Phase.DRIVE,
    process=(
        "A field adds a current to the units beneath it; what it leaves behind follows a threshold that "
        "slides within minutes."
    ),
    off="Every stimulation of a schedule is a sham: no current, no gate, no pause.",
    observable="rates under a current",
    step=step,
    also=((Phase.AFTER, leave),),
)
