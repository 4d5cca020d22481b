"""The command `check`: what a file says, whether it can be used, and how long a study would take."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from rehab_opt.cli.guard import FELL_SHORT
from rehab_opt.cli.options import Json, print_json
from rehab_opt.errors import InputError

EXAMPLES = (
    "rehab-opt check studies/first_study.toml",
    "rehab-opt check my-plan.csv",
    "rehab-opt check people.csv --json",
)
MOST_NOTED = 20

Found = tuple[dict[str, Any], list[str], bool]
"""What was found as data, in lines, and whether it passes."""


def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A study, schedule, patient or table of people.")],
    as_json: Json = False,
) -> None:
    """Explain and check a file. Nothing is run.

    A study (.toml), a schedule (.json, .csv), a patient (.json) or a table of people (.csv).

    The run time of a study is estimated from a few simulated days. A schedule that breaks a limit ends with exit code
    1, a file that cannot be read as what it is with 2.
    """
    data, lines, passed = _reader(file)(file)
    if as_json:
        print_json({"file": str(file), "passed": passed, **data})
    else:
        typer.echo("\n".join(lines))
    if not passed:
        raise typer.Exit(FELL_SHORT)


def _reader(file: Path) -> Callable[[Path], Found]:
    """Return what reads this kind of file."""
    ending = file.suffix.lower()
    if ending not in (".toml", ".json", ".csv"):
        raise InputError("unknown kind of file", file=file, value=ending, allowed=".toml, .json, .csv")
    if ending == ".toml":
        return _study
    try:
        text = file.read_bytes().decode("utf-8-sig", errors="replace")
    except FileNotFoundError:
        raise InputError("no such file", file=file) from None
    if ending == ".csv":
        header = next((line for line in text.splitlines() if not line.startswith("#")), "")
        return _people if "fm_ue" in header or "days_since_stroke" in header else _schedule
    try:
        content = json.loads(text)
    except ValueError as error:
        raise InputError(f"is not JSON: {error}", file=file) from None
    kind = str(content.get("format", "")) if isinstance(content, dict) else ""
    is_schedule = "schedule" in kind or (isinstance(content, dict) and "sessions" in content)
    return _schedule if is_schedule else _cohort if "cohort" in kind else _patient


def _study(file: Path) -> Found:
    from rehab_opt.cli.display import duration
    from rehab_opt.cli.estimate import estimate
    from rehab_opt.pipeline.launch import check_runnable
    from rehab_opt.study import describe, load_study

    study = load_study(file)
    check_runnable(study)
    sentences, cost = describe(study), estimate(study)
    data: dict[str, Any] = {
        "kind": "study",
        "name": study.name,
        "hash": study.hash,
        "dimensions": len(study.space.dimensions),
        "expressible": sorted(study.reference_points()),
        "courses": study.courses(),
        "seconds_per_course": cost.seconds_per_course,
        "seconds_per_patient": cost.seconds_per_patient,
        "workers": cost.workers,
        "estimated_seconds": cost.seconds,
        "sentences": sentences,
    }
    words = (
        f"Takes about {duration(cost.seconds)} on {cost.workers} core{'s' if cost.workers > 1 else ''}: "
        f"{duration(cost.seconds_per_course)} a course, {duration(cost.seconds_per_patient)} more to make a patient "
        "(measured now on a few days)."
    )
    return data, [*sentences, words], True


def _schedule(file: Path) -> Found:
    from rehab_opt.study import describe_schedule
    from rehab_opt.therapy import check_limits, load_schedule

    schedule = load_schedule(file)
    broken = [str(violation) for violation in check_limits(schedule)]
    data = {
        "kind": "schedule",
        "name": schedule.name,
        "origin": schedule.origin,
        "hours": schedule.hours,
        "sessions": len(schedule.sessions),
        "violations": broken,
    }
    more = len(broken) - MOST_NOTED
    verdict = [
        f"Breaks {len(broken)} limit{'s' if len(broken) > 1 else ''}:",
        *(f"  {line}" for line in broken[:MOST_NOTED]),
    ]
    if more > 0:
        verdict.append(f"  and {more} more")
    lines = [
        f"Schedule {schedule.name}: {describe_schedule(schedule)}",
        *(verdict if broken else ["Keeps all limits."]),
    ]
    return data, lines, not broken


def _people(file: Path) -> Found:
    from rehab_opt.patient import read_people

    table = read_people(file)
    scores = sorted(person.fm_ue for person in table)
    days = sorted(person.days_since_stroke for person in table)
    data = {
        "kind": "people",
        "people": len(table),
        "columns": list(table.columns),
        "unused": list(table.unused),
        "notes": list(table.notes()),
    }
    words = (
        f"Table of {len(table)} people: FM-UE {scores[0]:g} to {scores[-1]:g}, "
        f"{days[0]} to {days[-1]} days since stroke."
    )
    return data, [words, *table.notes()], True


def _patient(file: Path) -> Found:
    from rehab_opt.patient import Patient

    patient = Patient.from_file(file)
    fit = " The lesion is still to be fitted to the baseline." if patient.needs_fit else ""
    words = (
        f"Patient {patient.id}: {patient.affected_side} arm affected, enrolled on day {patient.enrolled_day} after the "
        f"lesion.{fit}"
    )
    return {"kind": "patient", "patient": patient.to_data(), "needs_fit": patient.needs_fit}, [words], True


def _cohort(file: Path) -> Found:
    from rehab_opt.patient import Cohort

    cohort = Cohort.from_file(file)
    data = {"kind": "cohort", "patients": len(cohort), "notes": list(cohort.notes)}
    return data, [f"Cohort of {len(cohort)} virtual patients.", *cohort.notes], True
