"""Trophic release: active units release factors that their neighbourhood needs to keep what it learned."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase


def step(context: Context) -> None:
    """support_i = A^h / (A^h + A0^h), A the practice-evoked activity of the unit and its living neighbours.

    A unit releases the sum over stimuli of heard repetitions x its rate / its usual rate in health. Fewer surviving or
    practising units release less; the threshold is local and knows nothing of the lesion (MacLellan 2011).
    """
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    usual = np.maximum(anatomy.intact_rates @ anatomy.habit, 0.05)
    own = (state.rates @ day.feedback_practice) / usual
    pooled = 0.5 * own + 0.5 * own[anatomy.neighbours].mean(axis=1)
    power = numbers["trophic-release.hill"]
    ratio = np.maximum(pooled / numbers["trophic-release.half-release"], 1e-6) ** power
    day.support = (ratio / (1 + ratio)).astype(state.rates.dtype)


MECHANISM = Mechanism(
    name="trophic-release",
    phase=Phase.NIGHT,
    process=(
        "Consolidation needs local trophic support, a Hill function of practice-evoked release in the neighbourhood."
    ),
    off="Every unit has full support whatever it did.",
    observable="stable weights after a day of little practice",
    step=step,
)
