"""From a run to its files: tables, the schedule in every form, and the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehab_opt.compare import SEARCHED
from rehab_opt.errors import unknown_name_error
from rehab_opt.pipeline.tables import csv_text, front_rows, patient_rows, trial_rows
from rehab_opt.search import (
    Front,
    comparator,
    importances,
    objective_value,
    objective_values,
    write_atomically,
    write_json,
)
from rehab_opt.search.judgement.budget import HOURS
from rehab_opt.search.proposals.importance import FEWEST_TRIALS
from rehab_opt.search.record.records import STOPPED
from rehab_opt.therapy import protocols

if TYPE_CHECKING:
    from rehab_opt.pipeline.run import Run
    from rehab_opt.report import FrontPlot, ReportData, SearchHistory
    from rehab_opt.study import Study
    from rehab_opt.therapy import Calendar

FORMATS = ("html", "json", "csv", "ics")


def write_results(run: Run) -> None:
    """Write the tables of a run and all forms of its schedule and report into its directory, each file atomically."""
    rows = [dataclasses.asdict(row) for row in run.comparison.rows]
    write_atomically(run.directory / "trials.csv", csv_text(trial_rows(run.study, run.trials)))
    write_atomically(run.directory / "patients.csv", csv_text(patient_rows(run.results)))
    write_atomically(run.directory / "comparison.csv", csv_text(rows))
    front = run.front
    if front is not None:
        write_atomically(run.directory / "pareto.csv", csv_text(front_rows(run.study, front, run.finalists[0].number)))
        write_json(run.directory / "pareto.json", front_summary(run, front))
    write_what_if(run)
    export(run, run.directory)


def write_what_if(run: Run) -> None:
    """Write ``what_if.csv`` if small changes of the schedule were tried."""
    rows = [{**dataclasses.asdict(row), "verdict": row.verdict} for row in run.findings.what_if]
    if rows:
        write_atomically(run.directory / "what_if.csv", csv_text(rows))


def front_summary(run: Run, front: Front) -> dict[str, Any]:
    """Return the hypervolume of a front with the point it is measured from, its knee and what was chosen."""
    return {
        "objectives": list(run.study.objective.names),
        "trials": [trial.number for trial in front.members],
        "hypervolume": front.hypervolume,
        "reference_point": list(front.reference),
        "knee": front.knee.number,
        "chosen": run.finalists[0].number,
        "note": "simulation, not clinical advice",
    }


def export(
    run: Run, directory: Path, formats: Collection[str] = FORMATS, calendar: Calendar | None = None
) -> tuple[Path, ...]:
    """Write the report and the schedule in the formats asked for and return the files.

    Parameters
    ----------
    run
        A finished run.
    directory
        Where to; made when it does not exist.
    formats
        Some of `FORMATS`: ``"html"`` is the report, the others are the schedule.
    calendar
        Real dates; by default days are counted from enrolment.

    Raises
    ------
    InputError
        If a format is unknown, or a session finds no open day in the calendar.
    """
    from rehab_opt.report import render_html, to_ics

    for name in formats:
        if name not in FORMATS:
            raise unknown_name_error("format", name, FORMATS, key="format")
    writers: dict[str, tuple[str, Callable[[], str]]] = {
        "html": ("report.html", lambda: render_html(report_data(run, calendar))),
        "json": ("schedule.json", run.schedule.to_json),
        "csv": _table(run, calendar),
        "ics": ("schedule.ics", lambda: to_ics(run.schedule, calendar)),
    }
    written = []
    for name in formats:
        file, text = writers[name]
        write_atomically(directory / file, text())
        written.append(directory / file)
    return tuple(written)


def _table(run: Run, calendar: Calendar | None) -> tuple[str, Callable[[], str]]:
    """Dates go to a file of their own: `schedule.csv` stays what `load_schedule` reads."""
    from rehab_opt.report import dated_csv

    if calendar is None:
        return "schedule.csv", run.schedule.to_csv
    return "schedule-dates.csv", lambda: dated_csv(run.schedule, calendar)


def report_data(run: Run, calendar: Calendar | None = None) -> ReportData:
    """Return everything the report of a run shows; no times, so that the same run gives the same report."""
    from rehab_opt.compare import difference_curve, mean_curve
    from rehab_opt.report import ReportData, WhatIfLine

    study, results, measure = run.study, run.results, run.study.objective.measure
    against, seed = run.comparison.reference, run.comparison.seed
    shares = importances(study, run.trials)
    return ReportData(
        name=study.name,
        description=study.description,
        question=_question(study),
        best=SEARCHED,
        schedule=run.schedule,
        reference_schedule=study.reference_schedule(against),
        comparison=run.comparison,
        day=study.objective.day,
        curves=tuple(mean_curve(name, rows, measure, seed=seed) for name, rows in results.items()),
        difference=difference_curve(SEARCHED, results[SEARCHED], results[against], measure, seed=seed),
        history=_history(run),
        front=_front(run),
        what_if=tuple(
            WhatIfLine(row.name, row.patients, row.difference, row.low, row.high, row.hours, row.left_out)
            for row in run.findings.what_if
        ),
        importances=tuple(shares.items()),
        importances_note="" if shares else f"Fewer than {FEWEST_TRIALS} trials with different values: nothing to tell.",
        settings=_settings(run),
        study_text=study.normalised(),
        titles={SEARCHED: "searched schedule", **{name: protocols[name].title for name in results if name != SEARCHED}},
        calendar=calendar,
    )


def _question(study: Study) -> tuple[str, ...]:
    goal, (first, last) = study.objective, study.enrolment
    who = "all patients" if goal.statistic == "mean" else f"the worst {100 * goal.tail:g} % of patients"
    costs = [name.replace("-", " ") for name in goal.trade_off]
    against = f", weighed against {' and '.join(costs)}" if costs else ""
    sentences = [
        f"Which schedule gives {who} the highest mean {goal.measure.replace('_', '-').upper()} on day {goal.day} after "
        f"the lesion{against}?",
        f"Patients are enrolled {first} to {last} days after the lesion; no session after day {study.last_day}.",
    ]
    for constraint in study.constraints:
        unit = "" if constraint.name == "seizure-rate" else " %"
        sentences.append(f"The {constraint.name.replace('-', ' ')} must not pass {constraint.maximum:g}{unit}.")
    return tuple(sentences)


def _history(run: Run) -> SearchHistory:
    from rehab_opt.report import SearchHistory

    goal = run.study.objective
    return SearchHistory(
        values=tuple(trial.value for trial in run.trials),
        feasible=tuple(trial.feasible for trial in run.trials),
        references={
            name: objective_value(found.results, goal) for name, found in run.references.items() if found.results
        },
        chosen=run.finalists[0].number,
        confirmed=objective_value(run.results[SEARCHED], goal),
        confirmed_reference=objective_value(run.results[comparator(run.study)], goal),
        patients=run.study.panels.search,
        stopped=tuple(trial.outcome == STOPPED for trial in run.trials),
        curse=run.curse,
        ended=_ended(run),
    )


def _ended(run: Run) -> str:
    own = run.study.search
    if len(run.trials) == own.trials:
        return ""
    if run.ended == HOURS:
        return f"The search ended after its {own.hours:g} hours, with {len(run.trials)} of {own.trials} trials"
    return (
        f"The search ended after {len(run.trials)} of {own.trials} trials, because going on was worth less than the "
        "noise of its panel"
    )


def _front(run: Run) -> FrontPlot | None:
    from rehab_opt.report import FrontPlot

    front, goal = run.front, run.study.objective
    if front is None:
        return None
    return FrontPlot(
        names=goal.names,
        trials={trial.number: trial.objectives for trial in run.trials if trial.candidate},
        members=tuple(trial.number for trial in front.members),
        chosen=run.finalists[0].number,
        references={
            name: objective_values(found.results, goal) for name, found in run.references.items() if found.results
        },
        hypervolume=front.hypervolume,
        reference_point=front.reference,
    )


def _settings(run: Run) -> Mapping[str, Mapping[str, str]]:
    study, panels = run.study, run.study.panels
    model = study.model
    return {
        "Search": {
            "sampler": study.search.sampler,
            "trials": str(study.search.trials),
            "lag": str(study.search.lag),
            "random at the start": str(study.search.startup),
            "seed": str(study.seed),
        },
        "Virtual patients": {
            "of a trial": str(panels.search),
            "of the choice": f"{panels.choice}, for the {panels.finalists} best trials",
            "of the confirmation": str(panels.confirm),
        },
        "Model": {
            "model": model.plug or "built-in network",
            "removed mechanisms": ", ".join(model.off) or "none",
            "changed parameters": ", ".join(f"{name} = {value:g}" for name, value in model.set) or "none",
        },
        "Versions": {**run.manifest.get("versions", {}), "sources": str(run.manifest.get("source", ""))[:16]},
    }
