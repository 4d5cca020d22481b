"""Draws the figure of a finding as inline SVG: lines with bands, points and bars with whiskers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rehab_opt.report.figures.axes import Frame, frame, padded, tick_label
from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas, Scale, nice_ticks
from rehab_opt.validation.finding import Figure, Series

COLOURS = {"model": "best", "published": "reference", "other": "other"}
"""Role of a series -> class of the report's style sheet."""
TALL, TOP, BOTTOM, LEFT = 280.0, 30.0, 228.0, 48.0
BAR_SHARE = 0.7  # of the room that one category has
_LETTER = 6.6  # pixels, about


def figure_svg(figure: Figure, css: str) -> str:
    """Draw a figure.

    Parameters
    ----------
    figure
        What to draw; values that are not finite are left out.
    css
        ``"wide"`` or ``"narrow"``: the size.
    """
    width = WIDE if css == "wide" else NARROW
    canvas = Canvas(width, TALL)
    area = _axes(canvas, figure, width - 10.0)
    bars = [row for row in figure.series if row.kind == "bars"]
    for row in figure.series:
        colour = COLOURS[row.role]
        if row.kind == "line":
            _line(canvas, area, row, colour)
        elif row.kind == "points":
            _points(canvas, area, row, colour)
        else:
            _bars(canvas, area, row, colour, bars.index(row), len(bars))
    return canvas.render(f"{figure.y_label} against {figure.x_label}", css)


def _axes(canvas: Canvas, figure: Figure, right: float) -> Frame:
    y_range = _y_range(figure)
    if not figure.categories:
        x_range = _x_range(figure)
        return frame(
            canvas,
            x_range,
            y_range,
            top=TOP,
            bottom=BOTTOM,
            right=right,
            left=LEFT,
            x_title=figure.x_label,
            y_title=figure.y_label,
            whole_x=False,
        )
    area = Frame(Scale(-0.5, len(figure.categories) - 0.5, LEFT, right), Scale(*y_range, BOTTOM, TOP))
    for tick in nice_ticks(*y_range, 4):
        canvas.line(LEFT, area.y(tick), right, area.y(tick), "grid")
        canvas.text(LEFT - 6, area.y(tick) + 4, tick_label(tick), "tick", anchor="end")
    canvas.line(LEFT, BOTTOM, right, BOTTOM, "axis")
    room = (right - LEFT) / len(figure.categories)
    for place, words in enumerate(figure.categories):
        # Names that would touch are written on two levels in turn.
        level = 13.0 * (place % 2) if max(map(len, figure.categories)) * _LETTER > room else 0.0
        canvas.text(area.x(place), BOTTOM + 15 + level, words, "tick", anchor="middle")
    canvas.text((LEFT + right) / 2, BOTTOM + 46, figure.x_label, "axis-title", anchor="middle")
    canvas.text(0, TOP - 12, figure.y_label, "axis-title")
    return area


def _line(canvas: Canvas, area: Frame, row: Series, colour: str) -> None:
    rows = list(_rows(row))
    banded = [(x, low, high) for x, _, low, high in rows if math.isfinite(low) and math.isfinite(high)]
    if len(banded) > 1:
        upper = [(area.x(x), area.y(high)) for x, _, high in banded]
        lower = [(area.x(x), area.y(low)) for x, low, _ in banded]
        canvas.path([*upper, *reversed(lower)], f"band {colour}", closed=True)
    places = [(area.x(x), area.y(y)) for x, y, _, _ in rows]
    if len(places) > 1:
        canvas.path(places, f"curve {colour}", hint=row.label)
    elif places:
        canvas.circle(*places[0], 4.0, f"mark {colour}", hint=row.label)


def _points(canvas: Canvas, area: Frame, row: Series, colour: str) -> None:
    for x, y, low, high in _rows(row):
        if math.isfinite(low) and math.isfinite(high):
            canvas.line(area.x(x), area.y(low), area.x(x), area.y(high), f"whisker {colour}")
        canvas.circle(area.x(x), area.y(y), 4.0, f"mark {colour}", hint=f"{row.label}: {y:.3g}")


def _bars(canvas: Canvas, area: Frame, row: Series, colour: str, place: int, beside: int) -> None:
    thick = BAR_SHARE * abs(area.x(1) - area.x(0)) / beside
    zero = area.y(min(max(0.0, area.y.low), area.y.high))
    for x, y, low, high in _rows(row):
        left = area.x(x) + (place - beside / 2) * thick
        top = area.y(y)
        canvas.rect(left, min(top, zero), thick, abs(zero - top), f"column {colour}", hint=f"{row.label}: {y:.3g}")
        if math.isfinite(low) and math.isfinite(high):
            middle = left + thick / 2
            canvas.line(middle, area.y(low), middle, area.y(high), "whisker error")


def _rows(row: Series) -> Iterator[tuple[float, float, float, float]]:
    """Yield x, y, low, high where x and y are finite."""
    nothing = [math.nan] * len(row.x)
    low, high = (nothing if ends is None else ends for ends in (row.low, row.high))
    for values in zip(row.x, row.y, low, high, strict=True):
        if math.isfinite(values[0]) and math.isfinite(values[1]):
            yield values


def _y_range(figure: Figure) -> tuple[float, float]:
    ends = [v for row in figure.series for _, y, low, high in _rows(row) for v in (y, low, high) if math.isfinite(v)]
    ends += [0.0] if any(row.kind == "bars" for row in figure.series) else []
    return _widened(ends)


def _x_range(figure: Figure) -> tuple[float, float]:
    return _widened([x for row in figure.series for x, _, _, _ in _rows(row)])


def _widened(values: Sequence[float]) -> tuple[float, float]:
    seen = list(values) or [0.0, 1.0]
    return padded(seen, least=max(0.1 * max(map(abs, seen)), 1e-6))
