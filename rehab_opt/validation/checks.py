"""Checks: one measured number with its 95 % interval, the tolerance it is held against, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError

HOLDS, FALLS_SHORT = "holds", "falls short"
LEAST_EFFECT = 0.2
"""Smallest |d| (mean of the paired differences over their standard deviation) that counts as an effect."""
ENOUGH = 100
"""Patients, animals or networks of an experiment that checks directions: from 99 on the 95 % interval of an effect of
`LEAST_EFFECT` excludes 0. With fewer a check would ask for more than the rule does (with 40, for |d| above 0.32)."""
_SEED = 20250801
_RESAMPLES = 4000
_FEW = 10  # below this number of values the bootstrap is too narrow, and Student's t takes its place

FloatArray: TypeAlias = NDArray[np.float64]
Values: TypeAlias = Sequence[float] | FloatArray
Interval: TypeAlias = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Check:
    """One number held against its tolerance.

    Attributes
    ----------
    name
        What was measured, with its unit.
    measured
        Point estimate; NaN when it could not be measured.
    ci_low, ci_high
        95 % interval over patients or networks; None where there is none.
    tol_low, tol_high
        Inclusive tolerance; None where it is open.
    verdict
        ``"holds"`` or ``"falls short"``.
    """

    name: str
    measured: float
    ci_low: float | None
    ci_high: float | None
    tol_low: float | None
    tol_high: float | None
    verdict: str

    def __post_init__(self) -> None:
        if self.verdict not in (HOLDS, FALLS_SHORT):
            raise InputError("unknown verdict", key=self.name, value=self.verdict, allowed=f"{HOLDS}, {FALLS_SHORT}")

    @property
    def holds(self) -> bool:
        """Whether the verdict is ``"holds"``."""
        return self.verdict == HOLDS

    def to_data(self) -> dict[str, Any]:
        """Return the check as JSON-ready data; what is not finite becomes None."""
        row = asdict(self)
        return {key: None if isinstance(v, float) and not math.isfinite(v) else v for key, v in row.items()}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Check:
        """Read the form that `to_data` writes."""
        return cls(**{**data, "measured": math.nan if data["measured"] is None else data["measured"]})


def estimate(name: str, value: float, ci: Interval, low: float | None, high: float | None) -> Check:
    """Hold one number against its tolerance: it holds when the point estimate lies in [low, high].

    Parameters
    ----------
    name
        What was measured, with its unit.
    value
        Point estimate. NaN falls short, an infinite value is compared as it is.
    ci
        95 % interval, or None.
    low, high
        Tolerance; None for an open side.

    Raises
    ------
    InputError
        If both sides are open, or low is above high.

    Examples
    --------
    >>> estimate("odds ratio", 0.7, (0.6, 0.8), 0.59, 0.90).verdict
    'holds'
    >>> estimate("odds ratio", float("nan"), None, 0.59, 0.90).verdict
    'falls short'
    """
    if low is None and high is None:
        raise InputError("a check needs a tolerance", key=name)
    if low is not None and high is not None and low > high:
        raise InputError("the tolerance is empty", key=name, value=(low, high))
    value = float(value)
    inside = not math.isnan(value) and (low is None or value >= low) and (high is None or value <= high)
    ci_low, ci_high = (None, None) if ci is None else (float(ci[0]), float(ci[1]))
    return Check(name, value, ci_low, ci_high, low, high, HOLDS if inside else FALLS_SHORT)


def within(name: str, values: Values, low: float | None, high: float | None) -> Check:
    """Hold the mean of one value per patient or network against a tolerance; see `estimate`.

    Examples
    --------
    >>> within("gain, FM points", [2.0, 3.0, 4.0], 1.5, 4.0).verdict
    'holds'
    """
    rows = _finite(values)
    return estimate(name, math.nan if rows is None else float(rows.mean()), mean_interval(rows), low, high)


def direction(name: str, differences: Values, sign: int) -> Check:
    """Check a direction only, on one paired difference per patient or network.

    It holds where the 95 % interval of the mean difference excludes 0 on the side of ``sign`` and |d| is at least 0.2.
    The tolerance shown is the size of d = 0.2 in the unit of the differences.

    Raises
    ------
    InputError
        If ``sign`` is neither 1 nor -1.

    Examples
    --------
    >>> direction("early minus late, FM points", [2.0, 3.0, 1.0, 4.0], sign=1).verdict
    'holds'
    >>> direction("early minus late, FM points", [2.0, -3.0, 1.0, 1.0], sign=1).verdict
    'falls short'
    """
    if sign not in (1, -1):
        raise InputError("must be 1 or -1", key=name, value=sign)
    rows = _finite(differences)
    interval = mean_interval(rows)
    edge = math.nan if rows is None or len(rows) < 2 else sign * LEAST_EFFECT * float(rows.std(ddof=1))
    mean = math.nan if rows is None else float(rows.mean())
    clear = interval is not None and min(sign * interval[0], sign * interval[1]) > 0 and sign * mean >= sign * edge
    shown = None if math.isnan(edge) else edge
    low, high = (shown, None) if sign > 0 else (None, shown)
    ci_low, ci_high = (None, None) if interval is None else interval
    return Check(name, mean, ci_low, ci_high, low, high, HOLDS if clear else FALLS_SHORT)


def proportion(name: str, successes: int, total: int, low: float | None, high: float | None) -> Check:
    """Hold a share against a tolerance, with Wilson's interval; nobody counted (total 0) falls short.

    Examples
    --------
    >>> proportion("share that hardly recovers", 20, 66, 0.15, 0.45).verdict
    'holds'
    """
    if not 0 <= successes <= total:
        raise InputError("must lie between 0 and the total", key=name, value=successes, allowed=f"0 to {total}")
    if total == 0:
        return estimate(name, math.nan, None, low, high)
    share, z2 = successes / total, 1.959963984540054**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = math.sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return estimate(name, share, (max(0.0, centre - half), min(1.0, centre + half)), low, high)


def effect_size(name: str, differences: Values, low: float | None, high: float | None) -> Check:
    """Hold the paired effect size d (mean difference over its standard deviation) against a tolerance.

    Examples
    --------
    >>> effect_size("turnover, d", [1.0, 2.0, 3.0, 2.0, 1.5], 1.0, None).verdict
    'holds'
    """
    return statistic(name, differences, paired_d, low, high)


def statistic(
    name: str,
    rows: Values | Sequence[Sequence[float]],
    function: Callable[[FloatArray], float],
    low: float | None,
    high: float | None,
) -> Check:
    """Hold any statistic of a sample against a tolerance, with a percentile bootstrap interval over its rows.

    Parameters
    ----------
    rows
        One row (a number, or several measured together) per patient or network.
    function
        From such rows to one number: a median, a ratio of means, a Hedges' g.

    Examples
    --------
    >>> statistic("median error, FM points", [3.0, 4.0, 5.0, 9.0], lambda x: float(np.median(x)), 3, 7).verdict
    'holds'
    """
    table = _finite(rows)
    if table is None:
        return estimate(name, math.nan, None, low, high)
    rng = np.random.default_rng(_SEED)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(function(table))
        draws = [function(table[rng.integers(len(table), size=len(table))]) for _ in range(_RESAMPLES // 4)]
    seen = np.asarray(draws)[np.isfinite(draws)]
    ci = tuple(np.quantile(seen, [0.025, 0.975])) if len(table) > 1 and len(seen) > 1 else None
    return estimate(name, value, ci, low, high)


def fact(name: str, true: bool) -> Check:
    """Check something that is either so or not: measured 1 or 0, tolerance 1.

    Examples
    --------
    >>> fact("dose needed rises with lesion size", True).verdict
    'holds'
    """
    return estimate(name, 1.0 if true else 0.0, None, 1.0, None)


def paired_d(differences: Values) -> float:
    """Return the mean of the differences over their standard deviation; infinite when they are all the same.

    Examples
    --------
    >>> paired_d([1.0, 2.0, 3.0])
    2.0
    """
    rows = np.asarray(differences, dtype=np.float64)
    if len(rows) < 2:
        return math.nan
    mean, spread = float(rows.mean()), float(rows.std(ddof=1))
    return mean / spread if spread > 0 else math.copysign(math.inf, mean) if mean else 0.0


def mean_interval(values: Values | None) -> Interval:
    """Return the 95 % interval of a mean: BCa bootstrap from ten values on, Student's t below, None for fewer than two.

    Examples
    --------
    >>> mean_interval([1.0]) is None
    True
    """
    if values is None or len(values) < 2:
        return None
    rows = np.asarray(values, dtype=np.float64)
    if len(rows) >= _FEW:
        from rehab_opt.compare import bootstrap_interval

        return bootstrap_interval(rows, _SEED, _RESAMPLES)
    from scipy.stats import t

    half = float(t.ppf(0.975, len(rows) - 1)) * float(rows.std(ddof=1)) / math.sqrt(len(rows))
    return float(rows.mean()) - half, float(rows.mean()) + half


def _finite(values: Any) -> FloatArray | None:
    """Return the values as an array; None when there are none or one is not finite."""
    rows = np.asarray(values, dtype=np.float64)
    return rows if len(rows) and bool(np.isfinite(rows).all()) else None
