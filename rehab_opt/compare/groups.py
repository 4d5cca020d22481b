"""Groups of patients for the subgroup tables: by severity at enrolment and by what else is known about them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult

SEVERITY_BANDS: tuple[tuple[float, str], ...] = ((20.0, "FM-UE < 20"), (40.0, "FM-UE 20-39"), (67.0, "FM-UE >= 40"))
_MOST_LABELS = 6

Groups = Mapping[str, Mapping[str, str]]
"""Name of a grouping -> patient id -> label of the group."""


def severity_groups(results: Iterable[PatientResult]) -> dict[str, str]:
    """Return each patient's severity band by the FM-UE at enrolment; patients without that score are left out."""
    labels = {}
    for result in results:
        score = result.baseline.get("fm_ue")
        if score is not None:
            labels[result.patient_id] = next(label for limit, label in SEVERITY_BANDS if score < limit)
    return {name: labels[name] for name in sorted(labels, key=lambda n: (_band_rank(labels[n]), n))}


def info_groups(info: Mapping[str, Mapping[str, str | float]]) -> dict[str, dict[str, str]]:
    """Return one grouping for every usable column of what is known about patients besides the model's own inputs.

    Columns of words with 2 to 6 different values are used as they are; columns of numbers are halved at the median;
    others (a single value, free text) give no groups.

    Parameters
    ----------
    info
        Patient id -> column -> value.

    Examples
    --------
    >>> groups = info_groups({"a": {"sex": "f", "age": 50.0}, "b": {"sex": "m", "age": 70.0}})
    >>> groups["sex"], groups["age"]
    ({'a': 'f', 'b': 'm'}, {'a': 'age <= 60', 'b': 'age > 60'})
    """
    columns = dict.fromkeys(column for row in info.values() for column in row)
    groups = {
        column: _labels(column, {i: row[column] for i, row in info.items() if column in row}) for column in columns
    }
    return {column: labels for column, labels in groups.items() if len(set(labels.values())) > 1}


def _labels(column: str, values: Mapping[str, str | float]) -> dict[str, str]:
    numbers = {i: float(v) for i, v in values.items() if not isinstance(v, str)}
    if len(numbers) == len(values) and len(set(numbers.values())) > 1:
        middle = statistics.median(numbers.values())
        return {i: f"{column} {'<=' if v <= middle else '>'} {middle:g}" for i, v in numbers.items()}
    words = {i: v if isinstance(v, str) else f"{v:g}" for i, v in values.items()}
    return words if len(set(words.values())) <= _MOST_LABELS else {}


def _band_rank(label: str) -> int:
    return [name for _, name in SEVERITY_BANDS].index(label)
