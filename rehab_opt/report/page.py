"""The HTML report: one self-contained file with inline SVG, no scripts and nothing loaded from anywhere."""

from __future__ import annotations

from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from rehab_opt.report.data import DISCLAIMER, FrontPlot, ReportData, SearchHistory, WhatIfLine
from rehab_opt.report.figures.bars import importance_figure
from rehab_opt.report.figures.calendar import MARKS, calendar_figure
from rehab_opt.report.figures.curves import difference_figure, recovery_figure
from rehab_opt.report.figures.forest import ForestRow, forest_figure
from rehab_opt.report.figures.front import front_figure
from rehab_opt.report.figures.history import history_figure
from rehab_opt.report.view import (
    Table,
    alike,
    both_sizes,
    burden_table,
    forest_rows,
    headline,
    outcome_table,
    percent,
    price,
    role,
    signed,
    subgroup_rows,
    tiles,
)
from rehab_opt.report.weeks import MONTHS, WEEKDAYS, dated_rows, relative_rows
from rehab_opt.report.words import ORIGIN_WORDS, TASK_WORDS, describe, facts, week_table
from rehab_opt.study.words import MODALITY_WORDS

if TYPE_CHECKING:
    from rehab_opt.compare.curse import Gap
    from rehab_opt.therapy import Schedule


