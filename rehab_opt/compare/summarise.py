"""From patient-level results to a table: every protocol against one reference, on the same virtual patients."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.compare.comparison import IMPORTANT_CHANGE, WHOLE_PANEL, Comparison, Row
from rehab_opt.compare.groups import Groups, severity_groups
from rehab_opt.compare.statistics import bootstrap_interval, holm, share_better, sign_flip_p
from rehab_opt.errors import InputError, unknown_name_error

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult

FEWEST_FOR_INTERVAL = 5
"""Groups with fewer patients get a mean difference but no interval."""


def summarise(
    results: Mapping[str, Sequence[PatientResult]],
    reference: str = "usual-care",
    measures: Sequence[str] = ("fm_ue", "arat"),
    *,
    groups: Groups | None = None,
    seed: int = 0,
    resamples: int = 10_000,
    level: float = 0.95,
) -> Comparison:
    """Compare protocols patient by patient.

    Parameters
    ----------
    results
        Protocol -> results of the same patients under it, in any order.
    reference
        The protocol that the others are compared with.
    measures
        Measures to tabulate; the first one leads. Higher must mean better.
    groups
        Further subgroups: grouping -> patient id -> label. Severity at enrolment is tabulated whenever the FM-UE is
        known.
    seed, resamples, level
        Of the bootstrap and the sign-flip test.

    Returns
    -------
    Comparison
        p-values are adjusted (Holm) over the protocols within one measure. Subgroups carry intervals, no p-values.

    Raises
    ------
    InputError
        If the reference is missing, patients differ between protocols, or a value is missing or not finite.
    """
    if reference not in results:
        raise unknown_name_error("reference protocol", reference, results)
    ordered = {name: tuple(sorted(rows, key=lambda r: r.patient_id)) for name, rows in results.items()}
    _check_paired(ordered, reference)
    _check_values(ordered, measures)
    everyone = {r.patient_id: WHOLE_PANEL for r in ordered[reference]}
    tables = {WHOLE_PANEL: everyone, "severity": severity_groups(ordered[reference]), **(groups or {})}
    rows: list[Row] = []
    for grouping, labels in tables.items():
        for label in dict.fromkeys(labels.values()):
            members = {i for i, own in labels.items() if own == label}
            part = {name: tuple(r for r in rs if r.patient_id in members) for name, rs in ordered.items()}
            if any(part.values()):
                for measure in measures:
                    rows += _measure_rows(part, reference, measure, (grouping, label), (seed, resamples, level))
    return Comparison(
        reference=reference,
        measures=tuple(measures),
        protocols=tuple(ordered),
        rows=tuple(rows),
        seed=seed,
        resamples=resamples,
        level=level,
        results=ordered,
    )


def _measure_rows(
    results: Mapping[str, tuple[PatientResult, ...]],
    reference: str,
    measure: str,
    where: tuple[str, str],
    settings: tuple[int, int, float],
) -> list[Row]:
    """Return the rows of one measure in one group; p-values belong to the whole panel only."""
    seed, resamples, level = settings
    values = {name: np.array([r.values[measure] for r in rows]) for name, rows in results.items()}
    differences = {name: own - values[reference] for name, own in values.items() if name != reference}
    p_values: dict[str, float] = {}
    if where[0] == WHOLE_PANEL:
        p_values = {name: sign_flip_p(d, seed, resamples) for name, d in differences.items()}
    adjusted = dict(zip(p_values, holm(tuple(p_values.values())), strict=True))
    rows = []
    for name, patients in results.items():
        own = differences.get(name)
        low = high = None
        if own is not None and len(own) >= FEWEST_FOR_INTERVAL:
            low, high = bootstrap_interval(own, seed, resamples, level)
        rows.append(
            Row(
                protocol=name,
                measure=measure,
                grouping=where[0],
                group=where[1],
                patients=len(patients),
                mean=float(values[name].mean()),
                sd=float(values[name].std(ddof=1)) if len(patients) > 1 else 0.0,
                difference=None if own is None else float(own.mean()),
                low=low,
                high=high,
                p=p_values.get(name),
                p_holm=adjusted.get(name),
                better=None if own is None else share_better(own),
                important=_share_important(patients, measure),
                hours=_mean(r.hours for r in patients),
                sessions=_mean(r.sessions for r in patients),
                repetitions=_mean(r.repetitions for r in patients),
                adverse_events=_mean(r.adverse_events for r in patients),
                lesion_growth=_mean(r.lesion_growth for r in patients),
                incomplete=sum(r.outcome != "completed" for r in patients),
            )
        )
    return rows


def _check_paired(results: Mapping[str, tuple[PatientResult, ...]], reference: str) -> None:
    wanted = [r.patient_id for r in results[reference]]
    if not wanted:
        raise InputError("no patients to compare", key=reference)
    if len(set(wanted)) < len(wanted):
        twice = next(i for i in wanted if wanted.count(i) > 1)
        raise InputError("a patient appears twice under one protocol", key=reference, value=twice)
    for name, rows in results.items():
        odd = sorted(set(wanted).symmetric_difference(r.patient_id for r in rows))
        if odd or len(rows) != len(wanted):
            raise InputError(
                f"patients are not the same as under {reference!r}, so differences cannot be paired: "
                f"{len(rows)} against {len(wanted)}",
                key=name,
                value=odd[0] if odd else None,
                allowed="results of the same patients under every protocol",
            )


def _check_values(results: Mapping[str, tuple[PatientResult, ...]], measures: Sequence[str]) -> None:
    if not measures:
        raise InputError("at least one measure is needed", key="measures")
    for name, rows in results.items():
        for row in rows:
            for measure in measures:
                if measure not in row.values:
                    raise unknown_name_error("measure", measure, row.values, key=name)
                if not math.isfinite(row.values[measure]):
                    where = f"{name}: patient {row.patient_id}: {measure}"
                    raise InputError("value is not a finite number", key=where, value=row.values[measure])


def _share_important(patients: Sequence[PatientResult], measure: str) -> float | None:
    """Return the share whose gain since enrolment is clinically important; None without threshold or baseline."""
    threshold = IMPORTANT_CHANGE.get(measure)
    if threshold is None or any(measure not in r.baseline for r in patients):
        return None
    return float(np.mean([r.values[measure] - r.baseline[measure] >= threshold for r in patients]))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
