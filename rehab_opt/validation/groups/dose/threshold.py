"""The dose below which training gives next to nothing, and how it moves with the size of the lesion; rodent clock."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import ENOUGH, direction, mean_interval, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.dose.plans import block, weekdays
from rehab_opt.validation.groups.rodents import RODENT
from rehab_opt.validation.population import virtual_patients

FIRST_DAY, SESSIONS, LAST_DAY = 5, 25, 60
REPETITIONS_A_MINUTE = 5.0
FULL, SUB = 30.0, 7.5
"""Minutes a day, about the least effective ones (some 10, see `threshold_by_size`): a slope through 0, or one that
saturates, gives at least a quarter of the full gain at a quarter of the full dose; only a threshold gives less. Sixty
minutes give hardly more than thirty."""
SHARE = 0.2
MINUTES = (0.0, 7.5, 15.0, 30.0, 60.0, 120.0)
SIZES = (0.3, 0.5, 0.7)
"""Positions in the family of lesions, tissue and fibres together: small, middle, large."""
PATIENTS, QUICK_PATIENTS = ENOUGH, 5

FloatArray = NDArray[np.float64]


def gains(setup: Setup, use: str, size: float, minutes: Sequence[float], n: int) -> FloatArray:
    """Return [minutes, patients] the FM-UE on day 60, above that of the same patient without training."""
    people = virtual_patients(setup, use, n, enrolled_day=FIRST_DAY, severity=[size] * n)
    days = weekdays(FIRST_DAY, SESSIONS)
    plans = [block(f"{dose:g} min", days, dose, dose * REPETITIONS_A_MINUTE) for dose in (0.0, *minutes)]
    jobs = [Job(patient=patient, policy=plan, days=LAST_DAY, set=RODENT) for plan in plans for patient in people]
    found = np.array([course.at("fm_ue", -1) for course in setup.courses(jobs)]).reshape(len(plans), n)
    return np.asarray(found[1:] - found[0])


def least_minutes(minutes: Sequence[float], gain: FloatArray, share: float = SHARE) -> float:
    """Return the minutes at which a dose-response curve first reaches ``share`` of its best, by straight pieces.

    Infinite for a patient whom no dose helps.

    Examples
    --------
    >>> least_minutes((0, 10, 20, 40), np.array([0.0, 0.0, 4.0, 10.0]))
    15.0
    """
    aim = share * float(gain.max())
    if aim <= 0:
        return float("inf")
    place = int(np.argmax(gain >= aim))
    if place == 0:
        return float(minutes[0])
    low, high = float(gain[place - 1]), float(gain[place])
    return float(minutes[place - 1] + (minutes[place] - minutes[place - 1]) * (aim - low) / (high - low))


def ratio_of_means(rows: FloatArray) -> float:
    """Return the mean of the first column over the mean of the second."""
    return float(rows[:, 0].mean() / rows[:, 1].mean())


def dose_threshold(setup: Setup) -> Finding:
    """MacLellan 2011: rats below a critical dose do not recover more than untrained ones.

    Patients with a lesion of the middle size train on 25 days from day 5 on, on a rodent clock, for 7.5 or 30 minutes
    of 5 repetitions; gains count from the untrained course and are tested on day 60.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    doses = [dose for dose in MINUTES if dose > 0]
    gain = gains(setup, "dose-threshold", SIZES[1], doses, n)
    sub, full = gain[doses.index(SUB)], gain[doses.index(FULL)]
    checks = (
        direction("gain of the full dose over no training, FM-UE points", full, sign=1),
        statistic(
            "share of the full gain at a quarter of the dose", np.array([sub, full]).T, ratio_of_means, None, SHARE
        ),
    )
    relative = gain / max(float(full.mean()), 1e-9)
    published = Series("published: at most a fifth below the threshold", (SUB,), (SHARE,), role="published")
    return Finding(
        checks,
        Figure(
            "minutes of training a day",
            "gain over no training, share of the full dose's",
            (published, _curve("model, mean and 95 % interval", doses, relative)),
            caption=f"Full dose {FULL:g} minutes, mean gain {full.mean():.1f} FM-UE points; {n} virtual patients.",
        ),
    )


def threshold_by_size(setup: Setup) -> Finding:
    """Jeffers 2018: the least effective amount of training rises with the size of the lesion.

    The same patients with three sizes of lesion; the least effective minutes are those that give a fifth of the best
    gain in a sweep of doses, in each patient.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    doses = [dose for dose in MINUTES if dose > 0]
    curves = [gains(setup, "dose-threshold", size, doses, n) for size in SIZES]
    least = np.array(
        [[least_minutes(MINUTES, np.concatenate([[0.0], column])) for column in gain.T] for gain in curves]
    )
    checks = (
        direction("least effective minutes, middle minus small lesion", least[1] - least[0], sign=1),
        direction("least effective minutes, large minus middle lesion", least[2] - least[1], sign=1),
    )
    series = tuple(
        _curve(f"model, lesion {word}", doses, gain, role)
        for word, gain, role in zip(("small", "middle", "large"), curves, ("other", "model", "other"), strict=True)
    )
    means = ", ".join(f"{row.mean():.1f}" for row in least)
    words = f"Least effective minutes by size {means}; published: rising. {n} virtual patients."
    return Finding(checks, Figure("minutes of training a day", "gain over no training, FM-UE", series, caption=words))


def _curve(label: str, doses: Sequence[float], gain: FloatArray, role: str = "model") -> Series:
    ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in gain]
    low, high = map(list, zip(*ends, strict=True))
    return Series(label, doses, gain.mean(axis=1), low, high, "line", role)
