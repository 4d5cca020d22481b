"""The loss of a parameter set: how far checks miss their tolerances, and how far parameters moved.

* miss of a check = distance outside its tolerance, in half widths of the tolerance, plus `CENTRE_PULL` times the
  distance from its centre (at most one half width), so that a set well inside beats one on the edge;
* loss of a check = miss squared, at most `LARGE`; `LARGE` where nothing could be measured;
* loss of a target = mean over its checks; `LARGE` when its experiment ends with an error;
* loss = mean over targets + weight x mean over parameters of the squared departure from today's value, in standard
  deviations of the prior (normal, or log-normal on a log scale; the prior range is +-2 SD).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rehab_opt.validation.calibration.fitted import Fitted
from rehab_opt.validation.checks import Check

CENTRE_PULL = 0.1
LARGE = 100.0


def half_width(check: Check) -> float:
    """Return half the width of a tolerance; with an open side half the size of the bound, else of the interval.

    Examples
    --------
    >>> from rehab_opt.validation.checks import estimate
    >>> half_width(estimate("gain", 2.0, None, 1.5, 4.0)), half_width(estimate("ratio", 2.0, None, 3.0, None))
    (1.25, 1.5)
    """
    low, high = check.tol_low, check.tol_high
    if low is not None and high is not None and high > low:
        return (high - low) / 2
    bound = abs(next(end for end in (low, high) if end is not None)) / 2 if (low, high) != (None, None) else 0.0
    if bound == 0.0 and check.ci_low is not None and check.ci_high is not None:
        bound = (check.ci_high - check.ci_low) / 2
    return bound if 0.0 < bound < math.inf else 1.0


def miss(check: Check) -> float:
    """Return how far a check misses, in half widths of its tolerance; see the module. Infinite if not measured.

    Examples
    --------
    >>> from rehab_opt.validation.checks import estimate
    >>> [round(miss(estimate("gain", value, None, 2.0, 4.0)), 2) for value in (3.0, 3.5, 4.0, 5.0)]
    [0.0, 0.05, 0.1, 1.1]
    """
    low, high, value = check.tol_low, check.tol_high, check.measured
    if math.isnan(value):
        return math.inf
    unit = half_width(check)
    outside = max(0.0, -math.inf if low is None else low - value, -math.inf if high is None else value - high) / unit
    if low is None or high is None:
        return outside
    return outside + CENTRE_PULL * min(1.0, abs(value - (low + high) / 2) / unit)


def check_loss(check: Check) -> float:
    """Return the squared miss of a check, at most `LARGE`."""
    distance = miss(check)
    return min(LARGE, distance**2) if math.isfinite(distance) else LARGE


def target_loss(checks: Sequence[Check]) -> float:
    """Return the mean loss of a target's checks; `LARGE` when there are none.

    Examples
    --------
    >>> target_loss([])
    100.0
    """
    return math.fsum(map(check_loss, checks)) / len(checks) if checks else LARGE


def prior_loss(parameters: Sequence[Fitted], point: Mapping[str, float]) -> float:
    """Return the mean squared departure from today's values, in standard deviations of the priors."""
    return math.fsum(row.departure(point[row.name]) ** 2 for row in parameters) / len(parameters)
