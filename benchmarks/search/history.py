"""The trials of one search through the package's own coordinator, in line and with nothing kept on disk."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from rehab_opt.patient import Patient
from rehab_opt.search import (
    Bench,
    BlockRecord,
    Pace,
    Record,
    Silent,
    StopRequest,
    TrialRecord,
    choose,
    make_executor,
    run_trials,
)
from rehab_opt.search.record.log import LogContents
from rehab_opt.study import Study


class MemoryLog:
    """A log of a run that nobody will go on with."""

    def __init__(self) -> None:
        self.path = Path("memory")
        self.contents = LogContents()

    def append(self, record: Record) -> None:
        """Keep a trial or a block of a panel."""
        if isinstance(record, TrialRecord):
            self.contents.trials[record.number] = record
        elif isinstance(record, BlockRecord):
            self.contents.blocks[record.key] = record


def history(study: Study, patients: Sequence[Patient] | None = None) -> tuple[TrialRecord, ...]:
    """Return the trials of a study, on its search panel or on other patients; no reference enters as a trial."""
    panel = study.patients("search") if patients is None else patients
    return run_trials(study, _bench(), panel, {})


def chosen(study: Study, trials: Sequence[TrialRecord]) -> TrialRecord:
    """Return the trial that the study's own choice on fresh patients takes."""
    first = choose(study, _bench(), trials)[0]
    return next(trial for trial in trials if trial.number == first.number)


def _bench() -> Bench:
    return Bench(make_executor("serial"), MemoryLog(), Silent(), Pace(0), StopRequest())


def variant(study: Study, *, sampler: str, seed: int, trials: int) -> Study:
    """Return the study with another sampler, seed and number of trials, and everything else as it is."""
    return dataclasses.replace(
        study, seed=seed, search=dataclasses.replace(study.search, sampler=sampler, trials=trials)
    )
