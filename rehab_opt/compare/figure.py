"""The forest plot of a comparison as a matplotlib figure, for notebooks and papers (the HTML report draws its own)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from rehab_opt.compare.comparison import Comparison

_INK, _BEST = "#1f2933", "#0f766e"


def forest_figure(comparison: Comparison, measure: str) -> Figure:
    """Draw each protocol's mean paired difference to the reference with its interval.

    Raises
    ------
    InputError
        If the measure was not compared.
    """
    from matplotlib.figure import Figure  # the object itself: no pyplot, no global state, works without a display

    names = [name for name in comparison.protocols if name != comparison.reference]
    rows = [comparison.row(name, measure) for name in names]
    figure = Figure(figsize=(7.0, 1.2 + 0.42 * max(len(rows), 1)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0.0, color=_INK, linewidth=0.8)
    for height, row in enumerate(reversed(rows)):
        centre = row.difference or 0.0
        if row.low is not None and row.high is not None:
            axes.plot([row.low, row.high], [height, height], color=_BEST, linewidth=1.6)
        axes.plot([centre], [height], marker="s", markersize=7, color=_BEST)
    axes.set_yticks(range(len(rows)), [row.protocol for row in reversed(rows)])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlabel(
        f"difference in {measure} to {comparison.reference}, {comparison.level:.0%} interval; "
        f"{comparison.patients} virtual patients (simulation)"
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return figure
