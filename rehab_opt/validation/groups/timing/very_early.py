"""Very early, very much: therapy from the day of the stroke at two and a half times the load, against usual care."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import FloatArray, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.rodents import daily
from rehab_opt.validation.population import virtual_patients

PATIENTS, QUICK_PATIENTS = 200, 32
LOAD = 2.5
FIRST_DAYS, DAYS, TEST_DAY = 14, 28, 90
USUAL_MINUTES, USUAL_REPETITIONS = 45.0, 32.0
USUAL_START = 1


def odds_ratio(rows: FloatArray) -> float:
    """Return the odds of column 0 over the odds of column 1, of 0 and 1 per patient (half a patient added per cell).

    Examples
    --------
    >>> odds_ratio(np.array([[1, 1], [0, 1], [0, 0], [1, 1]], dtype=float)) < 1
    True
    """
    good = rows.sum(axis=0) + 0.5
    odds = good / (len(rows) + 1 - good)
    return float(odds[0] / odds[1])


def very_early_harm(setup: Setup) -> Finding:
    """AVERT 2015: odds ratio of a good outcome 0.59-0.90 after therapy within 24 h at 2-3 times the usual load.

    Both arms have daily therapy for 28 days, usual care from day 1. The early arm begins on day 0 and has 2.5 times the
    minutes and repetitions for 14 days. A good outcome is an ARAT on day 90 of at least the median of the usual arm:
    half of the trial's usual arm had one.
    """
    from rehab_opt.therapy import Schedule

    people = virtual_patients(setup, "very-early", setup.count(PATIENTS, QUICK_PATIENTS), enrolled_day=0)
    usual = daily(USUAL_START, DAYS - USUAL_START, minutes=USUAL_MINUTES, repetitions=USUAL_REPETITIONS)
    much = daily(0, FIRST_DAYS, minutes=LOAD * USUAL_MINUTES, repetitions=LOAD * USUAL_REPETITIONS)
    rest = daily(FIRST_DAYS, DAYS - FIRST_DAYS, minutes=USUAL_MINUTES, repetitions=USUAL_REPETITIONS)
    early = Schedule(name="very early", sessions=(*much.sessions, *rest.sessions), origin="lesion")
    jobs = [Job(patient=p, policy=plan, days=TEST_DAY) for plan in (early, usual) for p in people]
    arat = np.array([course.at("arat", TEST_DAY) for course in setup.courses(jobs)]).reshape(2, len(people)).T
    cut = float(np.median(arat[:, 1]))
    good = (arat >= cut).astype(np.float64)
    order = np.argsort(arat[:, 1])
    return Finding(
        (statistic("odds ratio of a good outcome, very early against usual", good, odds_ratio, 0.59, 0.90),),
        Figure(
            "ARAT on day 90 under usual care, points",
            "very early minus usual, ARAT points",
            (
                Series(
                    "published: the odds of a good outcome are lower", (0, 57), (0, 0), kind="line", role="published"
                ),
                Series("model: patients", arat[order, 1], arat[order, 0] - arat[order, 1]),
            ),
            caption=f"{len(people)} virtual patients; a good outcome is the median of the usual arm or more.",
        ),
    )
