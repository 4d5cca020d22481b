"""One week of intensive training in the chronic phase, and what is left of its gain a month later."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import ENOUGH, direction, mean_interval, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.dose.plans import AN_HOUR, block, weekdays
from rehab_opt.validation.population import virtual_patients
from rehab_opt.validation.recruitment import after_care

FIRST_DAY, SESSIONS, PAUSE = 270, 5, 30
HOURS = 30.0
LOW_SEVERITY, HIGH_SEVERITY = 0.75, 0.35
"""Positions in the family of lesions with low and with high use of the arm in daily life."""
LEAST_GAIN = 0.5  # ARAT points: of a smaller gain no share can be told
PATIENTS, QUICK_PATIENTS = ENOUGH, 6

FloatArray = NDArray[np.float64]


def lost(rows: FloatArray) -> float:
    """Return the share of the bout's gain that is lost: columns before, after and a month after the bout.

    Examples
    --------
    >>> lost(np.array([[20.0, 30.0, 25.0], [10.0, 20.0, 15.0]]))
    0.5
    """
    before, after, later = rows.mean(axis=0)
    return float((after - later) / (after - before))


def bout_decay(setup: Setup) -> Finding:
    """Wang 2020, from the DOSE trial: gains decay after a bout unless the arm is used enough.

    Thirty hours in one week in the chronic phase, then a month without therapy. Two levels of use come from two
    severities of one family; gains are those of the activity readout, and count from the same patient without the bout.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    days = weekdays(FIRST_DAY, SESSIONS)
    minutes = 60 * HOURS / SESSIONS
    plans = [block("bout", days, minutes, minutes / 60 * AN_HOUR), block("no bout", days, 0, 0)]
    jobs = []
    for severity in (LOW_SEVERITY, HIGH_SEVERITY):
        people = virtual_patients(setup, "bout-decay", n, severity=[severity] * n)
        jobs += [
            Job(patient=patient, policy=after_care(plan, FIRST_DAY), days=days[-1] + 1 + PAUSE)
            for plan in plans
            for patient in people
        ]
    courses = setup.courses(jobs)
    span = np.arange(FIRST_DAY, days[-1] + 2 + PAUSE)
    activity = np.array([course.measures["arat"][span] for course in courses]).reshape(2, 2, n, len(span))
    use = np.array([course.at("use", FIRST_DAY) for course in courses]).reshape(2, 2, n)[:, 0].mean(axis=1)
    gain = activity[:, 0] - activity[:, 1]
    marks = gain[:, :, [0, days[-1] + 1 - FIRST_DAY, len(span) - 1]]
    shares = np.array([_share(row) for row in marks[0]]), np.array([_share(row) for row in marks[1]])
    checks = (
        direction("gain of the bout at low use, ARAT points", marks[0][:, 1], sign=1),
        statistic("share of the gain lost in a month at low use", marks[0], lost, 0.2, 0.8),
        direction("share lost in a month, low minus high use", shares[0] - shares[1], sign=1),
    )
    return Finding(checks, _figure(span, gain, use, n))


def _share(row: FloatArray) -> float:
    return float((row[1] - row[2]) / max(row[1], LEAST_GAIN))


def _figure(span: NDArray[np.int64], gain: FloatArray, use: FloatArray, n: int) -> Figure:
    series = []
    for level, row, role in (("low", 0, "model"), ("high", 1, "other")):
        ends = [mean_interval(column) or (float(column.mean()),) * 2 for column in gain[row].T]
        low, high = map(list, zip(*ends, strict=True))
        series.append(
            Series(f"model, {level} use ({use[row]:.1f} of 5)", span, gain[row].mean(axis=0), low, high, "line", role)
        )
    words = (
        f"Bout of {HOURS:g} h from day {FIRST_DAY}; published: 20 to 80 % lost in a month. {n} virtual patients a line."
    )
    return Figure("days since the lesion", "gain of the bout, ARAT points", tuple(series), caption=words)
