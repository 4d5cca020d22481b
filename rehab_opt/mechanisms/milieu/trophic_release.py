"""Trophic release: active units release factors that their neighbourhood needs to keep what it learned."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.kernels import support

Floats = NDArray[np.floating]
LEAST_RATE = 0.05  # usual rate below which a unit's own activity would be noise


def _release(context: Context, repetitions: Floats, columns: slice) -> None:
    """Add what the repetitions [stimuli] of some columns make each unit release: n r^2.

    Release rises faster than the rate: bursts release far more than as many spikes one by one (Balkowiec and Katz
    2002), and within a mean rate the share of bursts grows with the rate.
    """
    rates = context.state.rates[:, columns]
    context.day.release += rates**2 @ repetitions.astype(rates.dtype)


def live(context: Context) -> None:
    """Release by the acts of daily living at the morning's rates, as far as they are attended to."""
    _release(context, context.day.feedback_practice, slice(None))


def practise(context: Context) -> None:
    """Release by the heard repetitions of the current bout, at the rates that it drives, also under a field."""
    bout = context.bout
    if bout is None or bout.skill is None or bout.repetitions == 0:
        return
    columns = bout.columns(context.anatomy.skills[bout.skill])
    stimuli = columns.stop - columns.start
    _release(context, np.full(stimuli, bout.repetitions * bout.feedback / stimuli), columns)


def step(context: Context) -> None:
    """support_i = c0 + (1 - c0) A^h / (A^h + A0^h), A the practice-evoked release of the unit and its neighbours.

    A unit's release is relative to that of one average repetition in health. Fewer surviving or practising units
    release less; the threshold is local and knows nothing of the lesion (MacLellan 2011). A share c0 of the support is
    there without any practice: neurons also secrete trophic factors constitutively (Lessmann 2003).
    """
    numbers, day = context.numbers, context.day
    usual = context.anatomy.usual_release
    own = day.release / np.maximum(usual, usual.dtype.type(LEAST_RATE**2))
    half, power = numbers["trophic-release.half-release"], numbers["trophic-release.hill"]
    support(own, context.anatomy.neighbours, half, power, day.support)
    constitutive = day.support.dtype.type(numbers["trophic-release.constitutive"])
    day.support *= 1 - constitutive
    day.support += constitutive


MECHANISM = Mechanism(
    name="trophic-release",
    phase=Phase.NIGHT,
    process=(
        "Consolidation and sprouting need local trophic support: a constitutive share, and a Hill function of what "
        "practice releases in the neighbourhood."
    ),
    off="Every unit has full support whatever it did.",
    observable="stable weights after a day of little practice",
    step=step,
    also=((Phase.LIFE, live), (Phase.PRACTICE, practise)),
)
