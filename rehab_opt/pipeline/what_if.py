"""What if the best schedule were a little different? Its variants on fresh patients, paired with the schedule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.compare import SEARCHED, bootstrap_interval
from rehab_opt.errors import InputError
from rehab_opt.parameters.streams import derive_seed
from rehab_opt.search import (
    Bench,
    Pace,
    PatientResult,
    Progress,
    SearchError,
    Silent,
    StopRequest,
    at_work,
    evaluate_policies,
    fitted_patients,
    make_executor,
    open_run,
    panel_work,
    read_log,
    source_hash,
    warm_up,
)
from rehab_opt.search.judgement.score import patient_scores
from rehab_opt.search.record.log import LOG_NAME, LogContents
from rehab_opt.search.record.records import WHAT_IF
from rehab_opt.study.variants import Variant, variants
from rehab_opt.therapy import as_policy

if TYPE_CHECKING:
    from rehab_opt.pipeline.run import Run
    from rehab_opt.study import Study
    from rehab_opt.therapy import Schedule

PATIENTS = 24
FEWEST_FOR_INTERVAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One variant against the best schedule.

    Parameters
    ----------
    name, kind, part
        Which change, where.
    patients
        Fresh patients on whom both were simulated; 0 when the variant was left out.
    difference, low, high
        Objective of the variant minus that of the schedule, the same patients and noise, with its 95 % interval.
    hours, adverse_events
        Differences of the means a patient.
    left_out
        Why it was not tried: the limit that it would break.
    """

    name: str
    kind: str
    part: str
    patients: int = 0
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    hours: float | None = None
    adverse_events: float | None = None
    left_out: str = ""

    @property
    def verdict(self) -> str:
        """``"better"``, ``"worse"``, ``"no clear difference"``, ``"no difference"`` or ``"left out"``."""
        if self.difference is None:
            return "left out"
        if self.low is None or self.high is None:
            return "no clear difference"
        if self.low == self.high == 0.0:
            return "no difference"
        return "better" if self.low > 0.0 else "worse" if self.high < 0.0 else "no clear difference"


def evaluate_variants(study: Study, bench: Bench, schedule: Schedule, patients: int) -> None:
    """Simulate a schedule and all its variants on fresh patients, or what the log lacks of it.

    ``patients`` is rounded up to whole blocks, so that a later call can add patients to those that the log holds.
    """
    found = {v.name: v.schedule for v in variants(study, schedule) if v.schedule is not None}
    policies = {name: as_policy(plan) for name, plan in {SEARCHED: schedule, **found}.items()}
    count = math.ceil(patients / study.search.block) * study.search.block
    bench.pace.leave_out_courses(-count * len(policies))
    people = fitted_patients(study, bench, WHAT_IF, count)
    evaluate_policies(bench, WHAT_IF, policies, people, panel_work(study, WHAT_IF), study.search.block)


def what_if_rows(study: Study, log: LogContents, schedule: Schedule) -> tuple[WhatIf, ...]:
    """Return the variants that a log holds, in their order; none when nothing was tried or it is not finished."""
    base = log.panel_results(WHAT_IF, SEARCHED)
    tried = variants(study, schedule)
    names = [v.name for v in tried if v.schedule is not None]
    if not base or any((WHAT_IF, name, 0) not in log.blocks for name in names):
        return ()
    found = {name: log.panel_results(WHAT_IF, name) for name in names}
    count = min(len(results) for results in (base, *found.values()) if results)
    seed = derive_seed(study.seed, "what-if")
    return tuple(_row(study, variant, base[:count], found, seed) for variant in tried)


def _row(
    study: Study,
    variant: Variant,
    base: tuple[PatientResult, ...],
    found: Mapping[str, tuple[PatientResult, ...]],
    seed: int,
) -> WhatIf:
    results = found.get(variant.name, ())[: len(base)]
    row = WhatIf(name=variant.name, kind=variant.kind, part=variant.part)
    if not results:
        return replace(row, left_out=variant.left_out or "the model failed on it")
    differences = patient_scores(results, study.objective)[0] - patient_scores(base, study.objective)[0]
    low = high = None
    if len(base) >= FEWEST_FOR_INTERVAL:
        low, high = bootstrap_interval(differences, seed)
    hours = [mine.hours - other.hours for mine, other in zip(results, base, strict=True)]
    events = [mine.adverse_events - other.adverse_events for mine, other in zip(results, base, strict=True)]
    return replace(
        row,
        patients=len(base),
        difference=float(differences.mean()),
        low=low,
        high=high,
        hours=float(np.mean(hours)),
        adverse_events=float(np.mean(events)),
    )


def what_if(
    directory: str | Path,
    patients: int = PATIENTS,
    workers: int | None = None,
    executor: str = "threads",
    progress: Progress | None = None,
    *,
    scheduler: str | None = None,
) -> Run:
    """Try small changes of the best schedule of a finished run, and write ``what_if.csv`` and the report anew.

    The same call goes on with what an interrupted one has left; more patients are added to those that were tried.

    Parameters
    ----------
    directory
        Of a finished run.
    patients
        Fresh ones, 5 or more; rounded up to whole blocks of the study.
    workers, executor, progress, scheduler
        As in `optimize`.

    Raises
    ------
    InputError
        If there is no finished run, there are too few patients, or the sources of the model are no longer those of the
        run.
    SearchInterrupted
        After Ctrl-C, a `KeyboardInterrupt`.

    Examples
    --------
    >>> what_if("no-such-directory")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: no-such-directory: there is no run in this directory
    """
    from rehab_opt.pipeline.outputs import export, write_what_if
    from rehab_opt.pipeline.run import load_run

    if patients < FEWEST_FOR_INTERVAL:
        raise InputError("an interval needs more patients", key="patients", value=patients, allowed="5 or more")
    path = Path(directory)
    run = load_run(path)
    study = run.study
    if read_log(path / LOG_NAME).code[0] != source_hash(study.model.plug):
        message = "the sources of the model are not those of this run, so its schedule would not be the best one there"
        raise SearchError(f"{message}. Use the package that made it, or run the study anew", file=path)
    pool = make_executor(executor, workers, scheduler=scheduler, plug=study.model.plug)
    with (
        at_work(pool),
        open_run(path, study, executor=executor, workers=workers) as opened,
        StopRequest() as stop,
    ):
        warm_up(pool, executor, study.model)
        bench = Bench(pool, opened.log, Silent() if progress is None else progress, Pace(0), stop)
        evaluate_variants(study, bench, run.schedule, patients)
        run = load_run(path)
        write_what_if(run)
        export(run, path, ["html"])
        opened.finish()
    return run
