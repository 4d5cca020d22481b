"""Sham: the map stays while single cells drift."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import direction, fact, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.map.runs import FloatArray, band, corrected, over_baseline, picture, results
from rehab_opt.validation.sheet import BASELINE, POST, Result

NEAR = 0.03
SAME = 0.02
LEAST_P = 0.05
P_NETWORKS = 16
"""Networks of the P values, as many as before the map had 48: over those a change of 1 % has a P below 0.05."""


def tuning(found: list[Result], day: int) -> FloatArray:
    """Return the mean correlation of tuning with day 5 over the responders of day 5, per network of the sham."""
    rows = (picture(row, "sham", day).tuning[row.baseline[5].responsive].mean() for row in found)
    return np.array(list(rows))


def map_sham(setup: Setup) -> Finding:
    """Noda 2025, ED5 and F1: without a lesion D and O stay, and tuning drifts away from day 5 at the same speed in both
    directions of time.

    Means are over all networks, P values over the first of them.
    """
    found = results(setup)
    diagonal, off_diagonal = (over_baseline(found, "sham", name) for name in ("diagonal", "off_diagonal"))
    checks = []
    for name, values in (("D", diagonal), ("O", off_diagonal)):
        for column, day in enumerate(POST):
            checks.append(within(f"{name} over baseline, day {day}", values[:, column], 1 - NEAR, 1 + NEAR))
        few = corrected(values[:P_NETWORKS])
        checks.append(fact(f"no post-day of {name} differs from baseline (FDR)", few.min() >= LEAST_P))
    lag = {day: tuning(found, day) for day in (*BASELINE, *POST)}
    near, far = (lag[3] + lag[7]) / 2, (lag[15] if setup.quick else (lag[15] + lag[11]) / 2)
    checks.append(direction("tuning correlation with day 5, lag 2 minus late lags", near - far, sign=1))
    for before, after in ((3, 7), (1, 9)):
        name = f"tuning correlation with day 5, day {before} minus day {after}"
        checks.append(within(name, lag[before] - lag[after], -SAME, SAME))
    words = (
        f"Published: no change of D or O (P 0.93, 0.93, 0.53, 0.084). {len(found)} networks, P of at most {P_NETWORKS}."
    )
    series = (
        Series(
            "tolerance", POST, np.ones(4), np.full(4, 1 - NEAR), np.full(4, 1 + NEAR), kind="line", role="published"
        ),
        band("O", off_diagonal, POST, role="other"),
        band("D", diagonal, POST),
    )
    return Finding(tuple(checks), Figure("day", "sham over baseline", series, caption=words))
