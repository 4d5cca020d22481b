"""Early starters: virtual patients with a published distribution of baselines, trained within the first 30 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.parameters import stream
from rehab_opt.validation.baselines import baselines, game_repetitions
from rehab_opt.validation.checks import within
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.recruitment import after_care, recruited_like

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

PATIENTS, QUICK_PATIENTS = 51, 17
BY_SEVERITY = 459
"""Starters who are split by severity, nine times the published 51: a fifth of them start below 20 points, where the end
spreads widely (SD 18). Their mean then has a standard error of 1.8 points, a third of the tolerance (6.6 with 51)."""
BASELINE_MEAN, BASELINE_SD = 33.8, 15.4
FIRST_START, LAST_START = 5, 30
FEWEST, MOST = 15, 36
MINUTES, A_WEEK = 20.0, 3  # of the acute trial among them: three times a week for 12 weeks (Cameirao 2011)
VISITS = {"baseline": (0, 33.8), "week 4": (28, 49.1), "week 12": (84, 52.4), "month 6": (182, 54.8)}
TOLERANCE = 4.0
STRATA = (("below 20", 43.9, 6.0), ("20 to 39", 53.5, 5.0), ("40 and above", 62.2, 3.0))
EDGES = (20.0, 40.0)

FloatArray = NDArray[np.float64]


def sessions(n: int) -> Schedule:
    """Return ``n`` sessions of reaching in the game, three a week."""
    from rehab_opt.therapy import Schedule, Session

    days = [7 * (i // A_WEEK) + 2 * (i % A_WEEK) for i in range(n)]
    rows = (Session(day=day, minutes=MINUTES, repetitions=game_repetitions(MINUTES)) for day in days)
    return Schedule(name=f"{n} sessions", sessions=tuple(rows), origin="enrolment")


def places(setup: Setup, n: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the start day and the number of sessions of ``n`` starters, by rising baseline.

    Start days (5 to 30) and numbers of sessions (15 to 36) are spread evenly and dealt out at random, so that neither
    goes with severity.
    """
    deal = stream(setup.seed("early", "deal"), "starters")
    days = deal.permutation(np.linspace(FIRST_START, LAST_START, n).round().astype(np.intp))
    return days, deal.permutation(np.linspace(FEWEST, MOST, n).round().astype(np.intp))


def visits(setup: Setup, n: int) -> FloatArray:
    """Return FM-UE of ``n`` starters [patients, visits]; the visits count from each one's first session.

    Starters are patients of the shared population, recruited on their start days to meet quantiles of the published
    baselines.
    """
    days, counts = places(setup, n)
    people = recruited_like(setup, days, baselines(n, BASELINE_MEAN, BASELINE_SD))
    last = max(day for day, _ in VISITS.values())
    jobs = [
        Job(patient=patient, policy=after_care(sessions(count).on(day), day), days=day + last)
        for patient, day, count in zip(people, days.tolist(), counts.tolist(), strict=True)
    ]
    courses = setup.courses(jobs)
    return np.array(
        [
            [course.at("fm_ue", start + day) for day, _ in VISITS.values()]
            for start, course in zip(days.tolist(), courses, strict=True)
        ]
    )


def early_trajectory(setup: Setup) -> Finding:
    """Ballester 2019, starters within 30 d: mean FM-UE at baseline, weeks 4 and 12 and month 6 after the first session.

    The baseline is met by recruitment; see `visits`.
    """
    fm = visits(setup, setup.count(PATIENTS, QUICK_PATIENTS))
    checks = tuple(
        within(f"FM-UE at {name}, points", fm[:, column], wanted - TOLERANCE, wanted + TOLERANCE)
        for column, (name, (_, wanted)) in enumerate(VISITS.items())
    )
    weeks = [day / 7 for day, _ in VISITS.values()]
    low, high = np.quantile(fm, [0.1, 0.9], axis=0)
    published = np.array([wanted for _, wanted in VISITS.values()])
    return Finding(
        checks,
        Figure(
            "weeks since the first session",
            "FM-UE, points",
            (
                Series(
                    "published, with its tolerance",
                    weeks,
                    published,
                    published - TOLERANCE,
                    published + TOLERANCE,
                    role="published",
                ),
                Series(
                    "model: mean, middle 80 % of patients",
                    weeks,
                    fm.mean(axis=0),
                    low,
                    high,
                    kind="line",
                ),
            ),
            caption=f"{len(fm)} patients; SD of the baseline {fm[:, 0].std(ddof=1):.1f}, published {BASELINE_SD}.",
        ),
    )


def early_by_severity(setup: Setup) -> Finding:
    """Ballester 2019: patients like these at month 6, by the FM-UE they started from."""
    fm = visits(setup, setup.count(BY_SEVERITY, QUICK_PATIENTS))
    stratum = np.digitize(fm[:, 0], EDGES)
    ends = [fm[stratum == number, -1] for number in range(len(STRATA))]
    places = np.arange(len(STRATA))
    wanted = np.array([value for _, value, _ in STRATA])
    tolerance = np.array([value for _, _, value in STRATA])
    return Finding(
        tuple(
            within(f"FM-UE at month 6, baseline {name}, points", end, value - margin, value + margin)
            for end, (name, value, margin) in zip(ends, STRATA, strict=True)
        ),
        Figure(
            "baseline FM-UE, points",
            "FM-UE at month 6, points",
            (
                Series(
                    "published, with its tolerance",
                    places,
                    wanted,
                    wanted - tolerance,
                    wanted + tolerance,
                    role="published",
                ),
                Series("model: patients", stratum.astype(float) + 0.15, fm[:, -1]),
            ),
            categories=tuple(name for name, _, _ in STRATA),
            caption="Patients: " + ", ".join(f"{len(end)}" for end in ends) + ".",
        ),
    )
