"""The counterfactual: how much of the recovery is lost when the cells that were silent on day 5 cannot change."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import statistic
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding
from rehab_opt.validation.groups.map.runs import DAYS, FloatArray, band, over_sham, results

LEAST_SHARE = 0.5
RECOVERED = (9, 11)


def share_removed(rows: FloatArray) -> float:
    """Return 1 minus the mean recovery with frozen cells over that without; rows [networks, (plastic, frozen)].

    Examples
    --------
    >>> share_removed(np.array([[0.10, 0.04], [0.10, 0.06]]))
    0.5
    """
    plastic, frozen = rows.mean(axis=0)
    return float(1 - frozen / plastic)


def map_recruits(setup: Setup) -> Finding:
    """Noda 2025, abstract: freezing the cells that were silent on day 5 removes at least half of the recovery of D.

    Recovery is D/sham on days 9 to 11 minus D/sham right after the lesion. The frozen lesion is divided by its own
    frozen sham: frozen cells add less drift to a sham as well.
    """
    found = results(setup)
    plastic, frozen = (over_sham(found, "responsive", "diagonal", DAYS, frozen=kind) for kind in (False, True))
    late = [DAYS.index(day) for day in RECOVERED]
    recovery = np.column_stack([table[:, late].mean(axis=1) - table[:, 0] for table in (plastic, frozen)])
    check = statistic("share of the recovery of D that freezing removes", recovery, share_removed, LEAST_SHARE, None)
    series = (band("silent cells frozen", frozen, DAYS, role="other"), band("all plastic", plastic, DAYS))
    words = "Published: recovery primarily through neurons that were unresponsive before (no share given)."
    return Finding((check,), Figure("day", "D over (frozen) sham", series, caption=words))
