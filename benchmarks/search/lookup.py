"""The grid as a problem: the value of every schedule was simulated and is looked up."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from benchmarks.common import RESULTS
from benchmarks.search.planted import Point, read_study
from rehab_opt.course import Course, ModelSpec, Outcome
from rehab_opt.study import Study
from rehab_opt.therapy import Observation, Session

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy

FOLDER = RESULTS / "search"


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid: every gain is looked up."""

    best: float
    gains: Mapping[tuple[Session, ...], float]
    name: str = "grid"
    tolerance: float = 0.05

    @property
    def study(self) -> Study:
        """The study file, with the values of the grid in place of the model."""
        return dataclasses.replace(read_study("grid"), model=ModelSpec("benchmarks.search.lookup:LOOKUP"))

    def gain(self, point: Point) -> float:
        """Return the mean gain of all patients."""
        return self.gains[self.study.space.decode(point).sessions]


@lru_cache(maxsize=2)
def _values(folder: Path) -> dict[tuple[Session, ...], dict[str, float]]:
    """Return schedule -> patient -> value; no therapy is the schedule without sessions."""
    study = read_study("grid")
    sides = study.space.dimensions
    found: dict[tuple[Session, ...], dict[str, float]] = {}
    with (folder / "grid.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            patients = {name: float(row[name]) for name in list(row)[1 + len(sides) :]}
            point = (
                {s.name: (int if s.kind == "int" else float)(row[s.name]) for s in sides}
                if row[sides[0].name]
                else None
            )
            found[() if point is None else study.space.decode(point).sessions] = patients
    return found


def load_grid(folder: Path | None = None) -> Grid | None:
    """Return the grid of the stored values, or None when there are none."""
    place = folder or FOLDER
    if not (place / "grid.csv").exists():
        return None
    values = _values(place)
    rest = values[()]
    gains = {plan: float(np.mean([found[p] - rest[p] for p in rest])) for plan, found in values.items()}
    return Grid(best=max(gains.values()), gains=gains)


class LookUp:
    """The grid as a model: the course of a schedule ends at its stored value."""

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return a flat course with the stored value from the day after enrolment on."""
        first = patient.enrolled_day
        weeks = [
            policy.next_week(Observation(day=day, enrolled_day=first, fm_ue=0.0, arat=0.0, use=0.0))
            for day in range(first, days + 1, 7)
        ]
        plan = tuple(dataclasses.replace(s, day=s.day - first) for week in weeks for s in week)
        value = _values(FOLDER)[plan][patient.id]
        flat = np.ones(days + 1)
        names = {"fm_ue": 66.0, "arat": 57.0, "use": 5.0, "function_motor": 100.0}
        measures = {name: flat * value * top / 66.0 for name, top in names.items()}
        still = dict.fromkeys(
            ("function_sensory", "function_cognitive", "practice_minutes", "lesion_growth"), 0.0 * flat
        )
        return Course(patient.id, days, Outcome.COMPLETED, measures | still)


LOOKUP = LookUp()


def stored_grid() -> dict[str, Any]:
    """Return what the stored grid says of itself."""
    return cast("dict[str, Any]", json.loads((FOLDER / "grid.json").read_text("utf-8")))
