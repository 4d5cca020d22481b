"""From one result a patient to the numbers that the search works with: the objective and the constraints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.errors import unknown_name_error

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.study import Constraint, Objective

CONSTRAINTS = ("seizure-rate", "lesion-growth")


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
        # Rounded first: 0.2 of 15 patients is 3, though the product lies a hair above it.
        values = np.sort(values)[: max(1, math.ceil(round(objective.tail * len(values), 9)))]
    return float(values.mean())


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
