"""From report data to what the template prints: headline, tiles and tables as strings, figures as inline SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rehab_opt.compare.comparison import IMPORTANT_CHANGE, WHOLE_PANEL, Row
from rehab_opt.report.data import ReportData
from rehab_opt.report.figures.forest import ForestRow, difference_text
from rehab_opt.report.words import plain


@dataclass(frozen=True, slots=True)
class Tile:
    """One number of the headline row, with a line of explanation."""

    value: str
    what: str
    note: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; cells are plain words, rows may carry a CSS class."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def both_sizes(draw: Callable[[str], str]) -> Markup:
    """Return a figure for screens and paper and, beside it, for phones; CSS shows one. Canvas escapes every text."""
    return Markup(draw("wide") + draw("narrow"))


def role(data: ReportData, name: str) -> str:
    """Return the CSS class of a protocol's colour."""
    if name == data.best:
        return "best"
    return {data.comparison.reference: "reference", "no-therapy": "none"}.get(name, "other")


def headline(data: ReportData) -> str:
    """Return the main result in one sentence, with the number of patients, claiming no more than the interval does."""
    comparison, measure = data.comparison, data.comparison.measures[0]
    row = comparison.row(data.best, measure)
    reference, title = data.title(comparison.reference), data.title(measure)
    panel = f"on {comparison.patients} fresh virtual patients, day {data.day} after the lesion"
    if row.difference is None:
        return f"{sentence_case(data.title(data.best))} reaches a mean {title} of {row.mean:.1f} {panel}."
    if row.low is None or row.high is None:
        interval, verdict = "too few patients for an interval", "ends"
    else:
        interval = f"{data.level} interval {_interval(row)}"
        verdict = "ends" if row.low > 0 or row.high < 0 else "is not clearly different: it ends"
    where = "higher" if row.difference >= 0 else "lower"
    change = f"{abs(row.difference):.1f} {title} points {where} than {reference} ({interval})"
    return f"{sentence_case(data.title(data.best))} {verdict} {change} {panel}."


def price(data: ReportData) -> str:
    """Return in one sentence what the best schedule costs in hours and harm, beside the reference."""
    comparison, measure = data.comparison, data.comparison.measures[0]
    ours, theirs = comparison.row(data.best, measure), comparison.row(comparison.reference, measure)
    if ours is theirs:
        return ""
    hours = _against(ours.hours, theirs.hours, 1, "hours of therapy")
    events = _against(ours.adverse_events, theirs.adverse_events, 2, "adverse events")
    return f"Per patient it has {hours} and {events}."


def _against(ours: float, theirs: float, digits: int, what: str) -> str:
    mine, other = f"{ours:.{digits}f}", f"{theirs:.{digits}f}"
    if mine == other:
        return f"as many {what} ({mine})"
    return f"{'more' if ours > theirs else 'fewer'} {what} ({mine} against {other})"


def alike(data: ReportData) -> tuple[str, ...]:
    """Return the protocols that gave every patient the very same result as the reference, say by starting late."""
    comparison, measure = data.comparison, data.comparison.measures[0]
    others = (name for name in comparison.results if name != comparison.reference)
    return tuple(data.title(name) for name in others if not comparison.paired(name, measure).any())


def tiles(data: ReportData) -> tuple[Tile, ...]:
    """Return the headline numbers: benefit first, burden and harm beside it."""
    comparison, measure = data.comparison, data.comparison.measures[0]
    ours, theirs = comparison.row(data.best, measure), comparison.row(comparison.reference, measure)
    reference = data.title(comparison.reference)
    found = []
    if ours.difference is not None:
        note = f"{data.level} interval {_interval(ours)}" if ours.low is not None else "no interval"
        found.append(Tile(signed(ours.difference), f"{data.title(measure)} points against {reference}", note))
    if ours.better is not None:
        found.append(
            Tile(percent(ours.better), f"chance that a patient does better than under {reference}", "a tie counts half")
        )
    if ours.important is not None and theirs.important is not None:
        gain = f"gain {plain(IMPORTANT_CHANGE[measure])} {data.title(measure)} points or more"
        found.append(Tile(percent(ours.important), gain, f"{reference}: {percent(theirs.important)}"))
    found.append(Tile(f"{ours.hours:.1f} h", "of therapy a patient", f"{reference}: {theirs.hours:.1f} h"))
    events = f"{reference}: {theirs.adverse_events:.2f}"
    found.append(Tile(f"{ours.adverse_events:.2f}", "adverse events a patient", events))
    return tuple(found)


