"""The frame shared by the line figures: margins, grid lines, tick labels and direct labels at the right edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rehab_opt.report.figures.svg import Canvas, Scale, nice_ticks, spread


@dataclass(frozen=True, slots=True)
class Frame:
    """The plotting area in pixels with its two scales."""

    x: Scale
    y: Scale

    @property
    def right(self) -> float:
        """Right edge in pixels."""
        return self.x.stop

    @property
    def top(self) -> float:
        """Upper edge in pixels."""
        return self.y.stop

    @property
    def bottom(self) -> float:
        """Lower edge in pixels."""
        return self.y.start


def frame(
    canvas: Canvas,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    *,
    top: float,
    bottom: float,
    right: float,
    x_title: str,
    y_title: str,
    left: float = 40.0,
    whole_x: bool = True,
) -> Frame:
    """Draw grid, ticks and titles and return the scales; ``top``, ``bottom``, ``right`` are pixel edges of the plot."""
    low, high = y_range
    area = Frame(Scale(*x_range, left, right), Scale(low, high, bottom, top))
    for tick in nice_ticks(low, high, max(2, int((bottom - top) / 45))):
        canvas.line(left, area.y(tick), right, area.y(tick), "grid")
        canvas.text(left - 6, area.y(tick) + 4, tick_label(tick), "tick", anchor="end")
    for tick in nice_ticks(*x_range, max(3, int((right - left) / 70))):
        if not whole_x or tick == int(tick):
            canvas.line(area.x(tick), bottom, area.x(tick), bottom + 4, "axis")
            canvas.text(area.x(tick), bottom + 17, tick_label(tick), "tick", anchor="middle")
    canvas.line(left, bottom, right, bottom, "axis")
    canvas.text((left + right) / 2, bottom + 35, x_title, "axis-title", anchor="middle")
    canvas.text(0, top - 12, y_title, "axis-title")
    return area


def edge_labels(
    canvas: Canvas, area: Frame, labels: Sequence[tuple[float, str, str]], *, gap: float = 15.0, offset: float = 8.0
) -> None:
    """Write ``(value, words, css)`` at the right edge, moved apart where they would touch, each with a leader."""
    wanted = [area.y(value) for value, _, _ in labels]
    places = spread(wanted, gap, area.top + 4, area.bottom - 2)
    for place, at, (_, words, css) in zip(places, wanted, labels, strict=True):
        if offset >= 6:
            canvas.path([(area.right + 1, at), (area.right + offset - 2, place)], "leader")
        canvas.text(area.right + offset, place + 4, words, f"label {css}")


def padded(values: Sequence[float], share: float = 0.06, *, least: float = 1.0) -> tuple[float, float]:
    """Return the range of the values widened by ``share`` on both sides, at least ``least`` wide.

    Examples
    --------
    >>> padded([10.0, 20.0], share=0.1)
    (9.0, 21.0)
    """
    low, high = min(values), max(values)
    extra = max((high - low) * share, (least - (high - low)) / 2, 0.0)
    return low - extra, high + extra


def tick_label(value: float) -> str:
    """Return a number for a tick, with a true minus sign.

    Examples
    --------
    >>> tick_label(-2.0), tick_label(0.25)
    ('−2', '0.25')
    """
    return f"{value:g}".replace("-", "−")
