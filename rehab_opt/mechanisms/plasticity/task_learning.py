"""Task learning: a three-factor rule of presynaptic rate, postsynaptic eligibility and fed-back error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import carry, feed_back, hebbian
from rehab_opt.network.state import Skill
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]
LEAST_THRESHOLD = 0.02  # of eligibility: a unit that was silent in health does not answer to the faintest noise


def missing(context: Context, skill: Skill, stimuli: int) -> Floats:
    """Return target minus output [outputs, stimuli] of a skill's first stimuli, through the fibres that are left."""
    path, state = skill.path, context.state
    moved = np.empty((len(path.weight), stimuli), dtype=state.rates.dtype)
    carry(path.units, path.weight, state.conducting, state.rates, skill.columns.start, moved)
    return np.asarray(skill.targets[:, :stimuli] - moved)


def demanded(error: Floats, difficulty: float, scale: float) -> Floats:
    """Return the error that teaches: 2 x difficulty of the remaining one (0.5: all of it), saturating at ``scale``.

    Large errors teach no more than moderate ones: e -> 2 e scale / (scale + |e|).

    Examples
    --------
    >>> demanded(np.array([0.5, -0.5, 1e9]), 0.5, 0.5).round(3).tolist()
    [0.5, -0.5, 1.0]
    """
    error = error * min(2.0 * difficulty, 1.0)
    return np.asarray(error * (2 * scale / (scale + np.abs(error))))


def teach(
    context: Context, skill: Skill, repetitions: NDArray[np.floating], feedback: float, difficulty: float
) -> None:
    """Apply the rule for repetitions [stimuli] of consecutive stimuli of one skill that start at its first column."""
    state, numbers, path = context.state, context.numbers, skill.path
    first, stimuli, real = skill.columns.start, len(repetitions), state.rates.dtype
    error = missing(context, skill, stimuli)
    heard = numbers["task-learning.feedback-floor"]
    strength = repetitions * (numbers["task-learning.rate"] * (heard + (1 - heard) * feedback))
    bout = context.bout
    if bout is not None and bout.current is not None and bout.current.gate > 0:
        # Paired stimulation reinforces the movements that are now better than the median.
        miss = np.sum(error.astype(np.float64) ** 2, axis=0)
        strength = strength * (1 + bout.current.gate * (miss <= np.median(miss)))
    post = np.empty((len(path.units), stimuli), dtype=real)
    feed_back(
        path.units,
        demanded(error, difficulty, numbers["task-learning.error-scale"]).astype(real, copy=False),
        path.credit,
        state.conducting,
        context.day.supply * state.alive,
        state.threshold,
        LEAST_THRESHOLD,
        strength.astype(real),
        state.rates,
        first,
        post,
    )
    rigid, share = numbers["consolidation.rigid"], numbers["task-learning.recurrent-share"]
    rows, inputs = state.recurrent, state.thalamic
    pre, bounds = context.anatomy.inputs, (INPUT_LEAST, INPUT_MOST)
    hebbian(path.units, inputs.source, inputs.weight, inputs.maturity, INPUT_CAPACITY, post, pre, first, rigid, *bounds)
    post *= real.type(share)
    pre, bounds = state.rates, (WEIGHT_LEAST, WEIGHT_MOST)
    hebbian(path.units, rows.source, rows.weight, rows.maturity, LOCAL.stop, post, pre, first, rigid, *bounds)
    context.settling.work.plastic_updates += len(path.units) * (INPUT_CAPACITY + LOCAL.stop) * stimuli


def step(context: Context) -> None:
    """Learn from the repetitions of the current bout."""
    bout = context.bout
    if bout is None or bout.skill is None or bout.repetitions == 0:
        return
    skill = context.anatomy.skills[bout.skill]
    first, last = bout.stimuli(skill)
    repetitions = np.zeros(last)
    repetitions[first:] = bout.repetitions / (last - first)
    teach(context, skill, repetitions, bout.feedback, bout.difficulty)


def live(context: Context) -> None:
    """Learn from the acts of daily living: both arms by choice, touch and recall; poor feedback, all stimuli."""
    day, numbers = context.day, context.numbers
    for skill in context.anatomy.skills:
        repetitions = np.asarray(day.practice[skill.columns], dtype=np.float64)
        teach(context, skill, repetitions, numbers["arm-choice.life-feedback"], 0.5)


MECHANISM = Mechanism(
    name="task-learning",
    phase=Phase.PRACTICE,
    process=(
        "Practised stimuli change thalamic and recurrent synapses by presynaptic rate x eligibility x fed-back error."
    ),
    off="Practice and daily life change no synapse through error.",
    observable="thalamic weights after a day of practice",
    step=step,
    also=((Phase.LIFE, live),),
)
