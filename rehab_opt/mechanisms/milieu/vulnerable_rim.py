"""The vulnerable rim: in the first days units near the lesion can still die when driven far beyond their habit."""

from __future__ import annotations

import math

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase


def step(context: Context) -> None:
    """q_i *= exp(-k v rim_i o^2 / (1 + o)), o the day's drive over ``threshold`` x habit, v = exp(-(t / tau)^2).

    Vulnerability is greatest at once and gone after a week (Humm 1998).
    """
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    vulnerability = math.exp(-((day.index / numbers["vulnerable-rim.days"]) ** 2))
    if vulnerability < 1e-6 or not anatomy.dead.any():
        return
    over = day.calcium / np.maximum(anatomy.usual * numbers["vulnerable-rim.threshold"], 1e-3)
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
