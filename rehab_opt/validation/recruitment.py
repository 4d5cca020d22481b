"""Recruitment: the patients of the shared population whom a trial would have taken, and the care they had before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.population import CARE_DAY, population

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


def recruited_like(setup: Setup, days: NDArray[np.intp], baselines: FloatArray) -> list[Patient]:
    """Return one patient of the shared population for each place of a cohort: those whose scores are nearest.

    A cohort is a draw from all patients, given their baselines. A lesion that is fitted to a baseline for random traits
    is not: it comes out whether many patients have such lesions or none.

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
        In the order of the places, nobody twice, enrolled on `CARE_DAY`: what comes before a trial belongs to its
        schedule (`after_care`).

    Raises
    ------
    InputError
        If the two differ in length or there are more places than patients.
    """
    everyone = population(setup)
    known, which = np.unique(days, return_inverse=True)
    scores = np.array([everyone.fm(day) for day in known.tolist()])[which]
    return [replace(everyone.patients[row], enrolled_day=CARE_DAY) for row in matched(scores, baselines)]


def matched(scores: FloatArray, wanted: FloatArray) -> NDArray[np.intp]:
    """Return the number of another patient for each place, so that the squared differences in score are least.

    Parameters
    ----------
    scores
        [places, patients]: everybody's score on the day of each place.
    wanted
        The score that each place asks for.

    Raises
    ------
    InputError
        If the two differ in length or there are more places than patients.

    Examples
    --------
    >>> matched(np.array([[5.0, 30.0, 31.0], [5.0, 30.0, 31.0]]), np.array([30.4, 30.6])).tolist()
    [1, 2]
    """
    from scipy.optimize import linear_sum_assignment

    places, patients = scores.shape
    if places != len(wanted):
        raise InputError("must have one value a place", key="baselines", value=len(wanted), allowed=str(places))
    if places > patients:
        raise InputError("more places than patients", key="days", value=places, allowed=f"up to {patients}")
    return np.asarray(linear_sum_assignment((scores - wanted[:, None]) ** 2)[1], dtype=np.intp)


def after_care(plan: Schedule, first: int) -> Schedule:
    """Return a plan with the usual care that came before it, from day `CARE_DAY` until ``first``."""
    from rehab_opt.therapy import protocols

    care = protocols["usual-care"].course.on(CARE_DAY)
    before = tuple(session for session in care.sessions if session.day < first)
    return plan.join(replace(care, sessions=before)) if before else plan
