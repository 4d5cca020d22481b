"""What a study leaves open: a number may be fixed or a searched range, a name fixed or one of several."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rehab_opt.errors import InputError, unknown_name_error

Value = float | int | str
"""A coordinate of a point in the box."""

_NUDGE = 1e-9  # decimal steps are not exact in binary


@dataclass(frozen=True, slots=True)
class Range:
    """A searched range of a number, both ends included.

    Parameters
    ----------
    low, high
        The ends; ``low`` is below ``high``.
    step
        Distance between the values allowed, counted from ``low``; None for no grid.

    Raises
    ------
    InputError
        If the ends are not in order, or the step is not above 0 or is larger than the range.

    Examples
    --------
    >>> Range(20.0, 90.0, 5.0).nearest(43.2)
    45.0
    """

    low: float
    high: float
    step: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            rule = "must be above low; to fix the number, write it without low and high"
            raise InputError(rule, key="high", value=self.high, allowed=f"above {self.low:g}")
        if self.step is not None and not 0 < self.step <= self.high - self.low:
            allowed = f"above 0, at most {self.high - self.low:g}"
            raise InputError("does not fit between low and high", key="step", value=self.step, allowed=allowed)

    def nearest(self, value: float) -> float:
        """Return the allowed value nearest to ``value``."""
        inside = min(max(float(value), float(self.low)), float(self.high))
        if self.step is None:
            return inside
        most = math.floor((self.high - self.low) / self.step + _NUDGE)
        return round(self.low + min(round((inside - self.low) / self.step), most) * self.step, 9)


Number = float | int | Range
"""A fixed number or a searched range."""
Names = tuple[str, ...]
"""One name (fixed) or several (searched)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One side of the fixed box: a searched number or name.

    Attributes
    ----------
    name
        Dotted name, such as ``"main.weeks"``.
    kind
        ``"float"``, ``"int"`` or ``"categorical"``.
    low, high, step
        Ends, and grid if there is one, of a number; 0, 0 and None for a name.
    choices
        The names to choose from; empty for a number.
    """

    name: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    step: float | None = None
    choices: tuple[str, ...] = ()


def dimension(name: str, value: Number | Names, *, whole: bool = False) -> Dimension | None:
    """Return the side of the box that a number or a choice of names spans; None when it is fixed.

    Examples
    --------
    >>> dimension("main.weeks", Range(2, 6), whole=True).kind
    'int'
    >>> dimension("main.weeks", 4, whole=True) is None
    True
    """
    if isinstance(value, tuple):
        return Dimension(name=name, kind="categorical", choices=value) if len(value) > 1 else None
    if not isinstance(value, Range):
        return None
    kind = "int" if whole else "float"
    return Dimension(name=name, kind=kind, low=float(value.low), high=float(value.high), step=value.step)


def read_number(name: str, value: Number, point: Mapping[str, Value]) -> float:
    """Return a fixed number, or the one of the point brought onto its range.

    Raises
    ------
    InputError
        If the point lacks it or holds no number.
    """
    if not isinstance(value, Range):
        return float(value)
    found = point.get(name)
    if isinstance(found, (bool, str)) or found is None or not math.isfinite(found):
        raise InputError("must be a number", key=name, value=found, allowed=f"{value.low:g} to {value.high:g}")
    return value.nearest(found)


def read_name(name: str, value: Names, point: Mapping[str, Value]) -> str:
    """Return a fixed name or the one of the point.

    Raises
    ------
    InputError
        If the point lacks it or holds another.
    """
    if len(value) == 1:
        return value[0]
    found = point.get(name)
    if found not in value:
        raise unknown_name_error("choice", str(found), value, key=name)
    return str(found)