def outcome_table(data: ReportData, measure: str) -> Table:
    """Return the comparison of all protocols in one measure, on the whole panel."""
    comparison = data.comparison
    rows = [comparison.row(name, measure) for name in comparison.protocols]
    threshold = IMPORTANT_CHANGE.get(measure)
    head = ["protocol", "mean (SD)", f"difference to {data.title(comparison.reference)}", "p (Holm)", "does better"]
    if threshold is not None:
        head.append(f"gain ≥ {plain(threshold)}")
    body = []
    for row in rows:
        cells = [data.title(row.protocol), f"{row.mean:.1f} ({row.sd:.1f})"]
        if row.difference is None:
            cells += ["reference", "", ""]
        else:
            cells += [difference_text(row.difference, row.low, row.high), p_words(row.p_holm), percent(row.better)]
        if threshold is not None:
            cells.append(percent(row.important))
        body.append((role(data, row.protocol), tuple(cells)))
    caption = (
        f"{data.title(measure)} on day {data.day}, {comparison.patients} virtual patients; "
        f"paired differences with {data.level} intervals"
    )
    return Table(caption, tuple(head), tuple(body))


def burden_table(data: ReportData) -> Table:
    """Return what each protocol asks of a patient and what harm came with it."""
    comparison = data.comparison
    body = []
    for name in comparison.protocols:
        row = comparison.row(name, comparison.measures[0])
        numbers = (
            data.title(name),
            f"{row.hours:.1f}",
            plain(row.sessions),
            plain(row.repetitions, 0),
            f"{row.adverse_events:.2f}",
            f"{row.lesion_growth:.1f} %",
            f"{row.incomplete} of {row.patients}",
        )
        body.append((role(data, name), numbers))
    head = ("protocol", "hours", "sessions", "repetitions", "adverse events", "lesion growth", "not completed")
    return Table(f"Burden and safety, means a patient, {comparison.patients} virtual patients", head, tuple(body))


def forest_rows(data: ReportData, measure: str) -> tuple[ForestRow, ...]:
    """Return the forest plot's rows: all protocols but the reference, on the whole panel."""
    names = [name for name in data.comparison.protocols if name != data.comparison.reference]
    return _forest(data, [data.comparison.row(name, measure) for name in names], by_group=False)


def subgroup_rows(data: ReportData) -> tuple[ForestRow, ...]:
    """Return the best schedule's differences in every group of patients, in the leading measure."""
    comparison, measure = data.comparison, data.comparison.measures[0]
    rows = [
        row
        for row in comparison.rows
        if row.grouping != WHOLE_PANEL and row.protocol == data.best and row.measure == measure
    ]
    return _forest(data, rows, by_group=True) if data.best != comparison.reference else ()


def sentence_case(words: str) -> str:
    """Return words with a capital first letter and the others as they are."""
    return words[:1].upper() + words[1:]


def signed(value: float) -> str:
    """Return a difference with its sign and one decimal.

    Examples
    --------
    >>> signed(-0.04), signed(2.25)
    ('+0.0', '+2.2')
    """
    words = f"{value:+.1f}"
    return "+0.0" if words == "-0.0" else words.replace("-", "−")


def percent(share: float | None) -> str:
    """Return a share in per cent, or nothing.

    Examples
    --------
    >>> percent(0.625), percent(None)
    ('62 %', '')
    """
    return "" if share is None else f"{100 * share:.0f} %"


def p_words(p: float | None) -> str:
    """Return a p-value as papers print it.

    Examples
    --------
    >>> p_words(0.0312), p_words(0.00004), p_words(None)
    ('0.031', '< 0.001', '')
    """
    return "" if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _interval(row: Row) -> str:
    return difference_text(0.0, row.low, row.high).partition("(")[2].rstrip(")")


def _forest(data: ReportData, rows: Sequence[Row], *, by_group: bool) -> tuple[ForestRow, ...]:
    return tuple(
        ForestRow(
            label=row.group.replace(">=", "≥").replace("<=", "≤") if by_group else data.title(row.protocol),
            patients=row.patients,
            difference=row.difference or 0.0,
            low=row.low,
            high=row.high,
            role="best" if by_group else role(data, row.protocol),
        )
        for row in rows
    )
