"""Horizontal bars: which searched quantities mattered most."""

from __future__ import annotations

from collections.abc import Sequence

from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas


def importance_figure(importances: Sequence[tuple[str, float]], css: str) -> str:
    """Draw one bar per searched quantity, longest first; shares between 0 and 1."""
    narrow = css == "narrow"
    width, step = (NARROW, 38.0) if narrow else (WIDE, 26.0)
    left, right = (0.0, width - 46.0) if narrow else (250.0, width - 50.0)
    canvas = Canvas(width, step * len(importances) + 4)
    longest = max((share for _, share in importances), default=1.0) or 1.0
    for i, (name, share) in enumerate(importances):
        top = step * i + (18 if narrow else 5)
        label_height = top - 4 if narrow else top + 12
        canvas.text(0, label_height, name, "row-label")
        length = max(1.5, (right - left) * share / longest)
        canvas.rect(left, top, length, 14 if narrow else 16, "bar", round_=2.0, hint=f"{name}: {100 * share:.0f} %")
        canvas.text(left + length + 6, top + 12, f"{100 * share:.0f} %", "row-number")
    words = ", ".join(f"{name} {100 * share:.0f} %" for name, share in importances)
    return canvas.render(f"Importance: {words}", css)
