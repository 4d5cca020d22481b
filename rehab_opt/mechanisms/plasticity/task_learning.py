"""Task learning: a three-factor rule of presynaptic rate, postsynaptic eligibility and fed-back error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST
from rehab_opt.network.kernels import hebbian
from rehab_opt.network.state import Bout, Skill
from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

Floats = NDArray[np.floating]


def chosen_stimuli(bout: Bout, skill: Skill) -> tuple[int, int]:
    """Return first and last + 1 of the practised stimuli in a bout: all of them, or one half in blocked order."""
    middle = skill.practised // 2
    return ((0, skill.practised), (0, middle), (middle, skill.practised))[bout.half]


def credit(context: Context, skill: Skill, rates: Floats, first: int, last: int, difficulty: float) -> Floats:
    """Return the error fed back to each unit [units of the path, stimuli], through surviving fibres only.

    The error demanded is 2 x difficulty times the remaining one (0.5: all of it), and it saturates at the half-error
    ``task-learning.error-scale``: large errors teach no more than moderate ones.
    """
    numbers, path = context.numbers, skill.path
    link = context.state.fibre[path.units]
    output = path.weight @ (rates[path.units, first:last] * link[:, None])
    columns = slice(first - skill.columns.start, last - skill.columns.start)
    error = (skill.targets[:, columns] - output) * min(2.0 * difficulty, 1.0)
    scale = numbers["task-learning.error-scale"]
    error = error * (2 * scale / (scale + np.abs(error)))
    return np.asarray((path.credit @ error) * link[:, None])


def eligibility(rates: Floats, threshold: Floats) -> Floats:
    """Return 2 q^2 / (1 + q^2) with q = rate / own sliding threshold: only units that took part can learn."""
    q = (rates / np.maximum(threshold, threshold.dtype.type(0.02))[:, None]) ** 2
    return np.asarray(2 * q / (1 + q))


def _better_half(skill: Skill, context: Context, first: int, last: int) -> NDArray[np.float64]:
    """1 for the stimuli whose movement is now better than the median, 0 for the others."""
    path = skill.path
    rates = context.state.rates[path.units, first:last] * context.state.fibre[path.units][:, None]
    columns = slice(first - skill.columns.start, last - skill.columns.start)
    miss = np.sum((path.weight @ rates - skill.targets[:, columns]) ** 2, axis=0)
    return np.asarray(miss <= np.median(miss), dtype=np.float64)


def teach(
    context: Context, skill: Skill, repetitions: NDArray[np.floating], feedback: float, difficulty: float
) -> None:
    """Apply the rule for repetitions [stimuli] of consecutive stimuli of one skill that start at its first column."""
    state, numbers, path = context.state, context.numbers, skill.path
    first = skill.columns.start
    last = first + len(repetitions)
    rates = state.rates
    heard = numbers["task-learning.feedback-floor"]
    strength = repetitions * (heard + (1 - heard) * feedback)
    bout = context.bout
    if bout is not None and bout.current is not None and bout.current.gate > 0:
        strength = strength * (1 + bout.current.gate * _better_half(skill, context, first, last))
    post = credit(context, skill, rates, first, last, difficulty)
    post = post * eligibility(rates[path.units, first:last], state.threshold[path.units])
    post = post * (state.resource * state.alive)[path.units][:, None]
    post = post * (numbers["task-learning.rate"] * strength)[None, :]
    post = np.ascontiguousarray(post.astype(rates.dtype))
    rigid, share = numbers["consolidation.rigid"], numbers["task-learning.recurrent-share"]
    thalamic, recurrent = state.thalamic, state.recurrent
    hebbian(
        path.units,
        thalamic.source,
        thalamic.weight,
        thalamic.maturity,
        INPUT_CAPACITY,
        post,
        context.anatomy.inputs,
        first,
        rigid,
        INPUT_LEAST,
        INPUT_MOST,
    )
    post *= share
    hebbian(
        path.units,
        recurrent.source,
        recurrent.weight,
        recurrent.maturity,
        LOCAL.stop,
        post,
        rates,
        first,
        rigid,
        WEIGHT_LEAST,
        WEIGHT_MOST,
    )


def step(context: Context) -> None:
    """Learn from the repetitions of the current bout."""
    bout = context.bout
    if bout is None or bout.skill is None or bout.repetitions == 0:
        return
    skill = context.anatomy.skills[bout.skill]
    first, last = chosen_stimuli(bout, skill)
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
)
