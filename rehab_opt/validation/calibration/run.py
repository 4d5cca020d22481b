"""Runs a calibration: the project's samplers propose, trials run one after the other on all cores, the best of them are
run again on fresh patients; what is finished is in the log, and the same call goes on from there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehab_opt.search import SearchError, SearchInterrupted, StopRequest, installed_versions
from rehab_opt.search.proposals.samplers import make_sampler, quiet_optuna
from rehab_opt.search.record.lock import locked
from rehab_opt.validation.calibration.choose import Choice, choose, finalists
from rehab_opt.validation.calibration.evaluate import bounded, evaluate
from rehab_opt.validation.calibration.fitted import Fitted
from rehab_opt.validation.calibration.log import LOG_NAME, CalibrationLog
from rehab_opt.validation.calibration.record import FRESH, TRIAL, Record
from rehab_opt.validation.calibration.settings import Calibration
from rehab_opt.validation.calibration.write import write_results
from rehab_opt.validation.catalogue import targets_hash
from rehab_opt.validation.registry import module_of
from rehab_opt.validation.signature import source_of
from rehab_opt.validation.work import Bench, Progress, model_hash

if TYPE_CHECKING:
    from optuna import Study

SCRATCH = "scratch"


def calibrate(
    calibration: Calibration, out: Path, *, workers: int | None = None, progress: Progress | None = None
) -> Choice:
    """Run a calibration, or what is left of it, and return what came of it.

    Parameters
    ----------
    calibration
        What to fit, to what, and the budget. A larger budget in the same directory goes on with the same trials.
    out
        Directory of the log and the results.
    workers
        Worker processes; never changes a number.
    progress
        Whom to tell: a trial is a target to it.

    Raises
    ------
    InputError
        If the directory holds another calibration.
    SearchError
        If work is left and the sources changed since it began, or no target could be run.
    KeyboardInterrupt
        After Ctrl-C; what was finished is kept.
    """
    out.mkdir(parents=True, exist_ok=True)
    with locked(out), CalibrationLog(out / LOG_NAME, header(calibration)) as log, StopRequest() as stop:
        calibration = _agreed(calibration, log)
        with Bench(workers, out / SCRATCH, progress, stop) as bench:
            _Coordinator(calibration, log, bench).run()
        choice = choose(calibration, log.trials, [row for row in log.records.values() if row.kind == FRESH])
        write_results(out, choice, log.header)
    return choice


def header(calibration: Calibration) -> dict[str, Any]:
    """Return the first line of a log: the calibration, and all that its numbers depend on beside it."""
    groups = sorted({target.group for target in calibration.chosen})
    return {
        "calibration": calibration.name,
        "identity": calibration.identity(),
        "parameters": [row.to_data() for row in calibration.parameters],
        "targets": {target.id: target.kind for target in calibration.chosen},
        "sources": {
            "model": model_hash(),
            "targets": targets_hash(),
            "shared": source_of("rehab_opt.validation.run"),
            **{group: source_of(module_of(group)) for group in groups},
        },
        "versions": installed_versions(),
    }


def _agreed(calibration: Calibration, log: CalibrationLog) -> Calibration:
    """Return the calibration with the ranges and the start of the log: today's values may have changed since."""
    stored, own = log.header["identity"], calibration.identity()
    differing = [key for key in own if stored.get(key) != own[key]]
    if differing:
        message = f"this directory holds another calibration: {', '.join(differing)} differ. Give another directory"
        raise SearchError(message, file=log.path)
    rows = {row["name"]: Fitted.from_data(row) for row in log.header["parameters"]}
    return replace(calibration, parameters=tuple(rows[row.name] for row in calibration.parameters))


class _Coordinator:
    """One evaluation at a time, in an order that depends on the calibration alone."""

    def __init__(self, calibration: Calibration, log: CalibrationLog, bench: Bench) -> None:
        self.calibration, self.log, self.bench = calibration, log, bench
        self.seconds: list[float] = []
        self.checked = False

    def run(self) -> None:
        """Run what the log lacks."""
        if len(self.log.trials) < self.calibration.trials:
            with quiet_optuna():
                self._search()
        trials = self.log.trials[: self.calibration.trials]
        again = [
            (row, repeat) for repeat in range(self.calibration.repeats) for row in finalists(self.calibration, trials)
        ]
        for place, (row, repeat) in enumerate(again, start=1):
            words = f"trial {row.number} on fresh patients"
            self._evaluate(row.point, FRESH, row.number, repeat, words, (place, len(again)))

    def _search(self) -> None:
        import optuna

        store = optuna.create_study(direction="minimize")
        store.enqueue_trial(self.calibration.start)
        for number in range(self.calibration.trials):
            self._trial(store, number)

    def _trial(self, store: Study, number: int) -> None:
        own = self.calibration
        store.sampler = make_sampler(own.sampler, own.seed, number, own.startup)
        trial = store.ask({row.name: row.distribution() for row in own.parameters})
        point = {row.name: float(trial.params[row.name]) for row in own.parameters}
        record = self._evaluate(point, TRIAL, number, 0, f"trial {number}", (number + 1, own.trials))
        if dict(record.point) != point:
            message = f"trial {number} would now be proposed differently; go on with the versions in its first line"
            raise SearchError(message, file=self.log.path)
        store.tell(trial, record.loss)

    def _evaluate(self, point: Any, kind: str, number: int, repeat: int, words: str, place: tuple[int, int]) -> Record:
        known = self.log.records.get((kind, number, repeat))
        if known is not None:
            return known
        self._check_sources()
        progress = self.bench.progress
        if progress is not None:
            progress.on_target(*place, words)
        with bounded(self.calibration, self.bench.folder):
            try:
                record = evaluate(self.calibration, point, kind, number, repeat, self.bench)
            except SearchInterrupted:
                done = f"stopped with {len(self.log.trials)} of {self.calibration.trials} trials done"
                raise SearchInterrupted(f"{done}; the same command goes on from there") from None
            _check_first(record)
            self.log.append(record)
        self.seconds.append(record.seconds)
        if progress is not None:
            progress.on_verdict(words, self._words(record, place), record.seconds)
        return record

    def _words(self, record: Record, place: tuple[int, int]) -> str:
        recent = self.seconds[-20:]
        left = (place[1] - place[0]) * sum(recent) / len(recent) / 60
        words = f"loss {record.loss:.4g}, about {left:.0f} min left"
        if record.kind == TRIAL:
            words += f", best {min(row.loss for row in self.log.trials):.4g}"
        troubles = [f"{name} ({row['trouble']})" for name, row in record.targets.items() if row["trouble"]]
        return words + (f"; could not be run: {'; '.join(troubles)}" if troubles else "")

    def _check_sources(self) -> None:
        """Check once a session, before its first evaluation: what is loaded then is what all of it runs with."""
        if self.checked:
            return
        self.checked = True
        if header(self.calibration)["sources"] != self.log.header["sources"]:
            message = (
                "the sources changed since this calibration began. Restore them, or start anew in another directory"
            )
            raise SearchError(message, file=self.log.path)


def _check_first(record: Record) -> None:
    """Refuse to begin when nothing can be run with today's values: a search would find nothing."""
    troubles = [row["trouble"] for row in record.targets.values()]
    if record.kind == TRIAL and record.number == 0 and all(troubles):
        raise SearchError(f"no target could be run with today's values: {troubles[0]}", key="targets")
