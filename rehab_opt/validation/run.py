"""Runs targets one after the other on all cores; what is finished is kept, and one that fails stops no other."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.validation.catalogue import Target, targets_hash
from rehab_opt.validation.experiment import ROOT_SEED, Experiment, Setup
from rehab_opt.validation.registry import experiment_of
from rehab_opt.validation.result import NOT_RUN, TargetResult
from rehab_opt.validation.signature import signature, source_of
from rehab_opt.validation.work import Bench, Progress, keep, model_hash


@dataclass(frozen=True, slots=True)
class Validation:
    """A finished run.

    Attributes
    ----------
    results
        One per target asked for, in their order.
    setup
        The conditions.
    """

    results: tuple[TargetResult, ...]
    setup: Setup

    @property
    def holds(self) -> bool:
        """Whether every target holds."""
        return all(result.holds for result in self.results)

    def provenance(self) -> dict[str, str]:
        """Return what the numbers depend on: hashes of parameters, sources and targets, seeds, conditions."""
        setup = self.setup
        return {
            "parameters": parameters_hash(setup),
            "sources": model_hash(),
            "experiments": source_of("rehab_opt.validation.run"),
            "targets": targets_hash(),
            "root seed, stream": f"{ROOT_SEED}, {' '.join(map(str, setup.stream))}",
            "seeds": f"{setup.seeds:g} times the usual numbers" + (", quick" if setup.quick else ""),
            "mechanisms removed": ", ".join(setup.off) or "none",
            "parameter sets": f"ensemble of {len(setup.members)}" if setup.members else "one",
        }


def validate(
    chosen: Sequence[Target],
    setup: Setup | None = None,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Run targets and return what came of each, in order.

    Parameters
    ----------
    chosen
        See `select`.
    setup
        Conditions; by default the model as it is. Its bench is replaced.
    workers, folder
        See `Bench`; they never change a number.
    progress
        Whom to tell about the work.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C; targets and courses that were finished are kept, and the same call goes on from there.

    Examples
    --------
    >>> validate([]).results
    ()
    """
    from rehab_opt.search import StopRequest

    results: list[TargetResult] = []
    with StopRequest() as stop, Bench(workers, folder, progress, stop) as bench:
        setup = replace(setup or Setup(), bench=bench)
        for number, target in enumerate(chosen, start=1):
            if progress is not None:
                progress.on_target(number, len(chosen), target.id)
            results.append(kept_or_run(target, setup))
            if progress is not None:
                progress.on_verdict(target.id, results[-1].verdict, results[-1].seconds)
    return Validation(tuple(results), setup)


def parameters_hash(setup: Setup) -> str:
    """Return a hash of every number of the model under these conditions, the ensemble's included.

    Examples
    --------
    >>> parameters_hash(Setup()) == parameters_hash(Setup(set={"network.units": 480}))
    False
    """
    from rehab_opt.parameters import catalogue

    return signature({name: row.value for name, row in catalogue().items()}, setup.set, setup.members)


def kept_or_run(target: Target, setup: Setup) -> TargetResult:
    """Return what came of one target: as it was kept, or run now on the bench of the setup and kept."""
    experiment = experiment_of(target)
    if experiment is None:
        return TargetResult(target=target, trouble=NOT_RUN)
    file = setup.bench.folder / "targets" / f"{target.id}-{_key(target, experiment, setup)}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return replace(TargetResult.from_kept(json.loads(file.read_text("utf-8"))), target=target)
    began = time.perf_counter()
    result = attempt(target, experiment, setup)
    result = replace(result, seconds=time.perf_counter() - began)
    if not result.trouble:
        keep(file, json.dumps(result.to_kept(), indent=1, allow_nan=False).encode())
    return result


def _key(target: Target, experiment: Experiment, setup: Setup) -> str:
    sources = [model_hash(), source_of(experiment.__module__), source_of("rehab_opt.validation.run")]
    conditions = [list(setup.off), setup.seeds, setup.quick, list(setup.stream)]
    return signature(target, parameters_hash(setup), conditions, sources)[:32]


def attempt(target: Target, experiment: Experiment, setup: Setup) -> TargetResult:
    """Return what came of one experiment now; an error becomes the text of the result, Ctrl-C stays what it is."""
    try:
        finding = experiment(setup)
    except InputError as error:
        return TargetResult(target=target, trouble=str(error))
    except Exception as error:  # whatever is wrong with one experiment, the others still count
        return TargetResult(target=target, trouble=f"{type(error).__name__}: {error}")
    return TargetResult(target=target, checks=finding.checks, figure=finding.figure)
