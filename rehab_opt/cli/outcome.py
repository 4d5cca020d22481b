"""What a run has found, for the terminal and for scripts: the schedule in words and its gain over each protocol."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehab_opt.compare import Comparison, Row
    from rehab_opt.pipeline import Run


def gains(run: Run) -> tuple[tuple[str, Row], ...]:
    """Return protocol -> the searched schedule's row against that protocol, on the same fresh patients."""
    from rehab_opt.compare import SEARCHED, summarise

    measure, seed = run.study.objective.measure, run.comparison.seed
    found = []
    for name in run.results:
        if name != SEARCHED:
            pair = {SEARCHED: run.results[SEARCHED], name: run.results[name]}
            found.append((name, summarise(pair, name, (measure,), seed=seed).row(SEARCHED, measure)))
    return tuple(found)


def result_lines(run: Run) -> list[str]:
    """Return the result of a run in lines for the terminal."""
    from rehab_opt.compare import SEARCHED
    from rehab_opt.report import DISCLAIMER, describe
    from rehab_opt.study.words import MEASURE_WORDS

    goal = run.study.objective
    words, row = MEASURE_WORDS[goal.measure], run.comparison.row(SEARCHED, goal.measure)
    panel = f"{run.comparison.patients} fresh virtual patients, day {goal.day}"
    return [
        f"Best schedule found by study {run.study.name}:",
        *(f"  {sentence}" for sentence in describe(run.schedule)),
        "",
        f"On {panel}: mean {words} {row.mean:.1f}, {row.hours:.1f} h and {row.adverse_events:.2f} adverse events each.",
        f"Gain in {words} (paired, {100 * run.comparison.level:g} % interval) over",
        *_gain_lines(run),
        curse_line(run),
        *front_lines(run),
        "",
        f"Report:   {run.directory / 'report.html'}",
        f"Calendar: {run.directory / 'schedule.ics'}",
        DISCLAIMER,
    ]


def curse_line(run: Run) -> str:
    """Return in one line by how much the search flattered the chosen schedule."""
    gap = run.curse.advantage
    interval = "" if gap.low is None or gap.high is None else f" ({gap.low:+.1f} to {gap.high:+.1f})"
    where = f"over {run.comparison.reference}, search minus fresh patients"
    return f"Winner's-curse gap of the advantage {where}: {gap.mean:+.1f}{interval}"


def front_lines(run: Run) -> list[str]:
    """Return the Pareto front of a run with several objectives in a line."""
    front = run.front
    if front is None:
        return []
    point = ", ".join(f"{value:.4g}" for value in front.reference)
    chosen = f"knee: trial {front.knee.number}, chosen on fresh patients: trial {run.finalists[0].number}"
    return [f"Pareto front: {len(front.members)} trials, hypervolume {front.hypervolume:.6g} from ({point}); {chosen}"]


def _gain_lines(run: Run) -> list[str]:
    measure = run.study.objective.measure
    lines = []
    for name, row in gains(run):
        theirs = run.comparison.row(name, measure)
        cost = f"it takes {theirs.hours:.1f} h, {theirs.adverse_events:.2f} adverse events"
        lines.append(f"  {name:<26} {interval_words(row):<26} {cost}")
    return lines


def interval_words(row: Row) -> str:
    """Return a paired difference with its interval, such as ``+3.1 (+2.2 to +4.0)``."""
    if row.difference is None:
        return "reference"
    if row.low is None or row.high is None:
        return f"{row.difference:+.1f} (too few for an interval)"
    return f"{row.difference:+.1f} ({row.low:+.1f} to {row.high:+.1f})"


def result_data(run: Run) -> dict[str, Any]:
    """Return the result of a run as plain data for JSON."""
    from rehab_opt.compare import SEARCHED
    from rehab_opt.pipeline.outputs import front_summary
    from rehab_opt.report import DISCLAIMER

    goal, row = run.study.objective, run.comparison.row(SEARCHED, run.study.objective.measure)
    return {
        "study": run.study.name,
        "directory": str(run.directory),
        "report": str(run.directory / "report.html"),
        "schedule": str(run.directory / "schedule.json"),
        "measure": goal.measure,
        "day": goal.day,
        "patients": run.comparison.patients,
        "trials": len(run.trials),
        "mean": row.mean,
        "hours": row.hours,
        "adverse_events": row.adverse_events,
        "winners_curse": dataclasses.asdict(run.curse),
        **({} if run.front is None else {"front": front_summary(run, run.front)}),
        "gains": {name: _gain_data(run, name, gain) for name, gain in gains(run)},
        "note": DISCLAIMER,
    }


def _gain_data(run: Run, name: str, gain: Row) -> Mapping[str, float | None]:
    theirs = run.comparison.row(name, run.study.objective.measure)
    return {
        "difference": gain.difference,
        "low": gain.low,
        "high": gain.high,
        "better": gain.better,
        "hours": theirs.hours,
        "adverse_events": theirs.adverse_events,
    }


def comparison_lines(found: Comparison) -> list[str]:
    """Return a comparison as one plain table a measure."""
    from rehab_opt.study.words import MEASURE_WORDS

    lines = [f"{found.patients} fresh virtual patients; differences are paired, to {found.reference}."]
    for measure in found.measures:
        lines += [
            "",
            f"{MEASURE_WORDS.get(measure, measure)}",
            f"  {'protocol':<26}{'mean':>7}  {f'difference ({100 * found.level:g} % interval)':<30}"
            f"{'p (Holm)':>9}{'better':>8}{'hours':>7}{'adverse':>9}",
        ]
        for name in found.protocols:
            row = found.row(name, measure)
            p = "" if row.p_holm is None else f"{row.p_holm:.3f}"
            better = "" if row.better is None else f"{100 * row.better:.0f} %"
            lines.append(
                f"  {name:<26}{row.mean:>7.1f}  {interval_words(row):<30}{p:>9}{better:>8}"
                f"{row.hours:>7.1f}{row.adverse_events:>9.2f}"
            )
    return lines
