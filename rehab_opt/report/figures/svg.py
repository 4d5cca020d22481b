"""A small, deterministic writer of inline SVG: scales, ticks, escaped text and shapes, styled by the page's CSS."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDE, NARROW = 720, 340
"""Widths in pixels at which every figure is drawn: for screens and paper, and for phones."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight map from data to pixels.

    Examples
    --------
    >>> Scale(0.0, 10.0, 100.0, 200.0)(5.0)
    150.0
    """

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Return the pixel of ``value``."""
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.stop - self.start)


def nice_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Return round tick values inside ``low``-``high``, about as many as asked for.

    Examples
    --------
    >>> nice_ticks(0.0, 21.0)
    (0.0, 5.0, 10.0, 15.0, 20.0)
    """
    raw = (high - low or 1.0) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = min((m * power for m in (1.0, 2.0, 2.5, 5.0, 10.0)), key=lambda s: abs(math.log(s / raw)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) + 0.0 for i in range(first, last + 1))


def spread(positions: Sequence[float], gap: float, low: float, high: float) -> tuple[float, ...]:
    """Move label positions apart to at least ``gap``, keeping their order and staying between ``low`` and ``high``.

    Examples
    --------
    >>> spread([10.0, 11.0, 50.0], gap=12.0, low=0.0, high=100.0)
    (4.5, 16.5, 50.0)
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    clusters: list[list[float]] = []  # [centre, members]
    for index in order:
        clusters.append([positions[index], 1.0])
        while len(clusters) > 1 and clusters[-1][0] - clusters[-2][0] < gap * (clusters[-1][1] + clusters[-2][1]) / 2:
            (late, n), (early, m) = clusters.pop(), clusters.pop()
            clusters.append([(late * n + early * m) / (n + m), n + m])
    placed = [centre + (k - (n - 1) / 2) * gap for centre, n in clusters for k in range(int(n))]
    if placed and placed[-1] > high:
        for i in range(len(placed) - 1, -1, -1):
            placed[i] = min(placed[i], high - (len(placed) - 1 - i) * gap)
    if placed and placed[0] < low:
        for i in range(len(placed)):
            placed[i] = max(placed[i], low + i * gap)
    result = [0.0] * len(positions)
    for index, place in zip(order, placed, strict=True):
        result[index] = place
    return tuple(result)


def number(value: float) -> str:
    """Return a pixel coordinate with at most two decimals, without a trailing zero or a minus zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


class Canvas:
    """Collects shapes of one figure; every text is escaped, every coordinate has two decimals."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        """Add a straight line."""
        ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
        self._parts.append(f'<line class="{css}" {ends}/>')

    def path(self, points: Iterable[tuple[float, float]], css: str, *, closed: bool = False, hint: str = "") -> None:
        """Add a polyline, or a filled outline when ``closed``."""
        steps = "L".join(f"{number(x)} {number(y)}" for x, y in points)
        end = "Z" if closed else ""
        self._shape("path", f'class="{css}" d="M{steps}{end}"', hint)

    def rect(
        self, x: float, y: float, width: float, height: float, css: str, *, round_: float = 0.0, hint: str = ""
    ) -> None:
        """Add a rectangle; ``hint`` is shown when the pointer rests on it."""
        corner = f' rx="{number(round_)}"' if round_ else ""
        size = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
        self._shape("rect", f'class="{css}" {size}{corner}', hint)

    def circle(self, x: float, y: float, radius: float, css: str, *, hint: str = "") -> None:
        """Add a disc."""
        self._shape("circle", f'class="{css}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"', hint)

    def text(self, x: float, y: float, words: str, css: str = "", *, anchor: str = "start") -> None:
        """Add one line of text with its baseline at ``y``."""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        style = f' class="{css}"' if css else ""
        self._parts.append(f'<text{style} x="{number(x)}" y="{number(y)}"{place}>{escape(words)}</text>')

    def render(self, label: str, css: str) -> str:
        """Return the figure as one ``<svg>`` element with a label for screen readers."""
        box = f'viewBox="0 0 {number(self.width)} {number(self.height)}" width="{number(self.width)}"'
        head = f'<svg class="{css}" role="img" aria-label="{escape(label)}" {box}>'
        return head + "".join(self._parts) + "</svg>"

    def _shape(self, tag: str, attributes: str, hint: str) -> None:
        inner = f"><title>{escape(hint)}</title></{tag}>" if hint else "/>"
        self._parts.append(f"<{tag} {attributes}{inner}")
