"""The vulnerable rim: in the first days units near the lesion can still die when driven far beyond their habit."""

from __future__ import annotations

import math

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase


def step(context: Context) -> None:
    """q_i *= exp(-k v rim_i o^2 / (1 + o)), o the day's drive above ``threshold`` x habit, v falling about day 7
    (Humm 1998)."""
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    age = (day.index - numbers["vulnerable-rim.end-day"]) / 0.7
    vulnerability = 1 / (1 + math.exp(min(age, 50.0)))
    if vulnerability < 1e-6 or not anatomy.dead.any():
        return
    habitual = numbers["arm-choice.acts"] * anatomy.usual
    drive = (state.rates @ day.practice) / np.maximum(habitual * 1.5, 1e-3)
    over = np.maximum(drive / numbers["vulnerable-rim.threshold"] - 1, 0)
    harm = numbers["vulnerable-rim.harm"] * vulnerability * anatomy.rim * over**2 / (1 + over)
    state.integrity *= np.exp(-harm).astype(state.integrity.dtype)


MECHANISM = Mechanism(
    name="vulnerable-rim",
    phase=Phase.GUARD,
    process="Units at the lesion's edge that are driven far above habit in the first week die.",
    off="Drive never kills a unit.",
    observable="lesion growth after overuse in week 1",
    step=step,
)
