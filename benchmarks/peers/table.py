"""The printed tables, and what they are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.common import markdown
from benchmarks.figures import Figure
from benchmarks.peers.environments import Installed
from benchmarks.peers.measure import Row, Timing
from benchmarks.peers.peers import OURS

MOST_DISAGREEMENT, MOST_SCORE_DIFFERENCE = 1e-4, 0.5
LEAST_RATIO_SMALL, LEAST_RATIO, SMALL_UNITS = 1.5, 2.0, 1000  # over the best peer, fixed steps
LEAST_RATIO_SIMULATOR, SIMULATORS = 10.0, ("Brian2, C++", "ANNarchy")
LEAST_RATIO_COURSE = 4.0  # over the best peer, whole course

HEADS = (
    "peer",
    "8 steps a day: best ms",
    "median ms",
    "x ours",
    "build s",
    "disagreement",
    "course, steps tested: ms",
    "x ours",
    "course, fixed steps: ms",
    "x ours",
    "FM difference",
    "remark",
)


def _pair(timing: Timing | None) -> list[str]:
    if timing is None:
        return ["-", "-"]
    return [f"{timing.median:.2f}{'*' if timing.scaled else ''}", f"{timing.ratio:.2f}"]


def _cells(row: Row) -> list[str]:
    fixed = row.timings.get("fixed")
    if fixed is None:
        return [row.peer, *["-"] * (len(HEADS) - 2), row.reason]
    tested, guaranteed = row.timings.get("tested"), row.timings.get("guaranteed")
    scores = [t.score_difference for t in (tested, guaranteed) if t is not None and t.score_difference is not None]
    agreements = [t.agreement for t in row.timings.values() if t.agreement is not None]
    days = f"{fixed.days} days"
    return [
        row.peer,
        f"{min(fixed.milliseconds):.2f}",
        *_pair(fixed),
        f"{fixed.build_seconds:.1f}",
        f"{max(agreements):.0e}",
        *_pair(tested),
        *_pair(guaranteed),
        f"{scores[0]:+.2f}" if scores else "-",
        f"{days}; {row.reason}" if row.reason else days,
    ]


def size_table(rows: Sequence[Row]) -> str:
    """Return the table of one size; times are per day and patient."""
    return markdown(HEADS, [_cells(row) for row in rows])


def environment_table(installed: Mapping[str, Installed]) -> str:
    """Return what making the environments took."""
    rows = [
        [name, f"{row.seconds:.0f}", f"{row.megabytes:.0f}", row.reason or "ready"] for name, row in installed.items()
    ]
    return markdown(("environment", "install s", "MB", "state"), rows)


def _best(rows: Sequence[Row], names: Sequence[str]) -> tuple[str, float]:
    """The peer that is least slower than ours in any of some forms, and its ratio."""
    ratios = {
        row.peer: min(row.timings[name].ratio for name in names if name in row.timings)
        for row in rows
        if row.peer != OURS and any(name in row.timings for name in names)
    }
    name = min(ratios, key=lambda peer: ratios[peer], default="")
    return name, ratios.get(name, 0.0)


def _over(rows: Sequence[Row], names: Sequence[str], what: str, least: float) -> Figure:
    peer, ratio = _best(rows, names)
    return Figure.holds(f"{what}, {rows[0].units} units", f"{ratio:.2f}x ({peer})", f">= {least:g}x", ratio >= least)


def _speed(rows: Sequence[Row]) -> list[Figure]:
    least = LEAST_RATIO_SMALL if rows[0].units < SMALL_UNITS else LEAST_RATIO
    found = [_over(rows, ("fixed",), "over the best peer, fixed steps", least)]
    for row in rows:
        if row.peer in SIMULATORS and "fixed" in row.timings:
            ratio = row.timings["fixed"].ratio
            found.append(Figure.at_least(f"over {row.peer}, {row.units} units", ratio, LEAST_RATIO_SIMULATOR, "x"))
    if rows[0].units < SMALL_UNITS:
        words = "whole course, over the best peer"
        found.append(_over(rows, ("guaranteed",), f"{words} with fixed steps", LEAST_RATIO_COURSE))
        found.append(_over(rows, ("tested", "guaranteed"), f"{words} in its best way", LEAST_RATIO_COURSE))
    return found


def _sameness(rows: Sequence[Row]) -> list[Figure]:
    timings, units = [timing for row in rows for timing in row.timings.values()], rows[0].units
    apart = max((t.agreement for t in timings if t.agreement is not None), default=0.0)
    score = max((abs(t.score_difference) for t in timings if t.score_difference is not None), default=0.0)
    return [
        Figure.at_most(f"largest disagreement of rates and weights, {units} units", apart, MOST_DISAGREEMENT, ""),
        Figure.at_most(f"largest difference of courses, {units} units", score, MOST_SCORE_DIFFERENCE, "FM points"),
    ]


def figures(rows: Sequence[Row]) -> list[Figure]:
    """Return the figures of acceptance of one size."""
    return [*_speed(rows), *_sameness(rows)]
