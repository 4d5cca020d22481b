"""From the trials of a search to one schedule: the best few are evaluated on patients that no trial has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.search.bench import Bench, panel_work
from rehab_opt.search.errors import SearchError
from rehab_opt.search.fitted import fitted_patients
from rehab_opt.search.judgement.pareto import Losses, by_compromise, compromise, ends, front, losses
from rehab_opt.search.judgement.score import constraint_values, objective_values
from rehab_opt.search.panel import evaluate_policies
from rehab_opt.search.record.records import CHOICE, TrialRecord
from rehab_opt.therapy import as_policy

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalist:
    """One of the best trials: ``search_value`` on the search panel, ``choice_value`` on the choice panel (None if it
    failed there).

    With several objectives these are the first of them, ``choice_values`` are all, and ``compromise`` is the sum of the
    losses, scaled by the ends of the search's front, that the choice makes least.
    """

    number: int
    search_value: float
    choice_value: float | None
    constraints: Mapping[str, float]
    choice_values: tuple[float, ...] = ()
    compromise: float | None = None

    @property
    def feasible(self) -> bool:
        """Whether it met every constraint on the choice panel too."""
        return self.choice_value is not None and all(value <= 0.0 for value in self.constraints.values())


def best_trials(trials: Sequence[TrialRecord], count: int) -> tuple[TrialRecord, ...]:
    """Return the best feasible trials with different points, best first; among equals the earlier one.

    Raises
    ------
    SearchError
        If no trial met the constraints; it names the one that came nearest.
    """
    chosen: list[TrialRecord] = []
    for trial in ranked(trials):
        if len(chosen) < count and all(dict(trial.point) != dict(other.point) for other in chosen):
            chosen.append(trial)
    if chosen:
        return tuple(chosen)
    worked = [trial for trial in trials if trial.value is not None]
    if not worked:
        raise SearchError(f"no trial worked; trial {trials[0].number}: {trials[0].message}", key="model")
    nearest = min(worked, key=lambda t: (t.violation, t.number))
    broken = ", ".join(f"{name} by {value:.3g}" for name, value in nearest.constraints.items() if value > 0.0)
    raise SearchError(
        f"no trial of {len(trials)} met the constraints; the nearest, trial {nearest.number}, broke {broken}. "
        "Loosen them, or narrow the searched ranges",
        key="constraints",
    )


def ranked(trials: Sequence[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Return the trials that can be chosen, best first: by value, or the Pareto front from its knee outwards."""
    candidates = [trial for trial in trials if trial.candidate]
    if any(len(trial.objectives) > 1 for trial in candidates):
        return by_compromise(front(candidates))
    return tuple(sorted(candidates, key=lambda trial: (-(trial.value or 0.0), trial.number)))


def choose(study: Study, bench: Bench, trials: Sequence[TrialRecord]) -> tuple[Finalist, ...]:
    """Evaluate the finalists on the choice panel and return them, the chosen one first.

    A finalist that breaks a constraint there comes after all that do not.

    Raises
    ------
    SearchError
        If there is no finalist, or none could be evaluated.
    SearchInterrupted
        After Ctrl-C.
    """
    best = best_trials(trials, study.panels.finalists)
    policies = {finalist_name(trial.number): as_policy(study.space.decode(trial.point)) for trial in best}
    patients = fitted_patients(study, bench, "choice")
    found = evaluate_policies(bench, CHOICE, policies, patients, panel_work(study, "choice"), study.search.block)
    ends_of_front = ends([losses(trial.objectives) for trial in ranked(trials)])
    finalists = [_finalist(study, trial, found[finalist_name(trial.number)].results, ends_of_front) for trial in best]
    if all(finalist.choice_value is None for finalist in finalists):
        message = found[finalist_name(best[0].number)].message
        raise SearchError(f"no finalist could be evaluated on fresh patients: {message}", key="model")
    return tuple(sorted(finalists, key=_rank))


def _finalist(
    study: Study, trial: TrialRecord, results: Sequence[PatientResult], scale: tuple[Losses, Losses]
) -> Finalist:
    search_value = trial.value if trial.value is not None else 0.0
    if not results:
        return Finalist(number=trial.number, search_value=search_value, choice_value=None, constraints={})
    values = objective_values(results, study.objective)
    several = len(values) > 1
    return Finalist(
        number=trial.number,
        search_value=search_value,
        choice_value=values[0],
        constraints=constraint_values(results, study.constraints),
        choice_values=values if several else (),
        compromise=compromise(losses(values), *scale) if several else None,
    )


def finalist_name(number: int) -> str:
    """Return the name of a finalist in the log.

    Examples
    --------
    >>> finalist_name(17)
    'trial-17'
    """
    return f"trial-{number}"


def _rank(finalist: Finalist) -> tuple[bool, bool, float, int]:
    value = finalist.choice_value
    if finalist.compromise is not None:
        return False, not finalist.feasible, finalist.compromise, finalist.number
    return value is None, not finalist.feasible, -(value if value is not None else 0.0), finalist.number
