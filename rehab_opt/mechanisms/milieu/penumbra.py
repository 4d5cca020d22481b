"""Penumbra and diaschisis: units that live but are silent, and return as blood and input return."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase


def strike(context: Context) -> None:
    """Silence living units at the lesion: near its edge by lack of blood, far away by the share of input that was
    cut."""
    state, anatomy, numbers = context.state, context.anatomy, context.numbers
    near = numbers["penumbra.depth"] * anatomy.rim
    far = numbers["penumbra.diaschisis"] * anatomy.cut_input
    state.silence[:] = np.where(anatomy.dead, 0, 1 - (1 - near) * (1 - far))


def step(context: Context) -> None:
    """Silence falls exponentially, near the edge with reperfusion, elsewhere more slowly (van der Vliet 2020: 1.2
    weeks)."""
    if context.day.index == 0:
        strike(context)
        return
    state, anatomy, numbers = context.state, context.anatomy, context.numbers
    rate = anatomy.rim / numbers["penumbra.reperfusion-days"] + (1 - anatomy.rim) / numbers["penumbra.diaschisis-days"]
    state.silence *= np.exp(-rate).astype(state.silence.dtype)


MECHANISM = Mechanism(
    name="penumbra",
    phase=Phase.MILIEU,
    process=(
        "Living units near the lesion, and units that lost input, fall silent on day 0 and return over days to weeks."
    ),
    off="No living unit is silenced.",
    observable="FM-UE on day 1",
    step=step,
)
