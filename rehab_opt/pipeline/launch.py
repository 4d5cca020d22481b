"""The verb `optimize`: runs a study, or goes on with it, and writes everything it found into one directory."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.errors import InputError
from rehab_opt.pipeline.run import Run, assemble
from rehab_opt.pipeline.stages import run_stages
from rehab_opt.search import (
    Bench,
    Mirror,
    Pace,
    Progress,
    SearchInterrupted,
    Silent,
    StopRequest,
    at_work,
    check_accepted,
    check_sampler,
    make_executor,
    open_run,
    read_manifest,
    warm_up,
)
from rehab_opt.search.record.changes import VERSIONS

if TYPE_CHECKING:
    from rehab_opt.study import Study


def optimize(
    study: Study | str | Path,
    out: str | Path | None = None,
    trials: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    executor: str = "threads",
    progress: Progress | None = None,
    *,
    scheduler: str | None = None,
    block_seconds: float | None = None,
    storage: str | None = None,
    accept_changes: Collection[str] = (),
) -> Run:
    """Search the best schedule of a study and compare it with the references on fresh patients.

    The same call on a directory that holds a part of the run goes on with it; no finished evaluation is repeated. The
    result depends on the study alone: workers and executor change the time it takes, never a number.

    Parameters
    ----------
    study
        A study or the path of its file.
    out
        Directory of the results; by default ``runs/<name of the study>``.
    trials, seed
        Take the place of the study's own.
    workers
        Number of workers, 1 or more; by default one a core. A Dask cluster has its own.
    executor
        ``"serial"``, ``"threads"``, ``"processes"`` or ``"dask"``.
    progress
        What to tell about the work; by default nothing.
    scheduler
        Address of the scheduler of a running Dask cluster; for ``"dask"`` only.
    block_seconds
        Longest time of a block of patients; a trial that takes longer is recorded as ``timed-out`` and its worker is
        killed. By default there is no limit. For processes and Dask only.
    storage
        Address of an Optuna storage that mirrors the trials for dashboards and notebooks; it never changes the search.
    accept_changes
        Go on with an unfinished run although its code has changed: ``"versions"`` (packages, Python, processor; on Dask
        workers too), ``"model"`` (sources). The log and the manifest say so.

    Returns
    -------
    Run
        With the files of the directory written.

    Raises
    ------
    InputError
        If the study cannot be run as it is, the directory belongs to another one, or the search has no usable result.
    SearchInterrupted
        After Ctrl-C, a `KeyboardInterrupt`: all finished work is in the log.
    """
    from rehab_opt.pipeline.outputs import write_results

    study = _resolved(study, trials, seed)
    check_runnable(study)
    check_accepted(accept_changes)
    path = Path(out) if out is not None else Path("runs") / study.name
    mirror = None if storage is None else Mirror(storage)
    pool = make_executor(
        executor,
        workers,
        scheduler=scheduler,
        block_seconds=block_seconds,
        plug=study.model.plug,
        any_versions=VERSIONS in accept_changes,
    )
    try:
        notes = {} if mirror is None else {"storage": mirror.shown}
        with (
            at_work(pool),
            open_run(path, study, executor=executor, workers=workers, notes=notes, accept=accept_changes) as directory,
            StopRequest() as stop,
        ):
            if not read_manifest(path).get("finished"):
                warm_up(pool, executor, study.model)
            pace = Pace(sum(study.courses().values()))
            bench = Bench(pool, directory.log, Silent() if progress is None else progress, pace, stop, mirror)
            run = assemble(path, study, run_stages(study, bench))
            write_results(run)
            directory.finish()
    except KeyboardInterrupt as interruption:
        if not isinstance(interruption, SearchInterrupted):
            mirror = None  # nobody waits for it either
        raise
    finally:
        if mirror is not None:
            mirror.close()
    return run


def _resolved(study: Study | str | Path, trials: int | None, seed: int | None) -> Study:
    from rehab_opt.study import load_study

    found = load_study(study) if isinstance(study, str | Path) else study
    if trials is not None:
        if trials < 1:
            raise InputError("number of trials must be at least 1", key="trials", value=trials)
        found = dataclasses.replace(found, search=dataclasses.replace(found.search, trials=trials))
    return found if seed is None else dataclasses.replace(found, seed=seed)


def check_runnable(study: Study) -> None:
    """Refuse, before anything runs, what would fail later or be ignored in silence.

    Raises
    ------
    InputError
        If the sampler cannot do what the study asks, or the model cannot be loaded.
    """
    from rehab_opt.course.plug import load_model

    sides = study.space.dimensions
    check_sampler(
        study.search.sampler,
        [constraint.name for constraint in study.constraints],
        len(sides),
        objectives=len(study.objective.names),
        named=[side.name for side in sides if side.kind == "categorical"],
        startup=study.search.startup,
    )
    load_model(study.model)
