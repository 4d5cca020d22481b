"""The stages of a run in their order: references, search, choice of the finalist, confirmation on fresh patients. Each
panel is fitted to its measured baselines before it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.compare import SEARCHED
from rehab_opt.pipeline.what_if import WhatIf, evaluate_variants, what_if_rows
from rehab_opt.search import (
    Bench,
    Finalist,
    PanelResult,
    PatientResult,
    SearchError,
    TrialRecord,
    choose,
    comparator,
    entries,
    evaluate_policies,
    evaluate_references,
    fitted_patients,
    panel_work,
    reference_policies,
    run_trials,
)
from rehab_opt.search.record.records import CONFIRM
from rehab_opt.therapy import as_policy

if TYPE_CHECKING:
    from rehab_opt.study import Study
    from rehab_opt.therapy import Policy, Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the stages of a run found.

    Parameters
    ----------
    references
        Reference -> its results on the search panel.
    trials
        All trials, in order.
    finalists
        On the choice panel, the chosen one first.
    schedule
        The chosen schedule.
    results
        Policy -> results on the confirmation panel.
    ended
        Why the search ended before its budget of trials: ``"hours"``, ``"noise"``, or nothing.
    what_if
        Small changes of the schedule on further patients, if they were tried.
    """

    references: Mapping[str, PanelResult]
    trials: tuple[TrialRecord, ...]
    finalists: tuple[Finalist, ...]
    schedule: Schedule
    results: Mapping[str, tuple[PatientResult, ...]]
    ended: str = ""
    what_if: tuple[WhatIf, ...] = ()


def run_stages(study: Study, bench: Bench) -> Findings:
    """Run all stages, or what is left of them.

    Raises
    ------
    SearchError
        If the protocol to compare with cannot be simulated, no trial is usable, or the confirmation fails.
    SearchInterrupted
        After Ctrl-C.
    """
    patients = fitted_patients(study, bench, "search")
    policies, against = reference_policies(study), comparator(study)
    references = evaluate_references(study, bench, policies, patients)
    if not references[against].results:
        raise SearchError(f"{against} cannot be simulated: {references[against].message}", key="model")
    trials = run_trials(study, bench, patients, entries(study, references))
    finalists = choose(study, bench, trials)
    chosen = next(trial for trial in trials if trial.number == finalists[0].number)
    schedule = study.space.decode(chosen.point).renamed(study.name)
    usable = {name: policy for name, policy in policies.items() if references[name].results}
    confirmed = _confirm(study, bench, {SEARCHED: as_policy(schedule), **usable})
    if study.panels.what_if:
        evaluate_variants(study, bench, schedule, study.panels.what_if)
    return Findings(
        references=references,
        trials=trials,
        finalists=finalists,
        schedule=schedule,
        results=confirmed,
        ended="" if bench.log.contents.end is None else bench.log.contents.end.reason,
        what_if=what_if_rows(study, bench.log.contents, schedule),
    )


def _confirm(study: Study, bench: Bench, policies: Mapping[str, Policy]) -> dict[str, tuple[PatientResult, ...]]:
    work = panel_work(study, "confirm", curves=True)
    patients = fitted_patients(study, bench, "confirm")
    found = evaluate_policies(bench, CONFIRM, policies, patients, work, study.search.block)
    return {name: found[name].results for name in policies}
