"""The verb `compare`: protocols on virtual patients that no search has seen, all with the same patients and noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rehab_opt.compare.comparison import Comparison
from rehab_opt.compare.groups import info_groups
from rehab_opt.compare.named import Therapies, named_policies
from rehab_opt.compare.summarise import summarise
from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.parameters.streams import derive_seed
from rehab_opt.search.record.log import LogContents
from rehab_opt.search.record.records import CONFIRM, BlockRecord, FitRecord, Record
from rehab_opt.therapy import Policy, Schedule, as_policy, load_schedule, protocols

if TYPE_CHECKING:
    from rehab_opt.course.plug import ModelSpec
    from rehab_opt.search import PatientResult, Progress
    from rehab_opt.study import Study

SEARCHED = "searched-schedule"
PANEL = "compare"
"""Name of the panel: its patients are in none of a study's own panels."""


class FinishedRun(Protocol):
    """What `compare` needs of a run."""

    @property
    def study(self) -> Study:
        """What was asked."""
        ...

    @property
    def schedule(self) -> Schedule:
        """The schedule that was found."""
        ...


@dataclass(slots=True)
class _Notes:
    """A log in memory: a comparison is short enough to be made anew."""

    path: Path = Path("comparison")
    contents: LogContents = field(default_factory=LogContents)

    def append(self, record: Record) -> None:
        """Keep one record."""
        if isinstance(record, BlockRecord):
            self.contents.blocks[record.key] = record
        elif isinstance(record, FitRecord):
            self.contents.fits[record.fit.patient_id] = record


def compare(
    source: Study | FinishedRun | str | Path,
    therapies: Therapies = (),
    *,
    patients: int = 48,
    seed: int | None = None,
    model: ModelSpec | None = None,
    reference: str = "usual-care",
    workers: int | None = None,
    executor: str = "threads",
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare therapies on fresh virtual patients of a study's cohort.

    Parameters
    ----------
    source
        A study, the path of its file, a run, or the directory of a run. A run adds the schedule it found.
    therapies
        See `Therapies`; when empty, the references of the study. The reference is added when it is missing.
    patients
        Number of patients, 2 or more.
    seed
        Takes the place of the study's seed: other patients, other noise.
    model
        Takes the place of the study's model, for example one with a mechanism removed.
    reference
        Name of the therapy that the others are compared with.
    workers, executor, scheduler
        Where the work runs, as in `optimize`; they never change a number.
    progress
        What to tell about the work; by default nothing.

    Returns
    -------
    Comparison
        With weekly curves in its results.

    Raises
    ------
    InputError
        If a name, file, schedule or number cannot be used, or a simulation fails.
    SearchInterrupted
        After Ctrl-C, a `KeyboardInterrupt`.

    Examples
    --------
    >>> compare("study.toml", patients=1)
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: patients: a comparison needs at least 2 patients (got 1)
    """
    if patients < 2:
        raise InputError("a comparison needs at least 2 patients", key="patients", value=patients)
    study, policies = _gather(source, therapies, reference)
    study = study if seed is None else replace(study, seed=seed)
    study = study if model is None else replace(study, model=model)
    panel = study.patients(PANEL, patients)
    results = _evaluate(study, policies, patients, (executor, workers, scheduler), progress)
    return summarise(
        results,
        reference=reference,
        measures=tuple(dict.fromkeys((study.objective.measure, *study.report_measures))),
        groups=info_groups({patient.id: patient.info for patient in panel}),
        seed=derive_seed(study.seed, "comparison"),
    )


def _gather(
    source: Study | FinishedRun | str | Path, therapies: Therapies, reference: str
) -> tuple[Study, Mapping[str, Policy]]:
    """Return the study and all policies to be evaluated, the schedule of a run first."""
    from rehab_opt.study import Study, load_study

    found: dict[str, Policy] = {}
    if isinstance(source, str | Path):
        path = Path(source)
        study = load_study(path / "study.toml" if path.is_dir() else path)
        if (path / "schedule.json").is_file():
            found[SEARCHED] = as_policy(load_schedule(path / "schedule.json"))
    elif isinstance(source, Study):
        study = source
    else:
        study = source.study
        found[SEARCHED] = as_policy(source.schedule)
    policies = named_policies(therapies) or named_policies(study.references)
    if reference not in policies and reference in protocols:
        policies[reference] = protocols[reference].policy()
    policies = {**found, **policies}
    if reference not in policies:
        raise unknown_name_error("reference protocol", reference, {**policies, **protocols})
    return study, policies


def _evaluate(
    study: Study,
    policies: Mapping[str, Policy],
    patients: int,
    where: tuple[str, int | None, str | None],
    progress: Progress | None,
) -> dict[str, tuple[PatientResult, ...]]:
    from rehab_opt.search import (
        Bench,
        Pace,
        Silent,
        StopRequest,
        at_work,
        evaluate_policies,
        fitted_patients,
        make_executor,
        panel_work,
        warm_up,
    )

    executor, workers, scheduler = where
    pool = make_executor(executor, workers, scheduler=scheduler, plug=study.model.plug)
    with at_work(pool), StopRequest() as stop:
        warm_up(pool, executor, study.model)
        pace = Pace(patients * len(policies))
        bench = Bench(pool, _Notes(), progress or Silent(), pace, stop)
        panel = fitted_patients(study, bench, PANEL, patients)
        work = panel_work(study, PANEL, curves=True)
        found = evaluate_policies(bench, CONFIRM, policies, panel, work, study.search.block)
    return {name: result.results for name, result in found.items()}
