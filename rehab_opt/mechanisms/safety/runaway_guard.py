"""Runaway guard: too much excitation is a seizure, an adverse event with an aftermath, not a crash."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import crowd


def share_at_ceiling(context: Context) -> float:
    """Return the largest share, over areas and stimuli, of living excitatory units above the level of their ceiling."""
    anatomy, state = context.anatomy, context.state
    layout = anatomy.layout
    area = np.where(layout.excitatory & (state.integrity > 0.5), 3 * layout.hemisphere + layout.area, -1)
    level = context.numbers["runaway-guard.level"] * anatomy.dynamics.ceiling
    high = np.empty((6, state.rates.shape[1]), dtype=np.int64)
    crowd(area, level.astype(state.rates.dtype, copy=False), state.rates, high)
    living = np.bincount(area[area >= 0], minlength=6)
    return float((high.max(axis=1) / np.maximum(living, 1)).max())


def step(context: Context) -> None:
    """Note a seizure when more than the allowed share of an area fires at the level at once, and quieten what fired.

    Called after every bout of therapy and at the end of the day; one seizure a day is all that is counted.
    """
    state, numbers = context.state, context.numbers
    if context.day.seizure:
        return
    top = numbers["runaway-guard.level"] * float(context.anatomy.dynamics.ceiling.min())
    if float(state.rates.max()) < top or share_at_ceiling(context) <= numbers["runaway-guard.share"]:
        return
    context.day.seizure = True
    fired = (state.rates.max(axis=1) > 0.5 * context.anatomy.dynamics.ceiling) & context.anatomy.layout.excitatory
    state.excitability -= np.where(fired, numbers["runaway-guard.aftermath"], 0).astype(state.rates.dtype)
    state.resource[:] = 0
    context.day.supply[:] = 0


MECHANISM = Mechanism(
    name="runaway-guard",
    phase=Phase.GUARD,
    process=(
        "A quarter of an area at half its ceiling at once is a seizure: logged, followed by lower "
        "excitability and no learning."
    ),
    off="Runaway activity goes unnoticed and has no aftermath.",
    observable="seizures under a strong current",
    step=step,
    also=((Phase.WATCH, step),),
)
