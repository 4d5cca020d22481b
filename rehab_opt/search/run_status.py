"""Where a run stands, read from its directory by any process, while it runs or later."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

from rehab_opt.errors import InputError
from rehab_opt.search.directory import STUDY_NAME
from rehab_opt.search.lock import is_locked
from rehab_opt.search.log import LOG_NAME, LogContents, read_log
from rehab_opt.search.manifest import read_manifest

RECENT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a run is.

    Parameters
    ----------
    directory, study
        Where it is, and the name of its study.
    state
        ``"running"``, ``"stopped"`` (the same command goes on) or ``"finished"``.
    stage
        What is going on or comes next: ``"search"``, ``"choice"``, ``"confirm"`` or ``"finished"``.
    trials_done, trials_total
        Finished trials, failed ones included, and the budget.
    trials_failed
        Trials whose model raised an error or whose worker died.
    best
        Best feasible value on the search panel so far; it flatters, the confirmed value in the report does not.
    feasible_share
        Share (0-1) of finished trials that met all constraints.
    seconds_left
        Until the last trial, at the recent pace; None when unknown or there is nothing left.
    """

    directory: Path
    study: str
    state: str
    stage: str
    trials_done: int
    trials_total: int
    trials_failed: int
    best: float | None
    feasible_share: float | None
    seconds_left: float | None


def status(directory: str | Path) -> Status:
    """Return where the run in ``directory`` stands.

    Raises
    ------
    InputError
        If there is no run.

    Examples
    --------
    >>> status("no-such-directory")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: no-such-directory: there is no run in this directory
    """
    path = Path(directory)
    study_file = path / STUDY_NAME
    if not study_file.is_file():
        raise InputError("there is no run in this directory", file=path)
    study = tomllib.loads(study_file.read_text(encoding="utf-8"))
    log, manifest = read_log(path / LOG_NAME), read_manifest(path)
    trials = list(log.trials.values())
    total = int(study["search"]["trials"])
    feasible = [trial.value for trial in trials if trial.feasible and trial.value is not None]
    finished = bool(manifest.get("finished"))
    return Status(
        directory=path,
        study=str(study["name"]),
        state="finished" if finished else "running" if is_locked(path) else "stopped",
        stage="finished" if finished else _stage(log, total),
        trials_done=len(trials),
        trials_total=total,
        trials_failed=sum(trial.value is None for trial in trials),
        best=max(feasible, default=None),
        feasible_share=len(feasible) / len(trials) if trials else None,
        seconds_left=None if finished else _seconds_left(log, total - len(trials)),
    )


def _stage(log: LogContents, total: int) -> str:
    if len(log.trials) < total:
        return "search"
    return "confirm" if any(panel == "confirm" for panel, _, _ in log.blocks) else "choice"


def _seconds_left(log: LogContents, trials: int) -> float | None:
    # The median gap, not the mean: a night between two sessions of the same run is no trial.
    times = log.times[-RECENT:]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return median(gaps) * trials if gaps and trials > 0 else None
