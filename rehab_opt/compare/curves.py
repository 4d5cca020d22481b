"""Mean recovery curves, week by week, with bootstrap bands over the virtual patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.compare.statistics import FloatArray, bootstrap_means
from rehab_opt.errors import InputError

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A mean over patients by week since the lesion with the band of that mean, in points of ``measure``."""

    name: str
    measure: str
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    patients: int


def mean_curve(
    name: str,
    results: Sequence[PatientResult],
    measure: str,
    *,
    seed: int = 0,
    resamples: int = 2_000,
    level: float = 0.95,
) -> Curve:
    """Return the mean weekly curve of one protocol with its percentile bootstrap band.

    Raises
    ------
    InputError
        If a patient has no weekly curve of this measure.
    """
    return _band(name, measure, weekly_values(results, measure, name), seed, resamples, level)


def difference_curve(
    name: str,
    results: Sequence[PatientResult],
    reference: Sequence[PatientResult],
    measure: str,
    *,
    seed: int = 0,
    resamples: int = 2_000,
    level: float = 0.95,
) -> Curve:
    """Return the mean paired difference to the reference by week; both lists hold the same patients in the same order.

    Raises
    ------
    InputError
        If the patients differ or a weekly curve is missing.
    """
    if [r.patient_id for r in results] != [r.patient_id for r in reference]:
        raise InputError("patients are not the same, so weekly differences cannot be paired", key=name)
    weekly = weekly_values(results, measure, name) - weekly_values(reference, measure, name)
    return _band(name, measure, weekly, seed, resamples, level)


def weekly_values(results: Sequence[PatientResult], measure: str, name: str = "results") -> FloatArray:
    """Return the weekly values as an array [patient, week].

    Raises
    ------
    InputError
        If curves are missing or of different lengths.
    """
    weekly = [(r.curve or {}).get(measure) for r in results]
    lengths = {0 if w is None else len(w) for w in weekly}
    if len(lengths) != 1 or lengths == {0}:
        raise InputError(f"weekly values of {measure!r} are missing or differ in length between patients", key=name)
    return np.array(weekly, dtype=np.float64)


def _band(name: str, measure: str, weekly: FloatArray, seed: int, resamples: int, level: float) -> Curve:
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(bootstrap_means(weekly, seed, resamples), tails, axis=0)
    return Curve(
        name=name,
        measure=measure,
        mean=tuple(weekly.mean(axis=0).tolist()),
        low=tuple(low.tolist()),
        high=tuple(high.tolist()),
        patients=len(weekly),
    )
