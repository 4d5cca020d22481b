"""Load in the first weeks of a rat: how much of the limb's use is too much, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.parameters import Parameters
from rehab_opt.validation.checks import FloatArray, direction, within
from rehab_opt.validation.experiment import NUMBER, Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.rodents import RODENT, animals, daily, nothing

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Schedule

    Plan = Callable[[float], Schedule]  # from the feedback of daily life

LIFE = "arm-choice.life-feedback"
LOAD_DAYS = 7
TEST_DAY = 60
AREAS = 6
MAXIMAL = {"minutes": 360.0, "repetitions": 1800.0, "constraint": 1.0}
MILD = {"minutes": 30.0, "repetitions": 60.0, "constraint": 0.0}
WEEKS = {"days 1-7": 1, "days 8-14": 8}


def maximal(first: int, feedback: float) -> Schedule:
    """Return a week in which the good limb is in a cast and the bad one does everything, for six hours a day.

    No one trains an animal in a cast: its movements have ``feedback`` of the quality of daily life, not of a lesson.
    """
    return daily(first, LOAD_DAYS, **MAXIMAL, feedback=feedback)


def cast(first: int) -> Schedule:
    """Return a week in which the bad limb is in a cast."""
    from rehab_opt.therapy import Schedule, Session

    sessions = tuple(Session(day=first + i, minutes=0, repetitions=0, sling=1.0) for i in range(LOAD_DAYS))
    return Schedule(name="cast", sessions=sessions, origin="lesion")


def number(patient: Patient, setup: Setup, name: str) -> float:
    """Return the parameter ``name`` that holds for this patient."""
    return float(Parameters(setup.overrides(int(patient.info[NUMBER])))[name])


def jobs(people: Sequence[Patient], plans: Iterable[Plan], setup: Setup) -> list[Job]:
    """Return every plan for every animal, with the feedback of that animal's daily life."""
    lives = [number(animal, setup, LIFE) for animal in people]
    return [
        Job(patient=animal, policy=plan(feedback), days=TEST_DAY, set=RODENT)
        for plan in plans
        for animal, feedback in zip(people, lives, strict=True)
    ]


def dead_share(patient: Patient, setup: Setup) -> float:
    """Return the lesion's share of all units, from its discs."""
    share = sum(disc.share or 0.0 for disc in patient.lesion.discs) / AREAS
    units = number(patient, setup, "network.units")
    return max(round(share * units), 1) / units


def loss_ratio(growth: FloatArray, control: FloatArray, dead: FloatArray) -> FloatArray:
    """Return tissue lost with overuse over tissue lost without, per animal.

    Parameters
    ----------
    growth, control
        Loss after day 0 in percent of the units that lived then, with and without overuse.
    dead
        Share of all units that died on day 0.

    Examples
    --------
    >>> loss_ratio(np.array([10.0]), np.array([0.0]), np.array([0.5])).round(3)
    array([1.1])
    """
    alive = 1 - dead
    return np.asarray((dead + alive * growth / 100) / (dead + alive * control / 100))


def overuse_lesion(setup: Setup) -> Finding:
    """Humm 1998: the good limb cast for days 1-7 enlarges the lesion, for days 8-14 it does not; function is worse in
    both.

    Maximal load is all acts by the bad limb and six hours with 1800 more of them, daily for a week, untaught. Tissue
    lost counts dead units and the lost part of damaged ones; function is FM-UE on day 60.
    """
    people = animals(setup)
    plans: list[Plan] = [lambda _: nothing(), *(partial(maximal, first) for first in WEEKS.values())]
    courses = setup.courses(jobs(people, plans, setup))
    table = {
        measure: np.array([course.at(measure, TEST_DAY) for course in courses]).reshape(len(plans), len(people))
        for measure in ("fm_ue", "lesion_growth")
    }
    dead = np.array([dead_share(patient, setup) for patient in people])
    control, growth = table["lesion_growth"][0], table["lesion_growth"]
    early, late = (loss_ratio(growth[row], control, dead) for row in (1, 2))
    names = tuple(WEEKS)
    return Finding(
        (
            within(f"tissue-loss ratio, overuse on {names[0]}", early, OVERUSE_LEAST, None),
            within(f"tissue-loss ratio, overuse on {names[1]}", late, 0.97, 1.03),
            *(
                direction(
                    f"FM-UE on day {TEST_DAY}, overuse on {name} minus none, points",
                    table["fm_ue"][row] - table["fm_ue"][0],
                    sign=-1,
                )
                for row, name in enumerate(names, start=1)
            ),
        ),
        Figure(
            "time of overuse",
            "tissue lost, ratio to no overuse",
            (
                Series("published", (0, 1), (OVERUSE_LEAST, 1.0), (OVERUSE_LEAST, 0.97), (2.0, 1.03), role="published"),
                Series("model: animals", [0.15] * len(early) + [1.15] * len(late), np.concatenate([early, late])),
            ),
            categories=names,
            caption=f"{len(people)} animals, rodent clock.",
        ),
    )


OVERUSE_LEAST = float(np.nextafter(1.05, 2.0))  # above 1.05


def u_shape(setup: Setup) -> Finding:
    """Leasure and Schallert: in week 1 both total disuse and maximal load are worse than mild load.

    Total disuse is the bad limb in a cast for the week, mild load daily life and 60 reaches a day, maximal load as in
    `overuse_lesion`.
    """
    people = animals(setup)
    plans: dict[str, Plan] = {
        "cast": lambda _: cast(1),
        "mild": lambda _: daily(1, LOAD_DAYS, **MILD),
        "maximal": partial(maximal, 1),
    }
    courses = setup.courses(jobs(people, plans.values(), setup))
    end = np.array([course.at("fm_ue", TEST_DAY) for course in courses]).reshape(len(plans), len(people))
    rested, mild, most = end
    differences = (rested - mild, np.zeros(len(people)), most - mild)
    return Finding(
        (
            direction("final FM-UE, total disuse minus mild load, points", rested - mild, sign=-1),
            direction("final FM-UE, maximal minus mild load, points", most - mild, sign=-1),
        ),
        Figure(
            "load in week 1",
            "final FM-UE minus that after mild load, points",
            (
                Series("published: both sides below 0", (0, 2), (0.0, 0.0), role="published"),
                Series(
                    "model: animals",
                    np.repeat([0.0, 1.0, 2.0], len(people)),
                    np.concatenate(differences),
                ),
            ),
            categories=tuple(plans),
            caption=f"{len(people)} animals, rodent clock; FM-UE on day {TEST_DAY}.",
        ),
    )
