"""The order of the day, written down once: the one place where time passes.

1. milieu: what the tissue around does today (penumbra, growth window, tonic inhibition)
2. morning: all stimuli are settled, function is tested
3. choice: which arm does the acts of daily living, and how many
4. life: the acts of the day teach what they can
5. bouts of therapy in clock order, each: drive (stimulation) -> settle -> after-effect -> practice (learning,
   resources)
6. guard: runaway activity, the vulnerable rim
7. night: trophic release, consolidation, metaplasticity, inhibition, homeostasis, structure, pruning
"""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms import MECHANISMS, Context, Phase
from rehab_opt.mechanisms.milieu import resources
from rehab_opt.mechanisms.plasticity import task_learning
from rehab_opt.mechanisms.safety import runaway_guard
from rehab_opt.mechanisms.stimulation import field
from rehab_opt.network.kernels import settle, thalamic_drive
from rehab_opt.network.state import REACH, Anatomy, Bout, Day
from rehab_opt.readout import score


def new_day(anatomy: Anatomy, index: int, mitt: float, bouts: tuple[Bout, ...]) -> Day:
    """Return the blank sheet of a day: growth 1, no tonic inhibition, full support, no current."""
    units, stimuli = anatomy.intact_rates.shape
    real = anatomy.intact_rates.dtype
    return Day(
        index=index,
        mitt=mitt,
        bouts=bouts,
        growth=np.ones(units, dtype=real),
        tonic=np.zeros(units, dtype=real),
        support=np.ones(units, dtype=real),
        current=np.zeros(units, dtype=real),
        reference=anatomy.intact_rates,
        practice=np.zeros(stimuli, dtype=real),
        feedback_practice=np.zeros(stimuli, dtype=real),
        activity=np.zeros(units, dtype=real),
    )


class Conductor:
    """Walks the mechanisms of one model through the phases of a day.

    Parameters
    ----------
    off
        Names of the mechanisms that are removed; what happens in their place is said in their own rows.
    """

    __slots__ = ("_steps", "off")

    def __init__(self, off: tuple[str, ...] = ()) -> None:
        self.off = frozenset(off)
        self._steps = {
            phase: tuple(
                step
                for row in MECHANISMS
                if row.phase is phase and (step := row.instead if row.name in self.off else row.step) is not None
            )
            for phase in Phase
        }

    def run(self, phase: Phase, context: Context) -> None:
        """Let the mechanisms of a phase act, in order."""
        for step in self._steps[phase]:
            step(context)

    def live(self, context: Context) -> None:
        """Run one day on the context's state, steps 1 to 7 of this module's list."""
        self.run(Phase.MILIEU, context)
        morning(context)
        self.run(Phase.CHOICE, context)
        if "task-learning" not in self.off:
            task_learning.live(context)
        if "resources" not in self.off:
            affected = context.anatomy.skills[REACH].columns
            heard = float(context.day.feedback_practice[affected].sum())
            resources.spend(context, heard, affected.start, affected.stop)
        use_of_the_day(context)
        self._therapy(context)
        self.run(Phase.GUARD, context)
        self.run(Phase.NIGHT, context)
        if "resources" not in self.off:
            resources.recover(context)
        context.state.gain[:] = 0
        context.state.minute_threshold[:] = 1

    def _watch(self, context: Context) -> None:
        """Look for runaway activity while a field is on; the day's guard looks again in the evening."""
        if "runaway-guard" not in self.off:
            runaway_guard.step(context)

    def _therapy(self, context: Context) -> None:
        day = context.day
        stimulated = any(bout.current is not None and bout.current.gate == 0 for bout in day.bouts)
        context.memory["stimulated-today"] = float(stimulated and "stimulation" not in self.off)
        if day.bouts:
            day.reference = context.state.rates.copy()
        for bout in day.bouts:
            context.bout = bout if "stimulation" not in self.off else _without_field(bout)
            self.run(Phase.DRIVE, context)
            if bout.skill is not None or context.memory["stimulated-today"]:
                respond(context, context.bout)
            if context.memory["stimulated-today"]:
                field.leave(context)
            self.run(Phase.PRACTICE, context)
            _note(context, context.bout)
            if bout.current is not None:
                self._watch(context)
        context.bout = None
        day.current[:] = 0


def _without_field(bout: Bout) -> Bout:
    return Bout(
        minutes=bout.minutes,
        skill=bout.skill,
        repetitions=bout.repetitions,
        half=bout.half,
        feedback=bout.feedback,
        difficulty=bout.difficulty,
    )


def _note(context: Context, bout: Bout) -> None:
    if bout.skill is None or bout.repetitions == 0:
        return
    day, skill = context.day, context.anatomy.skills[bout.skill]
    first, last = task_learning.chosen_stimuli(bout, skill)
    columns = slice(skill.columns.start + first, skill.columns.start + last)
    each = bout.repetitions / (last - first)
    day.practice[columns] += each
    day.feedback_practice[columns] += each * bout.feedback


def morning(context: Context) -> None:
    """Settle all stimuli from yesterday's rates and test every skill."""
    state, anatomy = context.state, context.anatomy
    _settle(context, anatomy.inputs, state.rates, state.drive)
    context.day.scores = score(anatomy, state)


def respond(context: Context, bout: Bout) -> None:
    """Settle the stimuli of the bout's skill (reaching while nobody practises) under the bout's current."""
    skill = context.anatomy.skills[REACH if bout.skill is None else bout.skill]
    columns = slice(skill.columns.start, skill.columns.start + skill.practised)
    rates = np.ascontiguousarray(context.state.rates[:, columns])
    inputs = np.ascontiguousarray(context.anatomy.inputs[:, columns])
    _settle(context, inputs, rates, np.empty_like(rates))
    context.state.rates[:, columns] = rates


def _settle(context: Context, inputs: np.ndarray, rates: np.ndarray, drive: np.ndarray) -> None:
    state, anatomy, numbers, day = context.state, context.anatomy, context.numbers, context.day
    dynamics = anatomy.dynamics
    thalamic_drive(state.thalamic.source, state.thalamic.weight, inputs, drive)
    bias = state.excitability - day.tonic + day.current
    work = np.empty_like(rates)
    settle(
        state.recurrent.source,
        state.recurrent.weight,
        drive,
        bias,
        1 + state.gain,
        state.alive,
        dynamics.step,
        dynamics.ceiling,
        dynamics.softness,
        numbers["network.settle-tolerance"],
        int(numbers["network.settle-steps"]),
        rates,
        work,
    )


def use_of_the_day(context: Context) -> None:
    """Mean morning rate of each unit over the stimuli at their habitual shares: what homeostasis and growth read
    as calcium.

    Taken without any field on, so that a coil at noon is not mistaken for the day's activity.
    """
    context.day.activity = (context.state.rates @ context.anatomy.habit).astype(context.state.rates.dtype)
