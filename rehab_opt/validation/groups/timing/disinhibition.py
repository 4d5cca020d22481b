"""Lowering the rim's tonic inhibition: from day 3 it should help, from day 0 it should harm."""

from __future__ import annotations

import numpy as np

from rehab_opt.parameters import Parameters
from rehab_opt.validation.checks import direction
from rehab_opt.validation.experiment import NUMBER, Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.timing.rodents import RODENT, animals, nothing

TEST_DAY = 42
SCALE = 0.5
STRENGTH = "tonic-gaba.strength"


def disinhibition_window(setup: Setup) -> Finding:
    """Clarkson 2010: final function with tonic inhibition lowered from day 3 > not lowered > lowered from day 0.

    Lowered means half the strength. The model's tonic inhibition is an addition that is absent before day 2: half of
    it from day 0 and half of it from day 3 are one and the same course. Function is FM-UE on day 42.
    """
    people = animals(setup)
    strengths = [Parameters(setup.overrides(int(patient.info[NUMBER])))[STRENGTH] for patient in people]
    jobs = [
        Job(patient=patient, policy=nothing(), days=TEST_DAY, set={**RODENT, STRENGTH: scale * strength})
        for scale in (1.0, SCALE, SCALE)
        for patient, strength in zip(people, strengths, strict=True)
    ]
    end = np.array([course.at("fm_ue", TEST_DAY) for course in setup.courses(jobs)]).reshape(3, len(people))
    none, later, at_once = end
    return Finding(
        (
            direction("FM-UE on day 42, lowered from day 3 minus not lowered, points", later - none, sign=1),
            direction("FM-UE on day 42, lowered from day 0 minus not lowered, points", at_once - none, sign=-1),
        ),
        Figure(
            "tonic inhibition lowered",
            "FM-UE on day 42 minus not lowered, points",
            (
                Series("published: above 0, then below", (0, 1), (0.0, 0.0), role="published"),
                Series(
                    "model: animals",
                    np.repeat([0.0, 1.0], len(people)),
                    np.concatenate([later - none, at_once - none]),
                ),
            ),
            categories=("from day 3", "from day 0"),
            caption=f"{len(people)} animals, rodent clock.",
        ),
    )
