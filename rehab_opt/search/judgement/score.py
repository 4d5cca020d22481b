"""From one result a patient to the numbers that the search works with: the objective and the constraints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rehab_opt.errors import unknown_name_error

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.study import Constraint, Objective

CONSTRAINTS = ("seizure-rate", "lesion-growth")
FloatArray = npt.NDArray[np.float64]
_COSTS: Mapping[str, Callable[[PatientResult], float]] = {
    "therapist-hours": lambda result: result.hours,
    "sessions": lambda result: result.sessions,
    "repetitions": lambda result: result.repetitions,
    "adverse-events": lambda result: result.adverse_events,
}
"""What recovery can be weighed against, for one patient; less is better."""


def objective_value(results: Sequence[PatientResult], objective: Objective) -> float:
    """Return the mean over all patients, or over the worst share of them (``statistic = "lower-tail"``), in float64.

    The tail holds at least one patient; a share of 0.25 of ten patients is the worst three.

    Examples
    --------
    >>> from types import SimpleNamespace as Plain
    >>> people = [Plain(values={"fm_ue": value}) for value in (50.0, 20.0, 30.0, 60.0)]
    >>> objective_value(people, Plain(measure="fm_ue", statistic="mean", tail=0.5))
    40.0
    >>> objective_value(people, Plain(measure="fm_ue", statistic="lower-tail", tail=0.5))
    25.0
    """
    values = np.array([result.values[objective.measure] for result in results], dtype=np.float64)
    if objective.statistic == "lower-tail":
        values = np.sort(values)[: _in_tail(objective, len(values))]
    return float(values.mean())


def objective_values(results: Sequence[PatientResult], objective: Objective) -> tuple[float, ...]:
    """Return every objective of a study, in the order of ``objective.names``, each in its own unit.

    The first is to be raised, the others (means a patient) are to be lowered.
    """
    costs = (float(np.mean([_COSTS[name](result) for result in results])) for name in objective.trade_off)
    return (objective_value(results, objective), *costs)


def patient_scores(results: Sequence[PatientResult], objective: Objective) -> FloatArray:
    """Return one row an objective and one column a patient; the mean of a row is the objective, more is always better.

    Costs are negated. For the lower tail a patient's score is ``v - max(v - x, 0) / share``, where ``v`` is the best
    value within the tail: the mean of these over all patients is the mean of the tail.

    Examples
    --------
    >>> from types import SimpleNamespace as Plain
    >>> people = [Plain(values={"fm_ue": value}, hours=10.0) for value in (50.0, 20.0, 30.0, 60.0)]
    >>> patient_scores(people, Plain(measure="fm_ue", statistic="mean", trade_off=("therapist-hours",))).mean(axis=1)
    array([ 40., -10.])
    >>> patient_scores(people, Plain(measure="fm_ue", statistic="lower-tail", tail=0.5, trade_off=()))
    array([[30., 10., 30., 30.]])
    """
    values = np.array([result.values[objective.measure] for result in results], dtype=np.float64)
    if objective.statistic == "lower-tail":
        inside = _in_tail(objective, len(values))
        edge = np.sort(values)[inside - 1]
        values = edge - np.maximum(edge - values, 0.0) * (len(values) / inside)
    costs = [[-float(_COSTS[name](result)) for result in results] for name in objective.trade_off]
    return np.array([values, *costs], dtype=np.float64)


def _in_tail(objective: Objective, patients: int) -> int:
    # Rounded first: 0.2 of 15 patients is 3, though the product lies a hair above it.
    return max(1, math.ceil(round(objective.tail * patients, 9)))


def constraint_values(results: Sequence[PatientResult], constraints: Sequence[Constraint]) -> dict[str, float]:
    """Return each constraint's value minus its maximum: 0 or less is feasible.

    ``seizure-rate`` is the share of patients with at least one seizure, ``lesion-growth`` the mean growth in per cent.

    Raises
    ------
    InputError
        If a constraint is unknown.

    Examples
    --------
    >>> from types import SimpleNamespace as Plain
    >>> people = [Plain(seizures=0, lesion_growth=1.0), Plain(seizures=2, lesion_growth=3.0)]
    >>> constraint_values(people, [Plain(name="seizure-rate", maximum=0.1), Plain(name="lesion-growth", maximum=5.0)])
    {'seizure-rate': 0.4, 'lesion-growth': -3.0}
    """
    return {constraint.name: _rate(constraint.name, results) - constraint.maximum for constraint in constraints}


def _rate(name: str, results: Sequence[PatientResult]) -> float:
    if name == "seizure-rate":
        return float(np.mean([result.seizures > 0 for result in results]))
    if name == "lesion-growth":
        return float(np.mean([result.lesion_growth for result in results]))
    raise unknown_name_error("constraint", name, CONSTRAINTS, key="constraints")
