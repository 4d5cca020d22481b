"""Opposite growth rules for excitatory and inhibitory contacts, against identical ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rehab_opt.validation.checks import within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import FloatArray
from rehab_opt.validation.groups.network.repair import DAYS, Repaired, repairs

BOUND = 0.1  # |r - r*| / r*
LAST = 14  # days that count as the end
ZONES = ("deprived zone", "around it")


def opposite_growth_rules(setup: Setup) -> Finding:
    """Sinha 2021: only opposite rules bring the deprived zone and its surround back to their rates.

    The run of `lpz_repair`, and the same with inhibitory contacts sought between the same activities as excitatory
    ones. The error of a zone is that of its mean rate against the rate of health, over the last two weeks.
    """
    opposite, identical = errors(repairs(setup)), errors(repairs(setup, same=True))
    return Finding(
        checks=(
            within("opposite rules, |r - r*| / r* in the deprived zone", opposite[:, 0], None, BOUND),
            within("opposite rules, |r - r*| / r* around the zone", opposite[:, 1], None, BOUND),
            within("identical rules, |r - r*| / r* in the worse zone", identical.max(axis=1), BOUND, None),
        ),
        figure=Figure(
            "",
            "distance of the mean rate from the set point, share of it",
            (
                _bars("model, opposite rules", -0.2, opposite),
                _bars("model, identical rules", 0.2, identical, role="other"),
                Series("published: bound with opposite rules", (0, 1), (BOUND, BOUND), kind="line", role="published"),
            ),
            categories=ZONES,
            caption=f"{len(opposite)} networks, day {DAYS}.",
        ),
    )


def errors(ways: Sequence[Repaired]) -> FloatArray:
    """Return |r - r*| / r* at the end [networks, 2]: of the deprived zone, of the units around it."""
    parts = [(way, (slice(0, way.zone), slice(way.zone, None))) for way in ways]
    return np.array([[float(way.off_set_point(part)[-LAST:].mean()) for part in both] for way, both in parts])


def _bars(label: str, shift: float, table: FloatArray, role: str = "model") -> Series:
    mean, half = table.mean(axis=0), 1.96 * table.std(axis=0, ddof=1) / np.sqrt(len(table))
    return Series(label, (shift, 1 + shift), mean, mean - half, mean + half, kind="points", role=role)
