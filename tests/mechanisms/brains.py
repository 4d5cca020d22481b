"""One virtual patient's brain, walked through single days: shared by the tests of mechanisms."""

from __future__ import annotations

import numpy as np

from rehab_opt.course.day import Conductor, morning, new_day
from rehab_opt.mechanisms import Context, Draws, Phase
from rehab_opt.network.state import REACH, Bout
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient
from rehab_opt.patient.build import build

PRACTICE = Bout(minutes=45, skill=REACH, repetitions=300)
MODERATE = Lesion.disc(share=0.2, cst_spared=0.4)


def brain(off=(), lesion=MODERATE, day=0, bouts=(), units=240, real=np.float32, **numbers) -> Context:
    """Return the context of a patient on a day, after the lesion and before anything else of that day."""
    settings = {"network.units": units, **{name.replace("__", ".").replace("_", "-"): v for name, v in numbers.items()}}
    made = build(Patient(id="p", seed=5, wiring=1, lesion=lesion), Parameters(settings), real)
    context = Context(made.anatomy, made.state, new_day(made.anatomy, day, 0.0, bouts), made.numbers, Draws(7))
    Conductor(tuple(off)).run(Phase.LESION, context)
    context.state.rates[made.anatomy.dead] = 0
    return context


def live(context, off, days, bouts=(), mitt=0.0) -> list:
    """Let days 0 to ``days`` pass and return their sheets."""
    conductor, sheets = Conductor(tuple(off)), []
    for index in range(days + 1):
        context.day = new_day(context.anatomy, index, mitt, bouts)
        conductor.live(context)
        sheets.append(context.day)
    return sheets


def noon(context, bout=PRACTICE) -> Context:
    """Bring the context to the middle of its day: morning tested, acts of life noted, a bout under way."""
    morning(context)
    context.day.practice[:] = 300 * context.anatomy.habit
    context.day.feedback_practice[:] = 80 * context.anatomy.habit
    context.day.activity = (context.state.rates @ context.anatomy.habit).astype(context.state.rates.dtype)
    context.day.calcium = context.day.activity.copy()
    context.bout = bout
    return context
