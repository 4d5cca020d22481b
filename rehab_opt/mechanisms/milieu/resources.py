"""Resources and fatigue: each day holds a limited supply for potentiation, which practice depletes."""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.state import REACH


def spend(context: Context, repetitions: float, first: int, last: int) -> None:
    """m_i *= exp(-x_i), x_i = k n r_i / usual r_i, for n repetitions of the stimuli first ... last - 1.

    What they are taught with is the mean supply while they last, m_i (1 - exp(-x_i)) / x_i: a long bout teaches what
    several short ones would.
    """
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    load = np.minimum(state.rates[:, first:last].mean(axis=1) / np.maximum(anatomy.usual, 0.05), 3.0)
    spent = np.maximum(numbers["resources.depletion"] * repetitions * load, 1e-6)
    real = state.resource.dtype
    day.supply = state.resource * (-np.expm1(-spent) / spent).astype(real)
    state.resource *= np.exp(-spent).astype(real)


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
