"""Use of the arm half a year after different doses: two modes, or one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import ENOUGH, direction, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.dose.plans import block, weekdays
from rehab_opt.validation.population import CARE_DAY, virtual_patients

SEVERITY = 0.65
"""Position of every patient in the family of lesions: one severity, so that modes are not a mixture of severities."""
REPETITIONS = (0.0, 50.0, 100.0, 200.0, 400.0, 800.0)
SESSIONS, MINUTES, DAYS = 30, 60.0, 182
PATIENTS, QUICK_PATIENTS = ENOUGH, 6
LEAST = 0.555

FloatArray = NDArray[np.float64]


def bimodality(values: FloatArray) -> float:
    """Return the bimodality coefficient, (skewness^2 + 1) / (kurtosis with the correction for small samples).

    0.555 is that of a uniform distribution; 1 that of two points.

    Examples
    --------
    >>> round(bimodality(np.array([0.0] * 500 + [1.0] * 500)), 1), bimodality(np.ones(10))
    (1.0, 0.0)
    """
    n = len(values)
    spread = float(values.std())
    if n < 4 or spread < 1e-9:
        return 0.0
    z = (values - values.mean()) / spread
    m3, m4 = float((z**3).mean()), float((z**4).mean())
    skewness = m3 * np.sqrt(n * (n - 1)) / (n - 2)
    excess = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 - 3) + 6)
    return float((skewness**2 + 1) / (excess + 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))))


def use_bistable(setup: Setup) -> Finding:
    """Han 2008, Hidaka 2012: use ends high or low, and the dose decides which.

    Patients of one severity train on 30 days from day 14 on, with 0 to 800 repetitions a session; use is read on day
    182, over all doses together. That the dose moves it is checked on the largest dose against none.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    people = virtual_patients(setup, "use-bistable", n, severity=[SEVERITY] * n)
    days = weekdays(CARE_DAY, SESSIONS)
    plans = [block(f"{dose:g}", days, MINUTES if dose else 0.0, dose) for dose in REPETITIONS]
    jobs = [Job(patient=patient, policy=plan, days=DAYS) for plan in plans for patient in people]
    use = np.array([course.at("use", -1) for course in setup.courses(jobs)]).reshape(len(plans), n)
    checks = (
        statistic("bimodality coefficient of use over all doses", use.ravel(), bimodality, LEAST, None),
        direction("use, largest dose minus none, of 5", use[-1] - use[0], sign=1),
    )
    scatter = [float(REPETITIONS.index(dose)) + 0.6 * (number / n - 0.5) for dose in REPETITIONS for number in range(n)]
    labels = tuple(f"{dose:g}" for dose in REPETITIONS)
    series = (Series("model, one dot a patient", scatter, use.ravel()),)
    words = f"Bimodality coefficient {checks[0].measured:.2f}; published: two modes, above {LEAST}."
    return Finding(checks, Figure("repetitions a session", "use on day 182, of 5", series, labels, words))
