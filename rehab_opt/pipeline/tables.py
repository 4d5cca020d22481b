"""The run's tables as CSV: no times and every number in full, so that the same study gives the same bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rehab_opt.search import Front, PatientResult, TrialRecord

if TYPE_CHECKING:
    from rehab_opt.study import Study

Cell = str | int | float | None


def trial_rows(study: Study, trials: Sequence[TrialRecord]) -> list[dict[str, Cell]]:
    """Return one row a trial: how it went, its objectives, constraints, burden, and its point in the box.

    Means of a trial that was stopped early are over the patients that it saw; its objectives and constraints are what
    the sampler was told.
    """
    rows: list[dict[str, Cell]] = []
    for trial in trials:
        row: dict[str, Cell] = {
            "number": trial.number,
            "origin": trial.origin,
            "outcome": trial.outcome,
            "feasible": str(trial.feasible).lower(),
            "value": trial.value,
        }
        for index, name in enumerate(study.objective.trade_off, start=1):
            row[f"objective_{name}"] = trial.objectives[index] if trial.objectives else None
        for measure in study.report_measures:
            row[f"mean_{measure}"] = _mean([result.values[measure] for result in trial.results])
        row["mean_hours"] = _mean([result.hours for result in trial.results])
        row["mean_adverse_events"] = _mean([float(result.adverse_events) for result in trial.results])
        row["patients"] = len(trial.results)
        for constraint in study.constraints:
            row[f"constraint_{constraint.name}"] = trial.constraints.get(constraint.name)
        for dimension in study.space.dimensions:
            row[dimension.name] = trial.point[dimension.name]
        row["message"] = trial.message
        rows.append(row)
    return rows


def front_rows(study: Study, front: Front, chosen: int) -> list[dict[str, Cell]]:
    """Return one row a trial of the Pareto front, from the knee outwards.

    ``hypervolume`` is what the front would lose without the trial; ``chosen`` is what went on to the confirmation.
    """
    rows: list[dict[str, Cell]] = []
    for trial, alone in zip(front.members, front.alone, strict=True):
        row: dict[str, Cell] = {"number": trial.number, "origin": trial.origin}
        row |= dict(zip(study.objective.names, trial.objectives, strict=True))
        row |= {
            "knee": str(trial.number == front.knee.number).lower(),
            "chosen": str(trial.number == chosen).lower(),
            "hypervolume": alone,
        }
        row |= {dimension.name: trial.point[dimension.name] for dimension in study.space.dimensions}
        rows.append(row)
    return rows


def patient_rows(results: Mapping[str, Sequence[PatientResult]]) -> list[dict[str, Cell]]:
    """Return one row a policy and patient of the confirmation panel."""
    rows: list[dict[str, Cell]] = []
    for policy, patients in results.items():
        for result in patients:
            row: dict[str, Cell] = {
                "policy": policy,
                "patient": result.patient_id,
                "enrolled_day": result.enrolled_day,
                "outcome": result.outcome,
            }
            row |= {f"baseline_{name}": value for name, value in result.baseline.items()}
            row |= dict(result.values)
            row |= {
                "hours": result.hours,
                "sessions": result.sessions,
                "repetitions": result.repetitions,
                "adverse_events": result.adverse_events,
                "seizures": result.seizures,
                "lesion_growth": result.lesion_growth,
            }
            rows.append(row)
    return rows


def csv_text(rows: Sequence[Mapping[str, Cell]]) -> str:
    """Return rows with the same keys as CSV text; floats by ``repr``, what does not apply as an empty cell.

    Examples
    --------
    >>> print(csv_text([{"number": 0, "value": 0.1}, {"number": 1, "value": None}]), end="")
    number,value
    0,0.1
    1,
    """
    if not rows:
        return ""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return repr(float(value)) if isinstance(value, float) else str(value)


def _mean(values: Sequence[float]) -> float | None:
    import numpy as np

    return float(np.mean(np.array(values, dtype=np.float64))) if values else None
