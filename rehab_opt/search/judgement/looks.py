"""Early stopping: after each block of patients, is a trial clearly worse than the best of the trials it may know?

The test is paired (same patients, same noise) and predictive. Patients of the panel are exchangeable, so the mean
difference over the whole panel, given the first ``n`` of ``N`` patients, is Student t with ``n - 1`` degrees of freedom
round their mean, with the scale ``s * sqrt((1 - n/N) / n)``. A trial is stopped when the chance that it would reach its
rival there falls below its share of the study's ``early_stopping``, which is split evenly over the looks and rivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.search.judgement.pareto import front
from rehab_opt.search.judgement.score import constraint_values, objective_values, patient_scores
from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.search.judgement.score import FloatArray
    from rehab_opt.study import Study

FEWEST_SEEN = 4
"""No trial is judged by fewer patients: with 2 or 3, the spread of the differences is a matter of luck."""
SURE = 1e-9


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a trial is stopped, its estimated objectives and its constraints over the patients seen."""

    reason: str
    values: tuple[float, ...]
    constraints: dict[str, float]


def better_rivals(rivals: tuple[TrialRecord, ...], told: TrialRecord) -> tuple[TrialRecord, ...]:
    """Return what later trials are compared with, once one more trial has been told.

    It is the front of the candidates told so far: with one objective, the best of them. Whoever was stopped, failed or
    is infeasible is no rival.
    """
    return front((*rivals, told)) if told.candidate else rivals


def look_sizes(patients: int, block: int) -> tuple[int, ...]:
    """Return after how many patients a trial is looked at.

    Examples
    --------
    >>> look_sizes(12, 4), look_sizes(6, 3), look_sizes(4, 1)
    ((4, 8), (), ())
    """
    return tuple(n for n in range(block, patients, block) if n >= FEWEST_SEEN)


def judge(study: Study, seen: Sequence[PatientResult], known: Sequence[TrialRecord]) -> Verdict | None:
    """Return why a trial is to be stopped after the patients seen, or None when it goes on.

    Parameters
    ----------
    study
        Its objectives, constraints, panel and ``early_stopping``.
    seen
        Results of the first patients of the search panel.
    known
        The rivals, complete on the whole panel.

    Notes
    -----
    A constraint that is broken whatever the other patients do (seizures and growth only add up) stops a trial without
    any error. Against several objectives a rival must be clearly better, or exactly equal, in every one and better in
    one: it dominates the trial.
    """
    total, count = study.panels.search, len(seen)
    sizes = look_sizes(total, study.search.block)
    if count not in sizes:
        return None
    constraints = constraint_values(seen, study.constraints)
    for bound in study.constraints:
        if (constraints[bound.name] + bound.maximum) * count / total > bound.maximum + SURE:
            values = estimate(study, seen, known[0]) if known else objective_values(seen, study.objective)
            return Verdict(f"sure to break {bound.name} after {count} of {total} patients", values, constraints)
    own = patient_scores(seen, study.objective)
    differences = [own - patient_scores(rival.results[:count], study.objective) for rival in known]
    # A rival that costs every patient exactly more cannot dominate; this is no look at chance, so it takes no share.
    able = [i for i, found in enumerate(differences) if not any(_always_more(row) for row in found[1:])]
    share = study.search.early_stopping / len(sizes) / max(1, len(able))
    for i in able:
        if all(_not_better(row, study, total, share) for row in differences[i]) and _worse_at_all(differences[i]):
            words = f"worse than trial {known[i].number} after {count} of {total} patients"
            return Verdict(words, estimate(study, seen, known[i]), constraints)
    return None


def estimate(study: Study, seen: Sequence[PatientResult], rival: TrialRecord) -> tuple[float, ...]:
    """Return the objectives that a stopped trial would have had: those of the rival plus the paired difference so far.

    The patients seen may be better or worse off than the panel; the difference to the rival on the same patients is
    free of that.
    """
    ours = objective_values(seen, study.objective)
    theirs = objective_values(rival.results[: len(seen)], study.objective)
    triples = zip(rival.objectives, ours, theirs, strict=True)
    return tuple(whole + (mine - other) for whole, mine, other in triples)


def chance_to_reach(differences: FloatArray, total: int, freedom: int | None = None) -> float:
    """Return the predicted chance that the mean difference over the whole panel is 0 or more.

    Parameters
    ----------
    differences
        Trial minus rival, one a patient seen, 2 or more.
    total
        Patients of the panel.
    freedom
        Degrees of freedom; by default one less than the patients seen.

    Examples
    --------
    >>> import numpy as np
    >>> round(chance_to_reach(np.array([-2.0, -3.0, -1.0, -2.0]), 12), 4)
    0.0046
    >>> chance_to_reach(np.array([1.0, -1.0, 2.0, -2.0]), 12)
    0.5
    """
    from scipy.special import stdtr

    count, mean = len(differences), float(differences.mean())
    scale = float(differences.std(ddof=1)) * np.sqrt((1.0 - count / total) / count)
    if scale <= 1e-12 * max(1.0, abs(mean)):
        return float(mean >= 0.0)
    return float(stdtr(max(1, count - 1 if freedom is None else freedom), mean / scale))


def _always_more(row: FloatArray) -> bool:
    return bool(np.all(row == row[0]) and row[0] > 0.0)


def _not_better(row: FloatArray, study: Study, total: int, share: float) -> bool:
    if not row.any():
        return True
    freedom = None
    if study.objective.statistic == "lower-tail":
        # Only patients in the tail inform its mean; fewer than two say nothing about its spread.
        inside = int(round(study.objective.tail * len(row), 9))
        if inside < 2 and not np.all(row == row[0]):
            return False
        freedom = max(1, inside - 1)
    return chance_to_reach(row, total, freedom) < share


def _worse_at_all(rows: FloatArray) -> bool:
    return bool((rows.mean(axis=1) < 0.0).any())
