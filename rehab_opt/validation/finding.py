"""What an experiment gives back: its checks and one figure as plain data, the model beside the published value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from numpy.typing import NDArray

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.validation.checks import Check

KINDS = ("line", "points", "bars")
ROLES = ("model", "published", "other")
Numbers: TypeAlias = Sequence[float] | NDArray[Any]
"""Numbers to be plotted; kept as a tuple of floats, whatever they were given as."""


def _numbers(values: Numbers | None) -> tuple[float, ...] | None:
    return None if values is None else tuple(float(value) for value in values)


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a figure.

    Attributes
    ----------
    label
        Words of the legend.
    x, y
        Places and values in the units of the axes. In a figure with ``categories``, x counts them from 0.
    low, high
        Ends of the intervals or of a tolerance band, one per value; None without.
    kind
        ``"line"``, ``"points"`` or ``"bars"``.
    role
        ``"model"``, ``"published"`` or ``"other"``: decides the colour.

    Raises
    ------
    InputError
        If lengths differ or a word is unknown.

    Examples
    --------
    >>> Series("model", [0, 1], [2.0, 3.5], [1.0, 3.0], [3.0, 4.0]).kind
    'points'
    """

    label: str
    x: Numbers
    y: Numbers
    low: Numbers | None = None
    high: Numbers | None = None
    kind: str = "points"
    role: str = "model"

    def __post_init__(self) -> None:
        for key in ("x", "y", "low", "high"):
            object.__setattr__(self, key, _numbers(getattr(self, key)))
        if self.kind not in KINDS:
            raise unknown_name_error("kind of series", self.kind, KINDS, key=self.label)
        if self.role not in ROLES:
            raise unknown_name_error("role", self.role, ROLES, key=self.label)
        lengths = {len(values) for values in (self.x, self.y, self.low, self.high) if values is not None}
        if len(lengths) != 1 or (self.low is None) != (self.high is None):
            raise InputError("x, y, low and high must have one length", key=self.label, value=sorted(lengths))


@dataclass(frozen=True, slots=True)
class Figure:
    """One plot as data: axes with units, and the series from back to front.

    ``categories`` names the places 0, 1, 2, ... of the x axis; without them the axis is a scale of numbers.

    Examples
    --------
    >>> Figure("weeks since the lesion", "FM-UE, points", (Series("model", [0, 4], [20, 30], kind="line"),)).y_label
    'FM-UE, points'
    """

    x_label: str
    y_label: str
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "series", tuple(self.series))
        object.__setattr__(self, "categories", tuple(self.categories))

    def to_data(self) -> dict[str, Any]:
        """Return the figure as JSON-ready data; what is not finite becomes None."""
        rows = [
            {
                "label": row.label,
                "kind": row.kind,
                "role": row.role,
                **{key: _listed(getattr(row, key)) for key in ("x", "y", "low", "high")},
            }
            for row in self.series
        ]
        words = {"x_label": self.x_label, "y_label": self.y_label, "caption": self.caption}
        return {**words, "categories": list(self.categories), "series": rows}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Figure:
        """Read the form that `to_data` writes."""
        rows = [
            Series(**{**row, **{key: _read(row[key]) for key in ("x", "y", "low", "high")}}) for row in data["series"]
        ]
        return cls(data["x_label"], data["y_label"], tuple(rows), tuple(data["categories"]), data["caption"])


@dataclass(frozen=True, slots=True)
class Finding:
    """What one experiment found: its checks, at least one, and the figure that shows them.

    Raises
    ------
    InputError
        If there is no check, or two have the same name.
    """

    checks: tuple[Check, ...]
    figure: Figure

    def __post_init__(self) -> None:
        object.__setattr__(self, "checks", tuple(self.checks))
        names = [check.name for check in self.checks]
        if not names or len(set(names)) != len(names):
            raise InputError("a finding needs checks with names of their own", key="checks", value=names)


def _listed(values: Numbers | None) -> list[float | None] | None:
    return None if values is None else [float(value) if math.isfinite(value) else None for value in values]


def _read(values: Sequence[float | None] | None) -> list[float] | None:
    return None if values is None else [math.nan if value is None else value for value in values]
