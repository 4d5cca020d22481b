"""Runs an audit: targets with all mechanisms, then those that hold with one mechanism removed after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rehab_opt.search import SearchInterrupted, StopRequest
from rehab_opt.validation.audit.effect import Audit, Effect, compare
from rehab_opt.validation.catalogue import Target
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.result import TargetResult
from rehab_opt.validation.run import Validation, kept_or_run
from rehab_opt.validation.work import Bench, Progress


def audit(
    chosen: Sequence[Target],
    mechanisms: Sequence[str] = (),
    setup: Setup | None = None,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Return what is left of each finding that holds when each mechanism is removed.

    Parameters
    ----------
    chosen
        See `shape_targets`.
    mechanisms
        Kebab-case names; all of them when there are none.
    setup
        Conditions; by default the model as it is. Its bench is replaced.
    workers, folder
        See `rehab_opt.validation.Bench`; they never change a number.
    progress
        Whom to tell about the work.

    Raises
    ------
    InputError
        If a mechanism is unknown.
    KeyboardInterrupt
        After Ctrl-C; what was finished is kept, and the same call goes on from there.

    Examples
    --------
    >>> audit([], ["pruning"]).effects
    ()
    """
    from rehab_opt.mechanisms import check_off, names

    removed = check_off(mechanisms, key="--off") if mechanisms else names()
    with StopRequest() as stop, Bench(workers, folder, progress, stop) as bench:
        setup = replace(setup or Setup(), bench=bench)
        whole = tuple(_run(target, setup, (i, len(chosen))) for i, target in enumerate(chosen, start=1))
        holding = [row for row in whole if row.holds]
        pairs = [(row, name) for row in holding for name in removed]
        effects: list[Effect] = []
        for place, (row, name) in enumerate(pairs, start=1):
            without = _run(row.target, replace(setup, off=(*setup.off, name)), (place, len(pairs)), name)
            effects.append(compare(row, without, name))
        provenance = {k: v for k, v in Validation(whole, setup).provenance().items() if k != "mechanisms removed"}
    return Audit(mechanisms=removed, whole=whole, effects=tuple(effects), provenance=provenance)


def _run(target: Target, setup: Setup, place: tuple[int, int], removed: str = "") -> TargetResult:
    if setup.bench.stopping:
        raise SearchInterrupted("what was finished is kept; the same command goes on from there")
    words = f"{target.id} without {removed}" if removed else target.id
    progress = setup.bench.progress
    if progress is not None:
        progress.on_target(*place, words)
    result = kept_or_run(target, setup)
    if progress is not None:
        progress.on_verdict(words, result.verdict, result.seconds)
    return result
