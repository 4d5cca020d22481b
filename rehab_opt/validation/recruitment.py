"""Recruitment: the patients of the shared population whom a trial would have taken, and the care they had before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rehab_opt.errors import InputError
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.population import CARE_DAY, Population, population

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Schedule

FloatArray = NDArray[np.float64]


def recruited(setup: Setup, day: int, low: float, high: float, most: int) -> list[Patient]:
    """Return the first ``most`` patients of the shared population with an FM-UE from ``low`` to ``high`` on a day.

    Their enrolment is on `CARE_DAY`, when usual care begins: what comes before a trial belongs to its schedule.
    """
    everyone = population(setup)
    fm = everyone.fm(day)
    fit = [patient for patient, score in zip(everyone.patients, fm, strict=True) if low <= score <= high]
    return [replace(patient, enrolled_day=CARE_DAY) for patient in fit[:most]]


def recruited_like(setup: Setup, days: ArrayLike, baselines: ArrayLike) -> list[Patient]:
    """Return one patient of the shared population for each place of a cohort; see `matched`.

    A cohort is a draw from all patients, given their baselines. Fitting a lesion to each baseline is not: it
    gives a patient of wide oedema the same small lesion that few patients of the population have.

    Parameters
    ----------
    setup
        Conditions of the run.
    days
        Day of enrolment of each place, days since the lesion; the patients had usual care until then.
    baselines
        Published FM-UE of each place on that day, points.

    Returns
    -------
    list of Patient
        In the order of the places, enrolled on `CARE_DAY`: what comes before a trial belongs to its schedule
        (`after_care`).

    Raises
    ------
    InputError
        If the two differ in length or there are more places than patients.
    """
    everyone = population(setup)
    rows = matched(everyone, days, baselines)
    return [replace(everyone.patients[row], enrolled_day=CARE_DAY) for row in rows]


def matched(people: Population, days: ArrayLike, baselines: ArrayLike) -> NDArray[np.intp]:
    """Return the number of another patient for each place, so that squared differences from the baselines are least.

    Parameters
    ----------
    people
        The patients to choose from.
    days, baselines
        Day of each place, days since the lesion, and FM-UE wanted on it, points.

    Raises
    ------
    InputError
        If the two differ in length or there are more places than patients.
    """
    from scipy.optimize import linear_sum_assignment

    on, wanted = np.asarray(days, dtype=np.intp), np.asarray(baselines, dtype=np.float64)
    if len(on) != len(wanted):
        raise InputError("must have one value a place", key="baselines", value=len(wanted), allowed=str(len(on)))
    if len(on) > len(people):
        raise InputError("more places than patients", key="days", value=len(on), allowed=f"up to {len(people)}")
    scores = {day: people.fm(day) for day in np.unique(on).tolist()}
    cost = np.array([(scores[day] - value) ** 2 for day, value in zip(on.tolist(), wanted, strict=True)])
    return np.asarray(linear_sum_assignment(cost)[1], dtype=np.intp)


def after_care(plan: Schedule, first: int) -> Schedule:
    """Return a plan with the usual care that came before it, from day `CARE_DAY` until ``first``."""
    from rehab_opt.therapy import protocols

    care = protocols["usual-care"].course.on(CARE_DAY)
    before = tuple(session for session in care.sessions if session.day < first)
    return plan.join(replace(care, sessions=before)) if before else plan
