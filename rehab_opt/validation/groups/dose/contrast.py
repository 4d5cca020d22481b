"""More than twice the time in therapy, in a mix of phases: the benefit as a standardised mean difference."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.dose.plans import AN_HOUR, block, weekdays
from rehab_opt.validation.population import evenly_spread
from rehab_opt.validation.recruitment import after_care

HOURS = (24.0, 57.0)
STARTS = (14, 60, 270)
"""First days of therapy, days since the lesion: early subacute, late subacute and chronic, a third of patients each."""
SESSIONS = 30
PATIENTS, QUICK_PATIENTS = 540, 12
VISIT_NOISE = 2.5
"""Standard error of measurement of the FM-UE at one visit, points: a trial's SD of changes holds it twice."""


def hedges_g(rows: NDArray[np.float64], noise: float = VISIT_NOISE) -> float:
    """Return Hedges' g of two columns of change scores, as two arms with measurement noise at both visits would show.

    Examples
    --------
    >>> round(hedges_g(np.array([[0.0, 1.0], [2.0, 3.0]] * 50), noise=0.0), 2)
    0.99
    """
    low, high = rows.T
    pooled = math.sqrt((low.var(ddof=1) + high.var(ddof=1)) / 2 + 2 * noise**2)
    small_sample = 1 - 3 / (4 * (2 * len(rows) - 2) - 1)
    return float((high.mean() - low.mean()) / pooled * small_sample)


def dose_contrast(setup: Setup) -> Finding:
    """Lohse 2014: g = 0.35 for about 2.4 times the time in therapy.

    The same patients do 24 and 57 hours in 30 sessions over six weeks; a third of them begins in each of three phases,
    after usual care. g is taken on the changes in FM-UE from the first to the last day of therapy. Severities are
    evenly spread, as in the shared population: with 180 at random the standard error of g was 0.02.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    people = evenly_spread(setup, "dose-contrast", n)
    starts = [STARTS[number % len(STARTS)] for number in range(n)]
    jobs = []
    for hours in HOURS:
        for patient, first in zip(people, starts, strict=True):
            days = weekdays(first, SESSIONS)
            minutes = 60 * hours / SESSIONS
            plan = block(f"{hours:g} h", days, minutes, minutes / 60 * AN_HOUR)
            jobs.append(Job(patient=patient, policy=after_care(plan, first), days=days[-1] + 1))
    courses = setup.courses(jobs)
    change = np.array(
        [course.at("fm_ue", -1) - course.at("fm_ue", first) for course, first in zip(courses, 2 * starts, strict=True)]
    ).reshape(2, n)
    check = statistic("Hedges g of 57 h against 24 h, change in FM-UE", change.T, hedges_g, 0.15, 0.55)
    phases = [np.array(starts) == first for first in STARTS]
    series = [
        Series(f"model, {hours:g} h", range(3), [float(row[phase].mean()) for phase in phases], kind="bars", role=role)
        for hours, row, role in zip(HOURS, change, ("other", "model"), strict=True)
    ]
    words = f"Published g 0.35 over all phases, model {check.measured:.2f}; {n} virtual patients in both arms."
    labels = tuple(f"from day {first}" for first in STARTS)
    return Finding((check,), Figure("start of therapy", "change in FM-UE, points", tuple(series), labels, words))
