"""The five groups of natural history: what is found in the simulated population beside the published five."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehab_opt.validation.checks import within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.natural_history.grouping import VISITS, Grouping, grouping
from rehab_opt.validation.population import WEEKS


@dataclass(frozen=True, slots=True)
class Published:
    """One group of van der Vliet 2020: r, tau in weeks, share of the deficit recovered at 4 and 12 weeks."""

    r: float
    tau: float
    week_4: float
    week_12: float


PUBLISHED = (
    Published(0.09, 5.3, 0.05, 0.08),
    Published(0.46, 10.1, 0.15, 0.32),
    Published(0.86, 9.8, 0.29, 0.61),
    Published(0.89, 2.7, 0.69, 0.88),
    Published(0.93, 1.2, 0.90, 0.93),
)
R_TOLERANCE, SHARE_TOLERANCE = 0.08, 0.10


def group_1(setup: Setup) -> Finding:
    """Van der Vliet 2020, group 1: poor recovery. See `compare`."""
    return compare(grouping(setup), 0)


def group_2(setup: Setup) -> Finding:
    """Van der Vliet 2020, group 2: slow and about half. See `compare`."""
    return compare(grouping(setup), 1)


def group_3(setup: Setup) -> Finding:
    """Van der Vliet 2020, group 3: slow and nearly full. See `compare`."""
    return compare(grouping(setup), 2)


def group_4(setup: Setup) -> Finding:
    """Van der Vliet 2020, group 4: good within weeks. See `compare`."""
    return compare(grouping(setup), 3)


def group_5(setup: Setup) -> Finding:
    """Van der Vliet 2020, group 5: fast and nearly full. See `compare`."""
    return compare(grouping(setup), 4)


def compare(found: Grouping, group: int) -> Finding:
    """Hold one found group (counted from 0) against the published one of the same rank.

    Found and published groups are matched by order, from the least recovery to the most. r is the mean of the members'
    fitted curves; the shares at 4 and 12 weeks are the simulated ones, with the FM-UE of day 0 as the baseline, t = 0
    of the published curves. tau has no tolerance; the figure gives it, with the group's weight.
    """
    wanted, members = PUBLISHED[group], found.members[group]
    share_checks = tuple(
        within(
            f"share of the deficit recovered at {week} weeks",
            found.people.recovered(week)[members],
            value - SHARE_TOLERANCE,
            value + SHARE_TOLERANCE,
        )
        for week, value in ((4, wanted.week_4), (12, wanted.week_12))
    )
    r = found.shares(group)
    end = within("r, share of the deficit recovered in the end", r, wanted.r - R_TOLERANCE, wanted.r + R_TOLERANCE)
    return Finding((end, *share_checks), _figure(found, group))


def _figure(found: Grouping, group: int) -> Figure:
    wanted, members = PUBLISHED[group], found.members[group]
    weeks = np.array([0, *VISITS])
    rows = np.array([found.people.recovered(week)[members] for week in weeks])
    low, mean, high = np.full((3, len(weeks)), np.nan)
    if len(members):
        (low, high), mean = np.quantile(rows, (0.1, 0.9), axis=1), rows.mean(axis=1)
    smooth = np.linspace(0, WEEKS, 105)
    weights = ", ".join(f"{found.weight(i):.2f}" for i in range(len(found.members)))
    tau = float(np.median(found.taus(group))) if len(members) else float("nan")
    return Figure(
        "weeks since the lesion",
        "share of the deficit recovered",
        (
            Series("model: mean, middle 80 % of members", weeks, mean, low, high, kind="line"),
            Series(
                "published curve",
                smooth,
                wanted.r * (1 - np.exp(-smooth / wanted.tau)),
                kind="line",
                role="published",
            ),
        ),
        caption=(
            f"Group {group + 1} of five found among {len(found.people)} patients; weights of the five: {weights}."
            f" Median tau {tau:.1f} weeks, published {wanted.tau:g}."
        ),
    )
