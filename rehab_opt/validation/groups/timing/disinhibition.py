"""Lowering the rim's tonic inhibition: from day 3 it should help, from day 0 it should harm."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import direction
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.rodents import RODENT, animals, nothing

TEST_DAY = 42
SHARE = 0.5
DRUG_DAYS = 14.0


def drug(first: float) -> dict[str, float]:
    """Return the numbers that put the animal on the drug from a day on.

    Examples
    --------
    >>> drug(3.0)["tonic-gaba.drug-day"]
    3.0
    """
    return {"tonic-gaba.drug": SHARE, "tonic-gaba.drug-day": first, "tonic-gaba.drug-days": DRUG_DAYS}


def disinhibition_window(setup: Setup) -> Finding:
    """Clarkson 2010: final function with tonic inhibition lowered from day 3 > not lowered > lowered from day 0.

    Lowered means that a drug blocks half of the rim's tonic inhibition, for two weeks. Function is FM-UE on day 42.
    """
    people = animals(setup)
    arms: tuple[dict[str, float], ...] = ({}, drug(3.0), drug(0.0))
    jobs = [
        Job(patient=patient, policy=nothing(), days=TEST_DAY, set={**RODENT, **arm})
        for arm in arms
        for patient in people
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
