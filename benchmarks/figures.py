"""Figures of acceptance: a measured number, its limit, and whether it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.common import markdown


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, as every measurement stores it under ``acceptance``.

    Attributes
    ----------
    name, value, limit
        What was measured, the number and the limit in words, with units.
    met
        Whether the limit is kept.
    """

    name: str
    value: str
    limit: str
    met: bool

    @staticmethod
    def at_most(name: str, value: float, limit: float, unit: str) -> Figure:
        """Return a figure that must not be larger.

        Examples
        --------
        >>> Figure.at_most("course", 0.34, 0.5, "s")
        Figure(name='course', value='0.34 s', limit='<= 0.5 s', met=True)
        """
        return Figure(name, words(value, unit), f"<= {words(limit, unit)}", value <= limit)

    @staticmethod
    def at_least(name: str, value: float, limit: float, unit: str) -> Figure:
        """Return a figure that must not be smaller."""
        return Figure(name, words(value, unit), f">= {words(limit, unit)}", value >= limit)

    @staticmethod
    def between(name: str, value: float, low: float, high: float, unit: str = "") -> Figure:
        """Return a figure that must lie in a range."""
        return Figure(name, words(value, unit), f"{low:g} to {words(high, unit)}", low <= value <= high)

    @staticmethod
    def holds(name: str, value: str, limit: str, met: bool) -> Figure:
        """Return a figure that is not one number."""
        return Figure(name, value, limit, met)


def words(value: float, unit: str) -> str:
    """Return a number with three digits and its unit.

    Examples
    --------
    >>> words(0.123456, "s"), words(1234.5, "MB"), words(0.6, "%")
    ('0.123 s', '1234 MB', '0.6 %')
    """
    number = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{number} {unit}".rstrip()


def stored(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return figures as plain data."""
    return [asdict(figure) for figure in figures]


def failed(figures: Iterable[Figure]) -> int:
    """Return the exit code: 1 when a limit was missed."""
    return int(not all(figure.met for figure in figures))


def read(result: Mapping[str, Any]) -> list[Figure]:
    """Return the figures of a stored result."""
    return [Figure(**{key: row[key] for key in Figure.__slots__}) for row in result.get("acceptance", ())]


def table(parts: Mapping[str, Sequence[Figure]]) -> str:
    """Return the figures of several measurements as one table, in their order.

    Examples
    --------
    >>> print(table({"course": [Figure.at_most("a course", 0.34, 0.5, "s")], "guard": []}))
    | measurement | figure | measured | limit | result |
    |---|---|---|---|---|
    | course | a course | 0.34 s | <= 0.5 s | pass |
    | guard | - | no result | - | **miss** |
    """
    cells = []
    for part, figures in parts.items():
        cells += [[part, f.name, f.value, f.limit, "pass" if f.met else "**miss**"] for f in figures]
        if not figures:
            cells.append([part, "-", "no result", "-", "**miss**"])
    return markdown(("measurement", "figure", "measured", "limit", "result"), cells)
