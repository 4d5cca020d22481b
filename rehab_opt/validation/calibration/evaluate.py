"""Evaluates one parameter set: the experiments of the targets, on patients that validation never sees."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rehab_opt.search import SearchInterrupted
from rehab_opt.validation.calibration.loss import LARGE, prior_loss, target_loss
from rehab_opt.validation.calibration.record import FRESH, TRIAL, Record, target_row
from rehab_opt.validation.calibration.settings import Calibration
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.registry import experiment_of
from rehab_opt.validation.result import NOT_RUN, TargetResult
from rehab_opt.validation.run import attempt
from rehab_opt.validation.work import Bench

STREAM = "calibration"
"""First name of the stream of a calibration's patients and networks; that of validation is another one."""
HEALTHY_GROUPS = ("network.", "callosal.", "task.", "readout.", "development.")
"""Parameters that change the healthy networks, which are kept on disk by the rooms below."""


def setup_of(calibration: Calibration, point: Mapping[str, float], kind: str, repeat: int, bench: Bench) -> Setup:
    """Return the conditions of one evaluation; all trials share their patients and noise, each fresh repeat its own."""
    own = (kind,) if kind == TRIAL else (FRESH, repeat)
    stream = (STREAM, calibration.seed, *own)
    return Setup(set=dict(point), seeds=calibration.seeds, stream=stream, bench=bench)


def evaluate(
    calibration: Calibration, point: Mapping[str, float], kind: str, number: int, repeat: int, bench: Bench
) -> Record:
    """Return the loss of one parameter set.

    An experiment that ends with an error, and a check that could not be measured, count with a large fixed loss.

    Raises
    ------
    KeyboardInterrupt
        Once the user has asked to stop; courses that were finished are kept for the next session.
    """
    began = time.perf_counter()
    setup = setup_of(calibration, point, kind, repeat, bench)
    targets = {}
    for target in calibration.chosen:
        if bench.stopping:
            raise SearchInterrupted
        experiment = experiment_of(target)
        if experiment is None:
            result = TargetResult(target=target, trouble=NOT_RUN)
        else:
            result = attempt(target, experiment, setup)
        targets[target.id] = target_row(result, LARGE if result.trouble else target_loss(result.checks))
    prior = calibration.prior_weight * prior_loss(calibration.parameters, point)
    return Record(
        kind=kind,
        number=number,
        repeat=repeat,
        point=dict(point),
        loss=math.fsum(float(row["loss"]) for row in targets.values()) / len(targets) + prior,
        prior=prior,
        targets=targets,
        seconds=round(time.perf_counter() - began, 3),
    )


@contextmanager
def bounded(calibration: Calibration, scratch: Path) -> Iterator[None]:
    """Leave nothing of an evaluation on disk but its line in the log; after a stop, what was finished stays.

    Courses and fits are kept in ``scratch`` for the targets that share them. Healthy networks of parameter sets that
    nobody will ask for again are removed from the package's cache.
    """
    healthy = any(row.name.startswith(HEALTHY_GROUPS) for row in calibration.parameters)
    before = set(_healthy_files()) if healthy else set()
    yield
    shutil.rmtree(scratch, ignore_errors=True)
    for file in set(_healthy_files()) - before if healthy else ():
        file.unlink(missing_ok=True)


def _healthy_files() -> Iterator[Path]:
    from rehab_opt.network.kernels import cache_folder

    return (cache_folder() / "healthy").glob("[!.]*.npz")
