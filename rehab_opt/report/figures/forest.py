"""Forest plots: mean paired differences with intervals, over protocols or over groups of patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rehab_opt.report.figures.axes import padded, tick_label
from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas, Scale, nice_ticks

LETTER = 7.0  # mean width of a letter of a label


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One line of a forest plot; ``low`` and ``high`` are None where there are too few patients for an interval."""

    label: str
    patients: int
    difference: float
    low: float | None
    high: float | None
    role: str = "other"


def forest_figure(rows: Sequence[ForestRow], axis_title: str, css: str) -> str:
    """Draw one line a row: square for the mean, bar for the interval, numbers at the right.

    Parameters
    ----------
    rows
        From top to bottom; at least one.
    axis_title
        What the horizontal axis shows, with its unit.
    css
        ``"wide"`` or ``"narrow"``; the narrow form puts the label above its bar.
    """
    narrow = css == "narrow"
    width, step = (NARROW, 46.0) if narrow else (WIDE, 30.0)
    left, right = (6.0, width - 6.0) if narrow else (_room_for_labels(rows), width - 150.0)
    canvas = Canvas(width, step * len(rows) + 58)
    ends = [v for row in rows for v in (row.difference, row.low, row.high, 0.0) if v is not None]
    x = Scale(*padded(ends, 0.08, least=2.0), left, right)
    bottom = step * len(rows) + 10
    for tick in nice_ticks(x.low, x.high, int((right - left) / 60)):
        # On phones the labels stand above the bars, so the grid is drawn in pieces that leave them free.
        pieces = [(step * i + 24, step * i + 44) for i in range(len(rows))] if narrow else [(4.0, bottom)]
        for upper, lower in pieces:
            canvas.line(x(tick), upper, x(tick), lower, "zero" if tick == 0 else "grid")
        canvas.text(x(tick), bottom + 15, tick_label(tick), "tick", anchor="middle")
    canvas.line(left, bottom, right, bottom, "axis")
    canvas.text((left + right) / 2, bottom + 36, axis_title, "axis-title", anchor="middle")
    for i, row in enumerate(rows):
        height = step * i + (34 if narrow else 20)
        numbers = difference_text(row.difference, row.low, row.high)
        if narrow:
            canvas.text(left, height - 14, f"{row.label} (n = {row.patients})", "row-label")
            canvas.text(right, height - 14, numbers, "row-number", anchor="end")
        else:
            canvas.text(0, height + 4, row.label, "row-label")
            canvas.text(left - 12, height + 4, f"n = {row.patients}", "tick", anchor="end")
            canvas.text(width, height + 4, numbers, "row-number", anchor="end")
        if row.low is not None and row.high is not None:
            canvas.line(x(row.low), height, x(row.high), height, f"whisker {row.role}")
        canvas.rect(x(row.difference) - 4.5, height - 4.5, 9, 9, f"mark {row.role}", hint=f"{row.label}: {numbers}")
    words = "; ".join(f"{row.label} {difference_text(row.difference, row.low, row.high)}" for row in rows)
    return canvas.render(f"{axis_title}: {words}", css)


def _room_for_labels(rows: Sequence[ForestRow]) -> float:
    """Return where the bars may begin: behind the longest label and the number of patients."""
    return min(300.0, max(232.0, LETTER * max(len(row.label) for row in rows) + 66.0))


def difference_text(difference: float, low: float | None, high: float | None) -> str:
    """Return a difference with its interval in words, with true minus signs.

    Examples
    --------
    >>> difference_text(2.31, -0.04, 4.6)
    '+2.3 (0.0 to 4.6)'
    >>> difference_text(-1.0, None, None)
    '−1.0'
    """
    words = f"{difference + 0.0:+.1f}"
    if low is not None and high is not None:
        words += f" ({_plain(low)} to {_plain(high)})"
    return words.replace("-", "−")


def _plain(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}"