def render_html(data: ReportData) -> str:
    """Return the report as one HTML text; the same data give the same bytes.

    Every text of the study is escaped. Cards without data are left out.
    """
    import jinja2

    loader = jinja2.PackageLoader("rehab_opt.report", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    css = resources.files("rehab_opt.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    comparison = data.comparison
    return environment.get_template("report.html").render(
        data=data,
        css=Markup(css),
        disclaimer=DISCLAIMER,
        headline=headline(data),
        price=price(data),
        alike=alike(data),
        tiles=tiles(data),
        patients=comparison.patients,
        measure=data.title(comparison.measures[0]),
        reference=data.title(comparison.reference),
        level=data.level,
        outcomes=_outcomes(data),
        burden=burden_table(data),
        subgroups=_subgroups(data),
        curves=_curves(data),
        history=_history(data),
        front=_front(data),
        what_if=_what_if(data),
        importances=both_sizes(partial(importance_figure, data.importances)) if data.importances else None,
        **_schedule_card(data),
    )


def _schedule_card(data: ReportData) -> dict[str, Any]:
    if data.schedule is None or not data.schedule.sessions:
        return {"calendar": None}
    theirs = data.reference_schedule
    table = facts(data.schedule, theirs)
    if theirs is None:
        fact_table = Table("", ("", "this schedule"), tuple(("", (f.what, f.ours)) for f in table))
    else:
        head = ("", "this schedule", data.title(data.comparison.reference), "difference")
        fact_table = Table("", head, tuple(("", (f.what, f.ours, f.theirs, f.difference)) for f in table))
    weeks = Table(
        f"Weeks count from {ORIGIN_WORDS[data.schedule.origin]}; times a week, minutes and repetitions a session.",
        ("weeks", "times", "minutes", "repetitions", "practice", "stimulation"),
        tuple(
            ("", (r.weeks, f"{r.times} ×", r.minutes, r.repetitions, r.practice, r.stimulation))
            for r in week_table(data.schedule)
        ),
    )
    return {
        "schedule_words": describe(data.schedule),
        "calendar": _calendar(data, data.schedule),
        "fact_table": fact_table,
        "week_table": weeks,
    }


def _calendar(data: ReportData, schedule: Schedule) -> dict[str, Any]:
    origin = ORIGIN_WORDS[schedule.origin]
    if data.calendar is None:
        rows, columns = relative_rows(schedule.sessions), tuple(f"day {i}" for i in range(1, 8))
        caption = f"Week 1 begins on day 0 after {origin}; its seven days need not begin on a Monday."
    else:
        start = data.calendar.start_date
        rows, columns = dated_rows(data.calendar.dates(schedule), start), WEEKDAYS
        caption = f"Day 0 after {origin} is {start.day} {MONTHS[start.month - 1]} {start.year}."
    tasks = dict.fromkeys(s.task for s in schedule.sessions)
    used = dict.fromkeys(s.stimulation.modality for s in schedule.sessions if s.stimulation is not None)
    return {
        "figure": both_sizes(partial(calendar_figure, rows, columns, origin)),
        "tasks": [(task, TASK_WORDS.get(task, task)) for task in tasks],
        "marks": [(MARKS.get(m, "?"), MODALITY_WORDS.get(m, m)) for m in used],
        "caption": f"{caption} The number is the minutes of practice that day; bars show each session's share; "
        "a figure in a mark counts stimulations.",
    }


def _outcomes(data: ReportData) -> list[dict[str, Any]]:
    comparison, parts = data.comparison, []
    for measure in comparison.measures:
        rows = forest_rows(data, measure)
        axis = f"difference to {data.title(comparison.reference)}, {data.title(measure)} points"
        forest = both_sizes(partial(forest_figure, rows, axis)) if rows else None
        parts.append({"table": outcome_table(data, measure), "forest": forest})
    return parts


def _subgroups(data: ReportData) -> Markup | None:
    rows, comparison = subgroup_rows(data), data.comparison
    axis = f"difference to {data.title(comparison.reference)}, {data.title(comparison.measures[0])} points"
    return both_sizes(partial(forest_figure, rows, axis)) if rows else None


def _curves(data: ReportData) -> dict[str, Any] | None:
    # Ten bands on top of each other show nothing; the other protocols are in the table and the forest plot.
    shown = [curve for curve in data.curves if role(data, curve.name) != "other"]
    if not shown:
        return None
    names = {c.name: data.title(c.name) for c in shown} | {c.measure: data.title(c.measure) for c in shown}
    roles = {c.name: role(data, c.name) for c in shown}
    levels = both_sizes(partial(recovery_figure, shown, names, roles, data.first_week))
    legend = [(roles[c.name], names[c.name]) for c in shown]
    difference = None
    if data.difference is not None:
        titles = {data.difference.measure: data.title(data.difference.measure)}
        draw = partial(difference_figure, data.difference, data.first_week, titles=titles)
        difference = both_sizes(draw)
    return {"levels": levels, "legend": legend, "difference": difference}


def _advantage(data: ReportData, history: SearchHistory) -> str:
    """Return the winner's curse in words: what the chosen trial promised in the search and what fresh patients show."""
    promised, found = history.chosen_value or 0.0, history.confirmed or 0.0
    known = history.references.get(data.comparison.reference)
    words = f" The chosen schedule scored {promised:.1f} there and scores {found:.1f} on fresh patients"
    if known is not None and history.confirmed_reference is not None:
        before, after = signed(promised - known), signed(found - history.confirmed_reference)
        words += f"; against {data.title(data.comparison.reference)} that is {before} there and {after} now"
    if history.curse is not None:
        words += (
            f". The winner's-curse gap, search minus fresh patients, is {_gap(data, history.curse.advantage)} in the "
            f"advantage and {_gap(data, history.curse.value)} in the value itself, which also holds the difference "
            "between the two panels"
        )
    return words + (
        ". Whoever picks the best of many tries picks some luck as well, and panels differ in their patients: "
        "only fresh patients count for the result."
    )


def _gap(data: ReportData, gap: Gap) -> str:
    if gap.low is None or gap.high is None:
        return signed(gap.mean)
    return f"{signed(gap.mean)} ({data.level} interval {signed(gap.low)} to {signed(gap.high)})"


def _history(data: ReportData) -> dict[str, Any] | None:
    history = data.history
    if history is None or not history.values:
        return None
    titles = {name: data.title(name) for name in history.references}
    measure = data.title(data.comparison.measures[0])
    share = sum(history.feasible) / len(history.feasible)
    stopped = sum(history.stopped)
    words = (
        f"{len(history.values)} trials on a fixed panel of {history.patients} virtual patients; "
        f"{percent(share)} kept all constraints{f'; {stopped} were stopped early' if stopped else ''}."
        f"{f' {history.ended}.' if history.ended else ''}"
    )
    if history.chosen_value is not None and history.confirmed is not None:
        words += _advantage(data, history)
    return {
        "words": words,
        "figure": both_sizes(partial(history_figure, history, titles, f"objective ({measure})")),
        "caption": f"Dots: trials{'; hollow: stopped early, with an estimated value' if stopped else ''}; ring: the "
        "chosen one; crosses: trials outside a constraint; line: best so far; "
        "dashed: published protocols on the same panel; "
        f"diamond: the chosen schedule on {data.comparison.patients} fresh virtual patients.",
    }


def _front(data: ReportData) -> dict[str, Any] | None:
    front = data.front
    if front is None:
        return None
    titles = {name: data.title(name) for name in front.references}
    recovery = data.title(front.names[0])
    figures = [
        both_sizes(partial(front_figure, front, axis, titles, f"{recovery}, objective"))
        for axis in range(1, len(front.names))
    ]
    members = [(number, front.trials[number]) for number in front.members]
    rows = tuple(
        (
            "best" if number == front.chosen else "",
            (str(number), *(f"{value:.4g}" for value in values), _place(front, i)),
        )
        for i, (number, values) in enumerate(members)
    )
    head = ("trial", *(name.replace("-", " ") if i else recovery for i, name in enumerate(front.names)), "")
    point = ", ".join(f"{words} {value:.4g}" for words, value in zip(head[1:-1], front.reference_point, strict=True))
    words = (
        f"{len(front.members)} of {len(front.trials)} feasible trials are on the Pareto front: no other is as good in "
        f"everything and better in something. Its hypervolume is {front.hypervolume:.6g}, measured from {point}. The "
        "knee is the compromise with the least sum of losses, each scaled by the ends of the front. The members next "
        f"to it met fresh patients, and trial {front.chosen} was the best compromise there: it is the schedule of this "
        "report."
    )
    return {"words": words, "figures": figures, "table": Table("", head, rows)}


def _place(front: FrontPlot, index: int) -> str:
    words = ["knee"] if index == 0 else []
    return ", ".join([*words, *(["chosen"] if front.members[index] == front.chosen else [])])


def _what_if(data: ReportData) -> dict[str, Any] | None:
    if not data.what_if:
        return None
    measure = data.title(data.comparison.measures[0])
    tried = [line for line in data.what_if if line.difference is not None]
    rows = [
        ForestRow(
            line.name, line.patients, line.difference or 0.0, line.low, line.high, "best" if _clear(line) else "other"
        )
        for line in tried
    ]
    cells = tuple(
        (
            "",
            (
                line.name,
                _precise(line.difference),
                f"{_precise(line.low)} to {_precise(line.high)}",
                _precise(line.hours),
            ),
        )
        for line in tried
    )
    axis = f"difference to the best schedule, {measure} points"
    return {
        "patients": max((line.patients for line in tried), default=0),
        "figure": both_sizes(partial(forest_figure, rows, axis)) if rows else None,
        "table": Table("", ("change", "difference", f"{data.level} interval", "hours"), cells),
        "left_out": [(line.name, line.left_out) for line in data.what_if if line.difference is None],
    }


def _clear(line: WhatIfLine) -> bool:
    return line.low is not None and line.high is not None and (line.low > 0.0 or line.high < 0.0)


def _precise(value: float | None) -> str:
    words = "" if value is None else f"{value:+.2f}"
    return {"-0.00": "0.00", "+0.00": "0.00"}.get(words, words.replace("-", "\N{MINUS SIGN}"))
