"""The sheets of the map group, simulated once for all of its targets, and tables over networks made of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Series
from rehab_opt.validation.sheet import BASELINE, LESION_DAY, POST, Picture, Plan, Result, run_sheet

NETWORKS, QUICK_NETWORKS = 48, 4
"""With drift as large as that of cells the O of a sham has a standard error of 1.2 % with 16 networks, too much for a
tolerance of 3 % on four days; 0.7 % with 48."""
DAYS = (LESION_DAY, *POST)

FloatArray = NDArray[np.float64]


def results(setup: Setup) -> list[Result]:
    """Return every network's result, from the store when another target of the group has asked before."""
    plans = [
        Plan(
            seed=setup.seed("map", "network", number),
            set=tuple(sorted(setup.overrides(number).items())),
            off=tuple(setup.off),
            quick=setup.quick,
        )
        for number in range(setup.count(NETWORKS, QUICK_NETWORKS))
    ]
    return setup.map(run_sheet, plans)


def over_sham(
    found: list[Result], lesion: str, measure: str, days: tuple[int, ...] = POST, frozen: bool = False
) -> FloatArray:
    """Return a measure over that of the paired sham [networks, days]."""
    return np.array([[row.over_sham(lesion, measure, day, frozen) for day in days] for row in found])


def over_baseline(found: list[Result], lesion: str, measure: str, days: tuple[int, ...] = POST) -> FloatArray:
    """Return a measure over its own mean on days 1, 3 and 5 [networks, days]."""
    return np.array([[row.over_baseline(lesion, measure, day) for day in days] for row in found])


def picture(row: Result, lesion: str, day: int) -> Picture:
    """Return the picture of a day of one network: before day 6 the lesions share it."""
    return row.baseline[day] if day in row.baseline else row.after[lesion][day]


def group_amplitude(row: Result, lesion: str, cells: NDArray[np.bool_], day: int) -> float:
    """Return the mean best amplitude of some spared cells on a day over that of the same cells on days 1, 3 and 5."""
    before = np.mean([picture(row, lesion, d).best[cells].mean() for d in BASELINE])
    return float(picture(row, lesion, day).best[cells].mean() / before)


def corrected(values: FloatArray, centre: float = 1.0) -> FloatArray:
    """Return P of a two-sided paired t test against ``centre`` per day, corrected over days (Benjamini-Hochberg).

    Parameters
    ----------
    values
        [networks, days]; a day on which all networks agree exactly has P 1 when they are at the centre, else 0.

    Examples
    --------
    >>> bool(corrected(np.array([[1.10, 1.0], [1.11, 1.0], [1.12, 1.0]]))[0] < 0.05)
    True
    """
    from scipy.stats import false_discovery_control, ttest_1samp

    raw = []
    for column in values.T:
        if np.ptp(column) < 1e-12:
            raw.append(1.0 if abs(column[0] - centre) < 1e-9 else 0.0)
        else:
            raw.append(float(ttest_1samp(column, centre).pvalue))
    return np.asarray(false_discovery_control(raw))


def band(label: str, values: FloatArray, days: tuple[int, ...], role: str = "model") -> Series:
    """Return a line over days with its 95 % interval over networks (mean -+ 1.96 standard errors)."""
    mean = values.mean(axis=0)
    half = 1.96 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
    return Series(label, days, mean, mean - half, mean + half, kind="line", role=role)


def recovered_after(mean: FloatArray, days: tuple[int, ...], width: float = 0.03) -> float:
    """Return the days from the lesion to the first imaging day from which on the mean stays inside 1 -+ ``width``.

    Not recovered on the last day counts as infinitely long.

    Examples
    --------
    >>> recovered_after(np.array([0.9, 0.96, 0.99, 1.0]), (7, 9, 11, 15))
    5.0
    """
    outside = np.flatnonzero(np.abs(mean - 1) > width)
    if len(outside) == 0:
        return float(days[0] - LESION_DAY)
    last = int(outside[-1])
    return float(days[last + 1] - LESION_DAY) if last + 1 < len(days) else float("inf")
