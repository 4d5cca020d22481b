"""Trophic release: active units release factors that their neighbourhood needs to keep what it learned."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import support


def step(context: Context) -> None:
    """support_i = A^h / (A^h + A0^h), A the practice-evoked activity of the unit and its living neighbours.

    A unit releases the sum over stimuli of heard repetitions x its rate / its usual rate in health. Fewer surviving or
    practising units release less; the threshold is local and knows nothing of the lesion (MacLellan 2011).
    """
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    own = (state.rates @ day.feedback_practice) / np.maximum(anatomy.usual, 0.05)
    half, power = numbers["trophic-release.half-release"], numbers["trophic-release.hill"]
    support(own, anatomy.neighbours, half, power, day.support)


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
