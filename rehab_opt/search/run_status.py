"""Where a run stands, read from its directory by any process, while it runs or later."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from rehab_opt.errors import InputError
from rehab_opt.search.judgement.budget import NOISE, reference_name
from rehab_opt.search.judgement.pareto import front
from rehab_opt.search.judgement.worth import Worth, search_worth
from rehab_opt.search.record.directory import STUDY_NAME
from rehab_opt.search.record.lock import is_locked
from rehab_opt.search.record.log import LOG_NAME, LogContents, read_log
from rehab_opt.search.record.manifest import read_manifest
from rehab_opt.search.record.records import REFERENCE, STOPPED

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
    trials_stopped
        Trials that were stopped early.
    best
        Best feasible value on the search panel so far; it flatters, the confirmed value in the report does not.
    feasible_share
        Share (0-1) of finished trials that met all constraints.
    seconds_left
        Until the last trial, at the recent pace, or until the hours are over if that is sooner; None when unknown or
        there is nothing left.
    trials_left
        Trials left in the budget.
    hours_left
        Hours of search left in the budget; None when they are not limited or the search is over.
    ended
        Why the search ended before its budget of trials: ``"hours"``, ``"noise"``, or nothing.
    until_noise
        Whether the study also ends when going on is worth less than the noise.
    gain, noise
        What going on may still gain, and the noise of the panel, in units of the objective (`search_worth`); None while
        that cannot be said, and with several objectives.
    front
        Trials on the Pareto front so far; None with a single objective.
    """

    directory: Path
    study: str
    state: str
    stage: str
    trials_done: int
    trials_total: int
    trials_failed: int
    trials_stopped: int
    best: float | None
    feasible_share: float | None
    seconds_left: float | None
    trials_left: int
    hours_left: float | None
    ended: str
    until_noise: bool
    gain: float | None
    noise: float | None
    front: int | None


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
    trials, own = list(log.trials.values()), study["search"]
    total = log.total(int(own["trials"]))
    candidates = [trial for trial in trials if trial.candidate]
    hours_left = _hours_left(log, own.get("hours"), total)
    worth = _worth(log, study)
    finished = bool(manifest.get("finished"))
    return Status(
        directory=path,
        study=str(study["name"]),
        state="finished" if finished else "running" if is_locked(path) else "stopped",
        stage="finished" if finished else _stage(log, total),
        trials_done=len(trials),
        trials_total=total,
        trials_failed=sum(trial.value is None for trial in trials),
        trials_stopped=sum(trial.outcome == STOPPED for trial in trials),
        best=max((trial.value for trial in candidates if trial.value is not None), default=None),
        feasible_share=sum(trial.feasible for trial in trials) / len(trials) if trials else None,
        seconds_left=None if finished else _seconds_left(log, total - len(trials), hours_left),
        trials_left=total - len(trials),
        hours_left=hours_left,
        ended="" if log.end is None else log.end.reason,
        until_noise=own.get("until") == NOISE,
        gain=None if worth is None else worth.gain,
        noise=None if worth is None else worth.noise,
        front=len(front(candidates)) if study["objective"].get("trade_off") else None,
    )


def _hours_left(log: LogContents, hours: float | None, total: int) -> float | None:
    if hours is None or log.end is not None or len(log.trials) >= total:
        return None
    return max(0.0, float(hours) - log.searched_seconds() / 3600.0)


def _worth(log: LogContents, study: Mapping[str, Any]) -> Worth | None:
    """Return what going on is worth after the trials that can have been told: those without a gap before them."""
    from rehab_opt.study import Objective

    goal = study["objective"]
    if goal.get("trade_off") or not log.trials:
        return None
    objective = Objective(measure=goal["measure"], day=goal["day"], statistic=goal["statistic"], tail=goal["tail"])
    told = list(itertools.takewhile(lambda trial: trial is not None, map(log.trials.get, range(len(log.trials)))))
    known = [trial for trial in told if trial is not None]
    reference = log.panel_results(REFERENCE, reference_name(study["references"]))
    sides = len(log.trials[min(log.trials)].point)
    return search_worth(known, reference, objective, int(study["search"]["startup"]), sides)


def _stage(log: LogContents, total: int) -> str:
    if len(log.trials) < total:
        return "search"
    return "confirm" if any(panel == "confirm" for panel, _, _ in log.blocks) else "choice"


def _seconds_left(log: LogContents, trials: int, hours_left: float | None) -> float | None:
    # The median gap, not the mean: a night between two sessions of the same run is no trial.
    times = log.trial_times[-RECENT:]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    if not gaps or trials <= 0:
        return None
    left = median(gaps) * trials
    return left if hours_left is None else min(left, hours_left * 3600.0)
