"""The search history: every trial, the running best, references as lines, and what fresh patients made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rehab_opt.report.data import SearchHistory
from rehab_opt.report.figures.axes import Frame, edge_labels, frame, padded
from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas


def history_figure(history: SearchHistory, titles: Mapping[str, str], axis_title: str, css: str) -> str:
    """Draw the values of all trials in order.

    Parameters
    ----------
    history
        Trials, references and the confirmed value.
    titles
        Protocol -> words of its label.
    axis_title
        What a trial's value is, with its unit.
    css
        ``"wide"`` or ``"narrow"``.
    """
    narrow = css == "narrow"
    width = NARROW if narrow else WIDE
    canvas = Canvas(width, 300)
    fixed = [*history.references.values(), *([] if history.confirmed is None else [history.confirmed])]
    area = frame(
        canvas,
        (-0.5, max(len(history.values), 2) - 0.5),
        padded([*robust([v for v in history.values if v is not None]), *fixed] or [0.0], least=2.0),
        top=28,
        bottom=258,
        right=width - (92 if narrow else 190),
        x_title="trial",
        y_title=axis_title,
    )
    for value in history.references.values():
        canvas.line(area.x.start, area.y(value), area.right, area.y(value), "reference-line")
    _trials(canvas, area, history)
    _running_best(canvas, area, history)
    if history.confirmed is not None:
        x, y = area.right - 3, area.y(history.confirmed)
        canvas.path([(x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6)], "confirmed", closed=True, hint="fresh patients")
    edge_labels(canvas, area, _labels(history, titles, narrow), offset=12)
    return canvas.render(f"Search history of {len(history.values)} trials", css)


def _trials(canvas: Canvas, area: Frame, history: SearchHistory) -> None:
    for number, (value, feasible) in enumerate(zip(history.values, history.feasible, strict=True)):
        if value is None:
            continue
        x, y, words = area.x(number), min(area.y(value), area.bottom), f"trial {number}: {value:.2f}"
        if not feasible:
            canvas.path([(x - 3, y - 3), (x + 3, y + 3)], "infeasible", hint=f"{words}, outside a constraint")
            canvas.path([(x - 3, y + 3), (x + 3, y - 3)], "infeasible")
            continue
        if history.was_stopped(number):
            canvas.circle(x, y, 2.2, "trial stopped", hint=f"{words} (estimate), stopped early")
            continue
        canvas.circle(x, y, 2.6, "trial", hint=words)
        if number == history.chosen:
            canvas.circle(x, y, 6.0, "chosen", hint=f"{words}, chosen")


def _running_best(canvas: Canvas, area: Frame, history: SearchHistory) -> None:
    steps: list[tuple[float, float]] = []
    best: float | None = None
    for number, (value, feasible) in enumerate(zip(history.values, history.feasible, strict=True)):
        if value is not None and feasible and not history.was_stopped(number) and (best is None or value > best):
            steps += [(number, value)] if best is None else [(number, best), (number, value)]
            best = value
    if best is not None:
        steps.append((len(history.values) - 1, best))
        canvas.path([(area.x(x), min(area.y(y), area.bottom)) for x, y in steps], "curve best")


def _labels(history: SearchHistory, titles: Mapping[str, str], narrow: bool) -> list[tuple[float, str, str]]:
    labels = []
    for name, value in history.references.items():
        words = titles.get(name, name)
        labels.append((value, _short(words) if narrow else words, "muted"))
    if history.best is not None:
        words = "search" if narrow else "best in the search "
        labels.append((history.best, f"{words} {history.best:.1f}", "best"))
    if history.confirmed is not None:
        words = "fresh" if narrow else "fresh patients "
        labels.append((history.confirmed, f"{words} {history.confirmed:.1f}", "confirmed-label"))
    return labels


def robust(values: Sequence[float]) -> list[float]:
    """Return the values without extreme low ones, which would press all others together (they go on the lower edge).

    Examples
    --------
    >>> robust([40.0, 41.0, 42.0, 43.0, -500.0])
    [40.0, 41.0, 42.0, 43.0]
    """
    if not values:
        return []
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return [v for v in values if v >= middle - 4 * (ordered[-1] - middle) - 1.0]


def _short(words: str) -> str:
    return words if len(words) <= 11 else words[:10].rstrip() + "…"
