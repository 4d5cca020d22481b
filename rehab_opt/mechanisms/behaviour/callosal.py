"""Callosal interaction: the hemispheres excite a little, and inhibit each other more (Di Pino 2014)."""

from __future__ import annotations

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.wiring import CALLOSAL, DISYNAPTIC

SLOTS = slice(CALLOSAL.start, DISYNAPTIC.stop)


def step(context: Context) -> None:
    """Join the hemispheres with the intact callosal weights; dead units' terminals are silent because their units
    are."""
    context.state.recurrent.weight[:, SLOTS] = context.anatomy.callosal[:, SLOTS]


MECHANISM = Mechanism(
    name="callosal",
    phase=Phase.LESION,
    process="Each hemisphere inhibits the other through callosal and fast disynaptic links.",
    off="The callosal links are cut on day 0.",
    observable="rates of one side when the other is halved",
    step=step,
)
