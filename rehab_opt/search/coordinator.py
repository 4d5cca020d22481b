"""The one coordinator: asks Optuna for trials with a fixed lag, has them simulated, and tells the results in order.

Trial n is asked exactly when trials 0 ... n - L are told, by a sampler built anew from (seed of the study, n). So the
history depends on the study alone, not on the number of workers or on who finished first, and a search that was stopped
goes on by replaying its log through this same code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rehab_opt.search.bench import PATIENCE_SECONDS, Bench, panel_work
from rehab_opt.search.desk import Desk, Landed
from rehab_opt.search.errors import SearchError, SearchInterrupted
from rehab_opt.search.evaluate import blocks
from rehab_opt.search.records import COMPLETED, Point, TrialRecord
from rehab_opt.search.references import Entry
from rehab_opt.search.samplers import distributions, make_sampler, quiet_optuna
from rehab_opt.search.score import constraint_values, objective_value
from rehab_opt.search.versions import installed_versions, version_words
from rehab_opt.therapy import as_policy

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import Trial

    from rehab_opt.patient import Patient
    from rehab_opt.study import Study

SAMPLED = "sampler"
FEWEST_FAILURES = 10


def run_trials(
    study: Study, bench: Bench, patients: Sequence[Patient], entered: Mapping[str, Entry]
) -> tuple[TrialRecord, ...]:
    """Run the whole search, or what is left of it, and return its trials in order.

    Parameters
    ----------
    study
        What to search.
    bench
        Tools of the run; trials that the log holds are replayed, not simulated.
    patients
        The search panel: every trial sees the same patients and noise.
    entered
        References that the box can express; they become the first trials.

    Raises
    ------
    SearchError
        If the log does not fit what would be proposed now, or no trial works.
    SearchInterrupted
        After Ctrl-C, once the trials that had begun are in the log.
    """
    known = bench.log.contents.trials
    if bench.mirror is not None:
        header = bench.log.contents.header
        bench.mirror.begin(study, str(header.get("sum", "")), distributions(study.space.dimensions))
    if len(known) == study.search.trials:
        # Nothing is left to propose, so there is nothing that a replay could find.
        bench.pace.recall(len(known) * len(patients))
        found = tuple(known[number] for number in range(len(known)))
        if bench.mirror is not None:
            for record in found:
                bench.mirror.tell(record)
        return found
    with quiet_optuna():
        return _Coordinator(study, bench, patients, entered).run()


class _Coordinator:
    def __init__(self, study: Study, bench: Bench, patients: Sequence[Patient], entered: Mapping[str, Entry]) -> None:
        import optuna

        from rehab_opt.search.box_sampler import BoxSampler

        self.study, self.bench = study, bench
        self.blocks = blocks(patients, study.search.block)
        self.patients = len(patients)
        self.box: dict[str, BaseDistribution] = distributions(study.space.dimensions)
        self.desk: Desk[int] = Desk(bench.executor, panel_work(study, "search"))
        self.entered = list(entered.items())[: study.search.trials]
        self.sampler = BoxSampler(self._own_sampler(0))
        self.store = optuna.create_study(direction="maximize", storage=None, sampler=self.sampler)
        # Under code that was accepted as other, what is recorded is taken as it is, whatever would be proposed now.
        self.recorded_points = bool(bench.log.contents.accepted)
        for number, (_, entry) in enumerate(self.entered):
            self.store.enqueue_trial(dict(self._recorded_point(number) or entry.point))
        self.asked: list[tuple[Trial, Point]] = []
        self.landed: dict[int, TrialRecord] = {}
        self.best: float | None = None
        self.feasible = 0
        self.worked = False

    def run(self) -> tuple[TrialRecord, ...]:
        total, lag = self.study.search.trials, self.study.search.lag
        self.bench.progress.on_stage("search", total)
        for number in range(total):
            while len(self.asked) < min(total, number + lag) and not self.bench.stop.asked:
                self._ask()
                self._collect(0.0)
            while number not in self.landed:
                if self.bench.stop.asked:
                    self._leave()
                self._collect(PATIENCE_SECONDS)
            self._tell(number)
        return tuple(self.landed[number] for number in range(total))

    def _own_sampler(self, number: int) -> BaseSampler:
        settings = self.study.search
        return make_sampler(settings.sampler, self.study.seed, number, settings.startup)

    def _ask(self) -> None:
        number = len(self.asked)
        self.sampler.inner = self._own_sampler(number)
        recorded = self._recorded_point(number)
        if recorded is not None and number >= len(self.entered):
            from rehab_opt.search.recorded import RecordedSampler

            self.sampler.inner = RecordedSampler(self.sampler.inner, recorded)
        trial = self.store.ask(self.box)
        point = {name: trial.params[name] for name in self.box}
        self.asked.append((trial, point))
        known = self.bench.log.contents.trials.get(number)
        if known is not None:
            if dict(known.point) != point:
                self._refuse(known, point)
            self._count(known)
            self.bench.pace.recall(self.patients)
        elif number < len(self.entered) and self.entered[number][1].results:
            self.bench.pace.recall(self.patients)
            self._land(Landed(number, COMPLETED, self.entered[number][1].results, ""))
        else:
            self.desk.submit(number, as_policy(self.study.space.decode(point)), self.blocks)

    def _recorded_point(self, number: int) -> Point | None:
        known = self.bench.log.contents.trials.get(number)
        if known is None or not self.recorded_points or known.point.keys() != self.box.keys():
            return None
        return known.point

    def _collect(self, seconds: float) -> None:
        for job in self.desk.collect(seconds):
            self.bench.pace.simulated(self.patients)
            self._land(job)

    def _land(self, job: Landed[int]) -> None:
        record = self._record(job)
        self.bench.log.append(record)
        self._count(record)
        self._show()

    def _count(self, record: TrialRecord) -> None:
        self.landed[record.number] = record
        if record.feasible and record.value is not None:
            self.feasible += 1
            self.best = record.value if self.best is None else max(self.best, record.value)

    def _record(self, job: Landed[int]) -> TrialRecord:
        worked = job.outcome == COMPLETED
        return TrialRecord(
            number=job.key,
            point=self.asked[job.key][1],
            origin=self.entered[job.key][0] if job.key < len(self.entered) else SAMPLED,
            outcome=job.outcome,
            value=objective_value(job.results, self.study.objective) if worked else None,
            constraints=constraint_values(job.results, self.study.constraints) if worked else {},
            results=job.results,
            message=job.message,
        )

    def _tell(self, number: int) -> None:
        import optuna

        record, trial = self.landed[number], self.asked[number][0]
        if self.bench.mirror is not None:
            self.bench.mirror.tell(record)
        if record.outcome != COMPLETED:
            self.store.tell(trial, state=optuna.trial.TrialState.FAIL)
            enough = min(self.study.search.trials, max(FEWEST_FAILURES, self.study.search.lag))
            if not self.worked and number + 1 >= enough:
                message = f"none of the first {number + 1} trials worked; trial {number}: {record.message}"
                raise SearchError(message, key="model")
            return
        self.worked = True
        for name, value in record.constraints.items():
            trial.set_constraint(name, value)
        self.store.tell(trial, record.value)

    def _show(self) -> None:
        done, total = len(self.landed), self.study.search.trials
        self.bench.progress.on_trial(done, total, self.best, self.feasible / done, self.bench.pace.seconds_left())

    def _leave(self) -> None:
        """Let trials that have begun finish, drop the others, and end."""
        self.desk.drop_waiting()
        while len(self.desk):
            self._collect(PATIENCE_SECONDS)
        done, total = len(self.bench.log.contents.trials), self.study.search.trials
        raise SearchInterrupted(f"stopped with {done} of {total} trials done")

    def _refuse(self, known: TrialRecord, point: Point) -> None:
        name = next((n for n in self.box if known.point.get(n) != point[n]), "number of dimensions")
        recorded = version_words(self.bench.log.contents.code[1])
        raise SearchError(
            f"trial {known.number} would now be proposed differently: {name} was {known.point.get(name)!r} and would "
            f"be {point.get(name)!r}. Recorded with {recorded}; installed: {version_words(installed_versions())}. "
            "Go on with the versions of the record, or start anew in another directory, or go on from the recorded "
            "trials all the same with --accept-changes versions",
            file=self.bench.log.path,
        )
