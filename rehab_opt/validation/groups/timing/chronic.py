"""Training years after the stroke: what 15 to 20 sessions still add."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rehab_opt.parameters import stream
from rehab_opt.validation.baselines import baselines, game_repetitions
from rehab_opt.validation.checks import within
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.population import virtual_patients

PATIENTS, QUICK_PATIENTS = 89, 8
START_DAY = 1468
FITTED_DAY = 365
"""Day on which a lesion is fitted to its baseline: by then function has settled, and a fit costs a quarter.
Patients are not recruited, as early starters are: the shared population ends after 26 weeks, and goes on to gain."""
BASELINE_MEAN, BASELINE_SD = 35.5, 13.0
FEWEST, MOST = 15, 20
MINUTES = 35.0  # of the chronic trial among them: five times a week for four weeks (Cameirao 2012)
TRAINING_DAYS = 28
PUBLISHED_GAIN, PUBLISHED_SD = 2.7, 4.2


def chronic_floor(setup: Setup) -> Finding:
    """Ballester 2019: patients who start about day 1468 gain 2.7 FM-UE points over 15-20 sessions.

    Lesions are fitted to quantiles of the published baseline, on day 365. The gain is raw, as published: FM-UE after
    four weeks (15 to 20 sessions, five a week) minus FM-UE on the first day.
    """
    from rehab_opt.therapy import Schedule, Session

    n = setup.count(PATIENTS, QUICK_PATIENTS)
    people = virtual_patients(setup, "chronic", n, baseline_fm=tuple(baselines(n, BASELINE_MEAN, BASELINE_SD)))
    fitted = setup.fitted([replace(p, enrolled_day=START_DAY, target_day=FITTED_DAY) for p in people])
    deal = stream(setup.seed("chronic", "deal"), "sessions")
    counts = deal.permutation(np.linspace(FEWEST, MOST, n).round().astype(np.intp))
    days = [7 * (i // 5) + i % 5 for i in range(MOST)]
    plans = {
        int(count): Schedule(
            name=f"{count} sessions",
            sessions=tuple(
                Session(day=day, minutes=MINUTES, repetitions=game_repetitions(MINUTES)) for day in days[:count]
            ),
        )
        for count in np.unique(counts)
    }
    last = START_DAY + TRAINING_DAYS
    jobs = [Job(patient=p, policy=plans[int(k)], days=last) for p, k in zip(fitted, counts, strict=True)]
    fm = np.array([[course.at("fm_ue", START_DAY), course.at("fm_ue", last)] for course in setup.courses(jobs)])
    gain = fm[:, 1] - fm[:, 0]
    return Finding(
        (within("gain after 15-20 sessions from day 1468, FM-UE points", gain, 1.5, 4.0),),
        Figure(
            "FM-UE on day 1468, points",
            "gain, FM-UE points",
            (
                Series(
                    "published mean and SD",
                    (BASELINE_MEAN,),
                    (PUBLISHED_GAIN,),
                    (PUBLISHED_GAIN - PUBLISHED_SD,),
                    (PUBLISHED_GAIN + PUBLISHED_SD,),
                    role="published",
                ),
                Series("model: patients", fm[:, 0], gain),
            ),
            caption=(
                f"{n} patients, baseline {fm[:, 0].mean():.1f} (SD {fm[:, 0].std(ddof=1):.1f}); SD of the gain"
                f" {gain.std(ddof=1):.1f}, published {PUBLISHED_SD} with errors of measurement."
            ),
        ),
    )
