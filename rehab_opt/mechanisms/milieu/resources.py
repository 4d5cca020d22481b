"""Resources and fatigue: each day holds a limited supply for potentiation, which practice depletes."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.state import REACH


def spend(context: Context, repetitions: float, first: int, last: int) -> None:
    """m_i *= exp(-k n r_i / usual r_i) for n repetitions of the stimuli first ... last - 1."""
    state, anatomy, numbers = context.state, context.anatomy, context.numbers
    load = np.minimum(state.rates[:, first:last].mean(axis=1) / np.maximum(anatomy.usual, 0.05), 3.0)
    factor = np.exp(-numbers["resources.depletion"] * repetitions * load)
    state.resource *= factor.astype(state.resource.dtype)


def step(context: Context) -> None:
    """Deplete by the current bout; hard targets cost more, easy ones less."""
    bout = context.bout
    if bout is None or bout.skill is None or bout.repetitions == 0:
        return
    columns = context.anatomy.skills[bout.skill].columns
    last = columns.start + context.anatomy.skills[bout.skill].practised
    spend(context, bout.repetitions * (0.5 + bout.difficulty), columns.start, last)


def live(context: Context) -> None:
    """Deplete by the day's acts of the affected arm, as far as they are attended to."""
    columns = context.anatomy.skills[REACH].columns
    spend(context, float(context.day.feedback_practice[columns].sum()), columns.start, columns.stop)


def recover(context: Context) -> None:
    """Overnight 1 - m shrinks by exp(-1 / tau): a fatigued day lowers learning on the next (Branscheidt 2019)."""
    state = context.state
    state.resource += (1 - state.resource) * state.resource.dtype.type(
        1 - np.exp(-1 / context.numbers["resources.recovery-days"])
    )


MECHANISM = Mechanism(
    name="resources",
    phase=Phase.PRACTICE,
    process="Repetitions deplete the supply for potentiation of the units that take part; nights restore it.",
    off="Potentiation is never short of supply.",
    observable="resource after a long session",
    step=step,
    also=((Phase.LIFE, live), (Phase.REST, recover)),
)
