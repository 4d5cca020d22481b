"""A finished run: what was searched, what was chosen, and what it is worth on fresh patients. Read from its directory
alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from rehab_opt.compare import SEARCHED
from rehab_opt.errors import InputError
from rehab_opt.pipeline.stages import Findings, run_stages
from rehab_opt.search import (
    Bench,
    Finalist,
    Front,
    Pace,
    PanelResult,
    PatientResult,
    ReadOnlyLog,
    Silent,
    StopRequest,
    TrialRecord,
    comparator,
    objective_values,
    pareto_front,
    read_manifest,
)
from rehab_opt.search.record.directory import STUDY_NAME
from rehab_opt.search.record.log import LOG_NAME

if TYPE_CHECKING:
    import pandas as pd

    from rehab_opt.compare import Comparison, Curse
    from rehab_opt.study import Study
    from rehab_opt.therapy import Schedule

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """Everything a finished run found.

    Parameters
    ----------
    directory
        Where its files lie.
    study
        What was asked.
    findings
        Trials, references, finalists, the chosen schedule and its confirmation.
    comparison
        The searched schedule and the references on the confirmation panel, against the study's reference.
    manifest
        Versions, source hash, seeds and times.
    """

    directory: Path
    study: Study
    findings: Findings
    comparison: Comparison
    manifest: Mapping[str, Any]

    @property
    def schedule(self) -> Schedule:
        """The searched schedule; simulation, not clinical advice."""
        return self.findings.schedule

    @property
    def trials(self) -> tuple[TrialRecord, ...]:
        """All trials, in order."""
        return self.findings.trials

    @property
    def finalists(self) -> tuple[Finalist, ...]:
        """The best trials on the choice panel, the chosen one first."""
        return self.findings.finalists

    @property
    def references(self) -> Mapping[str, PanelResult]:
        """The references on the search panel."""
        return self.findings.references

    @property
    def results(self) -> Mapping[str, tuple[PatientResult, ...]]:
        """Policy -> one result a patient of the confirmation panel; the searched schedule is called ``SEARCHED``."""
        return self.findings.results

    @property
    def ended(self) -> str:
        """Why the search ended before its budget of trials: ``"hours"``, ``"noise"``, or nothing."""
        return self.findings.ended

    @property
    def curse(self) -> Curse:
        """By how much the search flattered the chosen schedule: its value there minus that on fresh patients."""
        from rehab_opt.compare import winners_curse

        against = comparator(self.study)
        chosen = self.trials[self.finalists[0].number]
        before = (chosen.results, self.references[against].results)
        after = (self.results[SEARCHED], self.results[against])
        return winners_curse(before, after, self.study.objective, self.comparison.seed)

    @property
    def front(self) -> Front | None:
        """The Pareto front of the search, from its knee outwards; None with a single objective."""
        goal = self.study.objective
        others = [objective_values(found.results, goal) for found in self.references.values() if found.results]
        return pareto_front(self.trials, goal, others)

    def trials_frame(self) -> pd.DataFrame:
        """Return the trials as a pandas frame, as in ``trials.csv``."""
        import pandas as pd

        from rehab_opt.pipeline.tables import trial_rows

        return pd.DataFrame(trial_rows(self.study, self.trials))

    def patients_frame(self) -> pd.DataFrame:
        """Return the confirmation, one row a policy and patient, as in ``patients.csv``."""
        import pandas as pd

        from rehab_opt.pipeline.tables import patient_rows

        return pd.DataFrame(patient_rows(self.results))


class _NoWork:
    """An executor for reading: whatever would have to be simulated is missing."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        raise InputError("this run is not finished; the command that began it goes on with it", file=self.directory)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing."""


def load_run(directory: str | Path) -> Run:
    """Read a finished run; nothing is simulated.

    Raises
    ------
    InputError
        If there is no run, it is not finished, or its log was edited.

    Examples
    --------
    >>> load_run("no-such-directory")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: no-such-directory: there is no run in this directory
    """
    from rehab_opt.study import load_study

    path = Path(directory)
    if not (path / STUDY_NAME).is_file():
        raise InputError("there is no run in this directory", file=path)
    study = load_study(path / STUDY_NAME)
    log = ReadOnlyLog(path / LOG_NAME)
    total = log.contents.total(study.search.trials)
    if len(log.contents.trials) < total:
        done = f"{len(log.contents.trials)} of {total} trials"
        raise InputError(f"this run is not finished ({done}); the command that began it goes on with it", file=path)
    bench = Bench(_NoWork(path), log, Silent(), Pace(0), StopRequest())
    return assemble(path, study, run_stages(study, bench))


def assemble(directory: Path, study: Study, findings: Findings) -> Run:
    """Return the run of finished stages, with its comparison."""
    from rehab_opt.compare import info_groups, summarise
    from rehab_opt.parameters.streams import derive_seed

    info = {patient.id: patient.info for patient in study.patients("confirm")}
    comparison = summarise(
        findings.results,
        reference=comparator(study),
        measures=tuple(dict.fromkeys((study.objective.measure, *study.report_measures))),
        groups=info_groups(info),
        seed=derive_seed(study.seed, "comparison"),
    )
    return Run(
        directory=directory, study=study, findings=findings, comparison=comparison, manifest=read_manifest(directory)
    )


__all__ = ["SEARCHED", "Run", "assemble", "load_run"]
