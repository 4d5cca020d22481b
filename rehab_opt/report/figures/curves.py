"""Recovery curves: means by week with their bands, and the paired difference of the best schedule to the reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehab_opt.compare.curves import Curve
from rehab_opt.report.figures.axes import Frame, edge_labels, frame, padded
from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas


def recovery_figure(
    curves: Sequence[Curve], titles: Mapping[str, str], roles: Mapping[str, str], first_week: int, css: str
) -> str:
    """Draw mean weekly curves with bands.

    Parameters
    ----------
    curves
        One for each protocol; all of one measure.
    titles, roles
        Protocol -> words of its label; protocol -> CSS class of its colours.
    first_week
        Week since the lesion of the first value.
    css
        ``"wide"`` or ``"narrow"``: the size to draw.
    """
    canvas, right, bottom = _canvas(css, tall=300)
    values = [v for curve in curves for v in (*curve.low, *curve.high)]
    area = frame(
        canvas,
        _weeks(curves, first_week),
        padded(values, least=4.0),
        top=28,
        bottom=bottom,
        right=right,
        x_title="weeks since the lesion",
        y_title=f"mean {titles.get(curves[0].measure, curves[0].measure)}",
    )
    for curve in curves:
        _draw(canvas, area, curve, roles.get(curve.name, "other"), first_week)
    if css == "wide":
        labels = [
            (c.mean[-1], f"{titles.get(c.name, c.name)}  {c.mean[-1]:.1f}", roles.get(c.name, "other")) for c in curves
        ]
    else:
        labels = [(c.mean[-1], f"{c.mean[-1]:.1f}", roles.get(c.name, "other")) for c in curves]
    edge_labels(canvas, area, labels)
    words = "; ".join(f"{titles.get(c.name, c.name)} ends at {c.mean[-1]:.1f}" for c in curves)
    return canvas.render(f"Recovery curves: {words}", css)


def difference_figure(curve: Curve, first_week: int, css: str, titles: Mapping[str, str]) -> str:
    """Draw one paired difference by week with its band around the zero line."""
    canvas, right, bottom = _canvas(css, tall=200)
    area = frame(
        canvas,
        _weeks([curve], first_week),
        padded([*curve.low, *curve.high, 0.0], least=2.0),
        top=34,
        bottom=bottom,
        right=right,
        x_title="weeks since the lesion",
        y_title=f"paired difference in {titles.get(curve.measure, curve.measure)}",
    )
    canvas.line(area.x.start, area.y(0.0), area.right, area.y(0.0), "zero")
    _draw(canvas, area, curve, "best", first_week)
    last = f"{curve.mean[-1]:+.1f}".replace("-", "−")
    edge_labels(canvas, area, [(curve.mean[-1], last, "best")])
    return canvas.render(f"Paired difference by week, at the end {last} points", css)


def _canvas(css: str, tall: float) -> tuple[Canvas, float, float]:
    """Return the canvas, the right and the lower edge of the plotting area."""
    width = WIDE if css == "wide" else NARROW
    return Canvas(width, tall), width - (190 if css == "wide" else 42), tall - 42


def _weeks(curves: Sequence[Curve], first: int) -> tuple[float, float]:
    return float(first), float(first + max(len(curve.mean) for curve in curves) - 1)


def _draw(canvas: Canvas, area: Frame, curve: Curve, role: str, first: int) -> None:
    weeks = [area.x(first + i) for i in range(len(curve.mean))]
    upper = [(x, area.y(v)) for x, v in zip(weeks, curve.high, strict=True)]
    lower = [(x, area.y(v)) for x, v in zip(weeks, curve.low, strict=True)]
    canvas.path([*upper, *reversed(lower)], f"band {role}", closed=True)
    canvas.path([(x, area.y(v)) for x, v in zip(weeks, curve.mean, strict=True)], f"curve {role}")
