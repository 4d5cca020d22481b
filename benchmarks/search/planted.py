"""Problems with a planted best schedule, known from the formula of their model, and the tolerance of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from benchmarks.common import ROOT
from rehab_opt.course import load_model
from rehab_opt.models.planted import PlantedModel
from rehab_opt.study import Study, load_study

STUDIES = ROOT / "studies" / "benchmarks"
Point = Mapping[str, Any]


@lru_cache(maxsize=16)
def read_study(name: str) -> Study:
    """Return a study of studies/benchmarks/."""
    return load_study(STUDIES / f"{name}.toml")


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted optimum.

    Attributes
    ----------
    name
        Of the file in studies/benchmarks/.
    best
        What the best schedule that keeps the constraints gains: known from the formula, not from any search.
    point
        A point that is that schedule.
    """

    name: str
    best: float
    tolerance: float
    point: Point

    @property
    def study(self) -> Study:
        """The study file."""
        return read_study(self.name)

    def gain(self, point: Point) -> float:
        """Return the gain by the formula, without noise."""
        study = self.study
        return cast(PlantedModel, load_model(study.model)).gain(study.space.decode(point))


_DOSE = {"sessions_per_week": 4, "minutes": 75, "repetitions_per_minute": 3.6, "difficulty": 0.6}
_TRAINING = {**_DOSE, "feedback": 0.7, "constraint": 0.3, "tasks.touch": 1 / 3}


def _phase(name: str, start: int, weeks: int, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{name}.{key}": value for key, value in {"start": start, "weeks": weeks, **values}.items()}


_MIDDLE = dict(zip(_TRAINING, (3, 50, 2.0, 0.4, 0.4, 0.6, 0.5), strict=True))
_LATE = dict(zip(_TRAINING, (2, 100, 4.5, 0.8, 0.3, 0.8, 0.0), strict=True))
_BURSTS = {"stimulation.strength": 0.7, "stimulation.amount": 0.5, "stimulation.offset_minutes": -15}
_BOUND = {"stimulation.modality": "itbs", "stimulation.strength": 0.6, "stimulation.amount": 0.5}
# Bound by the constraints: 3 x 66 minutes is the best within 200 a week, 72 % the most without a seizure.
_BOUND_DISTANCE = (1 / 4) ** 2 + (9 / 60) ** 2 + (24 / 60) ** 2

PLANTED = (
    Planted("planted_six", 40.0, 0.05, _phase("main", 14, 5, _DOSE)),
    Planted("planted_twelve", 40.0, 0.10, _phase("main", 14, 5, {**_TRAINING, **_BURSTS})),
    Planted(
        "planted_thirty",
        40.0,
        0.25,
        _phase("early", 7, 3, {**_TRAINING, "stimulation.strength": 0.6})
        | _phase("middle", 35, 4, {**_MIDDLE, "stimulation.strength": 0.4})
        | _phase("late", 70, 3, {**_LATE, "stimulation.strength": 0.75}),
    ),
    Planted("planted_noisy", 40.0, 0.15, _phase("main", 14, 5, {**_DOSE, "feedback": 0.7, "constraint": 0.3})),
    Planted(
        "planted_constrained",
        40.0 / (1.0 + _BOUND_DISTANCE),
        0.10,
        _phase("main", 7, 6, {**_DOSE, "sessions_per_week": 3, "minutes": 66, "order": "random", **_BOUND}),
    ),
)
