"""The order of the day, written down once: the one place where time passes.

1. milieu: what the tissue around does today (penumbra, growth window, tonic inhibition)
2. morning: all stimuli are settled, function is tested
3. choice: which arm does the acts of daily living, and how many
4. life: the acts of the day tire and teach
5. bouts of therapy in clock order, each: drive (stimulation) -> settle -> after-effect -> practice (resources,
   learning) -> watch (runaway activity under a field)
6. guard: runaway activity, the vulnerable rim
7. night: trophic release, consolidation, metaplasticity, inhibition, homeostasis, structure, pruning
8. rest: what sleep restores
"""

from __future__ import annotations

import numpy as np

from rehab_opt.mechanisms import MECHANISMS, Context, Mechanism, Phase
from rehab_opt.mechanisms.behaviour.arm_choice import healthy_acts
from rehab_opt.network.state import REACH, Anatomy, Bout, Day
from rehab_opt.readout import score


def new_day(anatomy: Anatomy, index: int, mitt: float, bouts: tuple[Bout, ...], sling: float = 0.0) -> Day:
    """Return the blank sheet of a day: growth 1, no tonic inhibition, full support, no current."""
    units, stimuli = anatomy.intact_rates.shape
    real = anatomy.intact_rates.dtype
    return Day(
        index=index,
        mitt=mitt,
        sling=sling,
        bouts=bouts,
        growth=np.ones(units, dtype=real),
        tonic=np.zeros(units, dtype=real),
        support=np.ones(units, dtype=real),
        supply=np.ones(units, dtype=real),
        release=np.zeros(units, dtype=real),
        current=np.zeros(units, dtype=real),
        potentiation=np.zeros(units, dtype=real),
        reference=anatomy.intact_rates,
        practice=np.zeros(stimuli, dtype=real),
        feedback_practice=np.zeros(stimuli, dtype=real),
        activity=np.zeros(units, dtype=real),
        calcium=np.zeros(units, dtype=real),
    )


class Conductor:
    """Walks the mechanisms of one model through the phases of a day.

    Parameters
    ----------
    off
        Names of the mechanisms that are removed; what happens in their place is said in their own rows.
    mechanisms
        The rows, in order; within a phase they act in this order.
    """

    __slots__ = ("_steps",)

    def __init__(self, off: tuple[str, ...] = (), mechanisms: tuple[Mechanism, ...] = MECHANISMS) -> None:
        self._steps = {
            phase: tuple(step for row in mechanisms for step in row.steps(phase, removed=row.name in off))
            for phase in Phase
        }

    def run(self, phase: Phase, context: Context) -> None:
        """Let the mechanisms of a phase act, in order."""
        for step in self._steps[phase]:
            step(context)

    def live(self, context: Context) -> None:
        """Run one day on the context's state, steps 1 to 8 of this module's list."""
        self.run(Phase.MILIEU, context)
        morning(context)
        self.run(Phase.CHOICE, context)
        self.run(Phase.LIFE, context)
        self._therapy(context)
        use_of_the_day(context)
        self.run(Phase.GUARD, context)
        self.run(Phase.NIGHT, context)
        self.run(Phase.REST, context)
        context.state.gain[:] = 0
        context.state.minute_threshold[:] = 1

    def _therapy(self, context: Context) -> None:
        day = context.day
        if day.bouts:
            day.reference = context.state.rates.copy()
        for bout in day.bouts:
            context.bout = bout
            self.run(Phase.DRIVE, context)
            if bout.skill is not None or day.stimulated:
                respond(context, bout)
            self.run(Phase.AFTER, context)
            self.run(Phase.PRACTICE, context)
            _note(context, bout)
            if bout.current is not None:
                self.run(Phase.WATCH, context)
        context.bout = None
        day.current[:] = 0


def _note(context: Context, bout: Bout) -> None:
    if bout.skill is None or bout.repetitions == 0:
        return
    day, columns = context.day, bout.columns(context.anatomy.skills[bout.skill])
    each = bout.repetitions / (columns.stop - columns.start)
    day.practice[columns] += each
    day.feedback_practice[columns] += each * bout.feedback


def morning(context: Context) -> None:
    """Settle all stimuli from yesterday's rates and test every skill."""
    state, anatomy = context.state, context.anatomy
    _settle(context, anatomy.inputs, state.rates)
    context.day.scores = score(anatomy, state)


def respond(context: Context, bout: Bout) -> None:
    """Settle the stimuli of the bout's skill (reaching while nobody practises) under the bout's current."""
    skill = context.anatomy.skills[REACH if bout.skill is None else bout.skill]
    columns = slice(skill.columns.start, skill.columns.start + skill.practised)
    rates = np.ascontiguousarray(context.state.rates[:, columns])
    _settle(context, np.ascontiguousarray(context.anatomy.inputs[:, columns]), rates)
    context.state.rates[:, columns] = rates


def _settle(context: Context, inputs: np.ndarray, rates: np.ndarray) -> None:
    state, numbers, day, settling = context.state, context.numbers, context.day, context.settling
    alive = state.alive
    settling.load(state.recurrent.source, state.recurrent.weight, alive)
    bias = state.excitability - day.tonic + day.current
    settling.drive(state.thalamic.source, state.thalamic.weight, inputs, bias)
    tolerance, most = numbers["network.settle-tolerance"], int(numbers["network.settle-steps"])
    settling.run(1 + state.gain, alive, rates, tolerance, most)


def use_of_the_day(context: Context) -> None:
    """Mean rate of each unit over what the day was made of: what homeostasis and growth read as calcium.

    A share ``practice.background`` of it is there whatever is done (posture, imagery, replay); the rest are the acts
    and repetitions of the day, each at the morning's rates, in units of a healthy day's acts. A healthy day without
    therapy gives the mean over habit. Taken without any field on, so that a coil at noon is not mistaken for the day's
    activity.
    """
    day, anatomy, numbers = context.day, context.anatomy, context.numbers
    rates = day.reference if day.bouts else context.state.rates
    share = numbers["practice.background"]
    weight = share * anatomy.habit + (1 - share) * day.practice / healthy_acts(anatomy, numbers)
    day.activity = (rates @ anatomy.habit).astype(rates.dtype)
    day.calcium = (rates @ weight.astype(rates.dtype)).astype(rates.dtype)
