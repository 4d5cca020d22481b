"""Conduction block: spared fibres in the oedema round a cut carry nothing at first, and conduct again as it drains."""

from __future__ import annotations

import math

from rehab_opt.mechanisms.base import Context, Mechanism, Phase

OVER = 30.0  # time constants after which less than 1e-11 of a block is left


def left(days: float, tau: float) -> float:
    """Return (1 + t / tau) exp(-t / tau): what is left of a block, 1 at first, after ``days`` (0 or more; tau above 0).

    Two steps of equal speed follow each other, draining and repair of the sheath, so that next to nothing returns in
    the first days: oedema is largest some days after a stroke and gone within weeks (Ropper and Shafran 1984), nodes
    are out of order beyond an infarct (Hinman 2013), and central conduction that was lost returns within weeks to
    months in part of the patients (Heald 1993).

    Examples
    --------
    >>> left(0.0, 9.0), round(left(9.0, 9.0), 2), left(1e4, 9.0)
    (1.0, 0.74, 0.0)
    """
    time = days / tau
    return (1 + time) * math.exp(-time) if time < OVER else 0.0


def step(context: Context) -> None:
    """Set the share of every spared fibre that does not conduct today; the clock of the species stretches its time."""
    state, anatomy, numbers = context.state, context.anatomy, context.numbers
    tau = numbers["conduction-block.days"] * numbers["milieu.clock"]
    state.blocked[:] = anatomy.oedema * anatomy.oedema.dtype.type(left(context.day.index, tau))


MECHANISM = Mechanism(
    name="conduction-block",
    phase=Phase.MILIEU,
    process="Spared downstream fibres in the oedema round the cut do not conduct at first, and do again within weeks.",
    off="Every spared fibre conducts from the first day on.",
    observable="FM-UE on day 1",
    step=step,
)
