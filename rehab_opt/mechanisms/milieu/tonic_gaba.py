"""Tonic inhibition of the rim: raised in the first two weeks."""

from __future__ import annotations

import math

from rehab_opt.mechanisms.base import Context, Mechanism, Phase


def step(context: Context) -> None:
    """Tonic inhibition = strength x nearness x (on about day 2.5, off about day 14); not stretched by the clock
    (Clarkson 2010)."""
    numbers, day = context.numbers, context.day
    rise = 1 / (1 + math.exp(-(day.index - numbers["tonic-gaba.on-day"]) / 0.5))
    fall = 1 / (1 + math.exp(min((day.index - numbers["tonic-gaba.off-day"]) / 2.0, 50.0)))
    extra = numbers["tonic-gaba.strength"] * rise * fall
    day.tonic += context.anatomy.rim * (extra - _blocked(context, extra))


def _blocked(context: Context, extra: float) -> float:
    """Tonic inhibition that a drug takes away: a share of the extra and of the everyday one, which thresholds hold."""
    numbers, day = context.numbers, context.day.index
    first = numbers["tonic-gaba.drug-day"]
    if not first <= day < first + numbers["tonic-gaba.drug-days"]:
        return 0.0
    return numbers["tonic-gaba.drug"] * (numbers["tonic-gaba.everyday"] + extra)


MECHANISM = Mechanism(
    name="tonic-gaba",
    phase=Phase.MILIEU,
    process="Units in the rim receive extra tonic inhibition from about day 3 to day 14.",
    off="No extra inhibition in the rim.",
    observable="rates in the rim on day 7",
    step=step,
)
