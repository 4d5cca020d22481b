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
    day.tonic += context.anatomy.rim * (numbers["tonic-gaba.strength"] * rise * fall)


MECHANISM = Mechanism(
    name="tonic-gaba",
    phase=Phase.MILIEU,
    process="Units in the rim receive extra tonic inhibition from about day 3 to day 14.",
    off="No extra inhibition in the rim.",
    observable="rates in the rim on day 7",
    step=step,
)
