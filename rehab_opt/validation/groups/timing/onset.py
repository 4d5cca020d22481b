"""Start day of training in the rat: five weeks of daily reaching from day 5, 14 or 30, or none."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import FloatArray, direction, mean_interval, statistic
from rehab_opt.validation.experiment import Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.rodents import RODENT, animals, daily, nothing

STARTS = (5, 14, 30)
TRAINING_DAYS = 35
TEST_DAY = max(STARTS) + TRAINING_DAYS
LEFT = 0.15
"""Largest gain from day 30, as a share of the gain from day 5."""


def gains(setup: Setup) -> FloatArray:
    """Return the gain [animals, start days]: FM-UE on the day after the last training minus that of the same animal
    without training."""
    people = animals(setup)
    plans = [nothing(), *(daily(day, TRAINING_DAYS) for day in STARTS)]
    jobs = [Job(patient=p, policy=plan, days=TEST_DAY, set=RODENT) for plan in plans for p in people]
    end = np.array([course.at("fm_ue", TEST_DAY) for course in setup.courses(jobs)]).reshape(len(plans), len(people))
    return np.asarray((end[1:] - end[0]).T)


def ratio_of_means(rows: FloatArray) -> float:
    """Return the mean of the second column over the mean of the first.

    Examples
    --------
    >>> ratio_of_means(np.array([[2.0, 1.0], [4.0, 2.0]]))
    0.5
    """
    first, second = rows.mean(axis=0)
    return float(second / first) if first != 0 else float("nan")


def onset_order(setup: Setup) -> Finding:
    """Biernaskie 2004: gain(day 5) > gain(day 14) > gain(day 30), and day 30 hardly better than no training.

    A gain is the excess over the same animal without training, all tested on one day: when the latest starters have
    finished their five weeks. Training: 60 minutes and 100 reaches every day; the publication
    gives no count.
    """
    gain = gains(setup)
    checks = (
        direction("gain, start on day 5 minus day 14, FM-UE points", gain[:, 0] - gain[:, 1], sign=1),
        direction("gain, start on day 14 minus day 30, FM-UE points", gain[:, 1] - gain[:, 2], sign=1),
        statistic(
            "gain from day 30 over gain from day 5, ratio of means", gain[:, [0, 2]], ratio_of_means, -LEFT, LEFT
        ),
    )
    intervals = [mean_interval(column) or (np.nan, np.nan) for column in gain.T]
    first = float(gain[:, 0].mean())
    return Finding(
        checks,
        Figure(
            "start of training, days since the lesion",
            "gain over no training, FM-UE points",
            (
                Series(
                    "published: day 30 within 15 % of the gain from day 5",
                    (STARTS[-1],),
                    (0.0,),
                    (-LEFT * first,),
                    (LEFT * first,),
                    role="published",
                ),
                Series(
                    "model, mean and 95 % interval",
                    STARTS,
                    gain.mean(axis=0),
                    [low for low, _ in intervals],
                    [high for _, high in intervals],
                    kind="line",
                ),
            ),
            caption=f"{len(gain)} animals, rodent clock, tested on day {TEST_DAY}.",
        ),
    )
