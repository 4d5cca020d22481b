"""Excitability of the motor area minutes after stimulation, as motor evoked potentials would show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.population import virtual_patients

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Stimulation

NOON = 720.0
PROBE = 10.0
"""Minutes from the end of the last block to the test."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Probe:
    """One person, the blocks of stimulation that they get at rest (start in minutes, what), and the model's numbers."""

    person: Patient
    blocks: tuple[tuple[float, Stimulation], ...]
    numbers: tuple[tuple[str, float], ...]
    off: tuple[str, ...]


def excitability(probe: Probe) -> float:
    """Return the change of the mean response of the stimulated area, in percent of that before the first block.

    The area is the motor cortex of the hemisphere that a lesion would strike; the person rests and is only tested.
    """
    from rehab_opt.course.day import Conductor, morning, new_day, respond
    from rehab_opt.course.timeline import timeline
    from rehab_opt.mechanisms import Context, Draws, Phase
    from rehab_opt.network.state import REACH, Bout
    from rehab_opt.parameters import Parameters
    from rehab_opt.patient.build import build
    from rehab_opt.therapy import Session

    brain = build(probe.person, Parameters(dict(probe.numbers)))
    sessions = [
        Session(day=0, start=NOON + at, minutes=0, repetitions=0, stimulation=what) for at, what in probe.blocks
    ]
    bouts = timeline(sessions, brain.anatomy.lesioned, brain.numbers, "stimulation" not in probe.off)
    day = new_day(brain.anatomy, 0, 0.0, bouts)
    context = Context(brain.anatomy, brain.state, day, brain.numbers, Draws(probe.person.seed))
    conductor = Conductor(probe.off)
    conductor.run(Phase.LESION, context)
    morning(context)
    skill = brain.anatomy.skills[REACH]
    columns = slice(skill.columns.start, skill.columns.start + skill.practised)
    area = brain.anatomy.layout.select(brain.anatomy.lesioned, 0, excitatory=True)
    day.reference = context.state.rates.copy()
    before = float(context.state.rates[area, columns].mean())
    for bout in (*bouts, Bout(minutes=PROBE)):
        context.bout = bout
        conductor.run(Phase.DRIVE, context)
        respond(context, bout)
        conductor.run(Phase.AFTER, context)
    # The last bout was settled before its minutes passed: once more, with the gain that is left now.
    respond(context, Bout(minutes=PROBE))
    after = float(context.state.rates[area, columns].mean())
    return 100 * (after / before - 1)


def changes(setup: Setup, use: str, n: int, protocols: Sequence[Sequence[tuple[float, Stimulation]]]) -> FloatArray:
    """Return [protocols, healthy people] the change of excitability, percent."""
    from rehab_opt.patient import Lesion

    people = [person.with_lesion(Lesion.none()) for person in virtual_patients(setup, use, n)]
    probes = [
        Probe(person, tuple(blocks), tuple(sorted(setup.overrides(number).items())), setup.off)
        for blocks in protocols
        for number, person in enumerate(people)
    ]
    return np.array(setup.map(excitability, probes)).reshape(len(protocols), n)
