"""The one coordinator: asks Optuna for trials with a fixed lag, has them simulated, and tells the results in order.

Trial n is asked exactly when trials 0 ... n - L are told, by a sampler built anew from (seed of the study, n). So the
history depends on the study alone, not on the number of workers or on who finished first, and a search that was stopped
goes on by replaying its log through this same code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rehab_opt.search.bench import PATIENCE_SECONDS, Bench, panel_work
from rehab_opt.search.errors import SearchError, SearchInterrupted
from rehab_opt.search.judgement.budget import Budget
from rehab_opt.search.judgement.looks import better_rivals
from rehab_opt.search.judgement.score import constraint_values, objective_values
from rehab_opt.search.proposals.samplers import distributions, make_sampler, proposes_together, quiet_optuna
from rehab_opt.search.record.records import COMPLETED, STOPPED, PartRecord, Point, TrialRecord
from rehab_opt.search.record.versions import installed_versions, version_words
from rehab_opt.search.references import Entry
from rehab_opt.search.trial_desk import Finished, TrialDesk
from rehab_opt.therapy import as_policy

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import Trial

    from rehab_opt.patient import Patient
    from rehab_opt.search.evaluate import PatientResult
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
    known, total = bench.log.contents.trials, bench.log.contents.total(study.search.trials)
    if bench.mirror is not None:
        header = bench.log.contents.header
        bench.mirror.begin(study, str(header.get("sum", "")), distributions(study.space.dimensions))
    if all(number in known for number in range(total)):
        # Nothing is left to propose, so there is nothing that a replay could find.
        bench.pace.recall(study.search.trials * len(patients))
        found = tuple(known[number] for number in range(total))
        if bench.mirror is not None:
            for record in found:
                bench.mirror.tell(record)
        return found
    with quiet_optuna():
        return _Coordinator(study, bench, patients, entered).run()


class _Coordinator:
    def __init__(self, study: Study, bench: Bench, patients: Sequence[Patient], entered: Mapping[str, Entry]) -> None:
        import optuna

        from rehab_opt.search.proposals.box_sampler import BoxSampler

        self.study, self.bench = study, bench
        self.patients = len(patients)
        self.box: dict[str, BaseDistribution] = distributions(study.space.dimensions)
        self.desk = TrialDesk(study, bench.executor, panel_work(study, "search"), patients, self._note)
        self.budget = Budget(study, bench.log)
        self.entered = list(entered.items())[: study.search.trials]
        self.sampler = BoxSampler(self._own_sampler(0))
        raised, lowered = optuna.study.StudyDirection.MAXIMIZE, optuna.study.StudyDirection.MINIMIZE
        directions = [raised, *(lowered for _ in study.objective.trade_off)]
        self.store = optuna.create_study(directions=directions, storage=None, sampler=self.sampler)
        # Under code that was accepted as other, what is recorded is taken as it is, whatever would be proposed now.
        self.recorded_points = bool(bench.log.contents.accepted)
        for number, (_, entry) in enumerate(self.entered):
            self.store.enqueue_trial(dict(self._recorded_point(number) or entry.point))
        self.asked: list[tuple[Trial, Point]] = []
        self.landed: dict[int, TrialRecord] = {}
        self.told: list[TrialRecord] = []
        self.rivals: tuple[TrialRecord, ...] = ()
        self.best: float | None = None
        self.feasible = 0
        self.worked = False

    def run(self) -> tuple[TrialRecord, ...]:
        lag, number = self.study.search.lag, 0
        self.bench.progress.on_stage("search", self.budget.total)
        while number < self.budget.total:
            while len(self.asked) < number + lag and not self.bench.stop.asked and self.budget.allows(len(self.asked)):
                self._ask()
                self._collect(0.0)
            if number >= self.budget.total:
                break
            while number not in self.landed:
                if self.bench.stop.asked:
                    self._leave()
                self._collect(PATIENCE_SECONDS)
            self._tell(number)
            number += 1
            # Not how many were asked: after Ctrl-C that is fewer, and the rule must not depend on it.
            self.budget.told(self.told, min(self.budget.total, number - 1 + lag))
        self.bench.pace.leave_out_courses((self.study.search.trials - number) * self.patients)
        return tuple(self.told)

    def _own_sampler(self, number: int) -> BaseSampler:
        settings = self.study.search
        return make_sampler(settings.sampler, self.study.seed, number, settings.startup)

    def _ask(self) -> None:
        number = len(self.asked)
        self.sampler.inner = self._own_sampler(number)
        self.sampler.together = proposes_together(self.study.search.sampler, number)
        recorded = self._recorded_point(number)
        if recorded is not None and number >= len(self.entered):
            from rehab_opt.search.proposals.recorded import RecordedSampler

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
            self._land(Finished(number, COMPLETED, self.entered[number][1].results))
        else:
            part = self.bench.log.contents.parts.get(number)
            seen = part.results if part is not None and dict(part.point) == point else ()
            self.desk.submit(number, as_policy(self.study.space.decode(point)), self.rivals, seen)

    def _recorded_point(self, number: int) -> Point | None:
        known = self.bench.log.contents.trials.get(number)
        if known is None or not self.recorded_points or known.point.keys() != self.box.keys():
            return None
        return known.point

    def _collect(self, seconds: float) -> None:
        for trial in self.desk.collect(seconds):
            self.bench.pace.simulated(len(trial.results) or self.patients)
            self.bench.pace.leave_out_courses(self.patients - len(trial.results) if trial.results else 0)
            self._land(trial)

    def _note(self, number: int, results: tuple[PatientResult, ...]) -> None:
        """Enter what a trial has so far, so that nothing of it is simulated twice."""
        self.bench.log.append(PartRecord(number, self.asked[number][1], results))

    def _land(self, trial: Finished) -> None:
        record = self._record(trial)
        self.bench.log.append(record)
        self._count(record)
        self._show()

    def _count(self, record: TrialRecord) -> None:
        self.landed[record.number] = record
        self.feasible += record.feasible
        if record.candidate and record.value is not None:
            self.best = record.value if self.best is None else max(self.best, record.value)

    def _record(self, trial: Finished) -> TrialRecord:
        values: tuple[float, ...] = ()
        constraints: Mapping[str, float] = {}
        if trial.verdict is not None:
            values, constraints = trial.verdict.values, trial.verdict.constraints
        elif trial.outcome == COMPLETED:
            values = objective_values(trial.results, self.study.objective)
            constraints = constraint_values(trial.results, self.study.constraints)
        return TrialRecord(
            number=trial.number,
            point=self.asked[trial.number][1],
            origin=self.entered[trial.number][0] if trial.number < len(self.entered) else SAMPLED,
            outcome=trial.outcome,
            value=values[0] if values else None,
            constraints=constraints,
            results=trial.results,
            message=trial.message,
            values=values if len(values) > 1 else (),
        )

    def _tell(self, number: int) -> None:
        import optuna

        record, trial = self.landed[number], self.asked[number][0]
        self.told.append(record)
        if self.bench.mirror is not None:
            self.bench.mirror.tell(record)
        if record.outcome not in (COMPLETED, STOPPED):
            self.store.tell(trial, state=optuna.trial.TrialState.FAIL)
            enough = min(self.study.search.trials, max(FEWEST_FAILURES, self.study.search.lag))
            if not self.worked and number + 1 >= enough:
                message = f"none of the first {number + 1} trials worked; trial {number}: {record.message}"
                raise SearchError(message, key="model")
            return
        self.worked = True
        for name, value in record.constraints.items():
            trial.set_constraint(name, value)
        # A stopped trial is told with its estimate: all samplers learn from it, and most would ignore a pruned one.
        self.store.tell(trial, list(record.objectives))
        self.rivals = better_rivals(self.rivals, record)

    def _show(self) -> None:
        done, left = len(self.landed), self.budget.seconds_left(self.bench.pace.seconds_left())
        self.bench.progress.on_trial(done, self.budget.total, self.best, self.feasible / done, left)

    def _leave(self) -> None:
        """Let trials that have begun finish, drop the others, and end."""
        self.desk.drop_waiting()
        while len(self.desk):
            self._collect(PATIENCE_SECONDS)
        done, total = len(self.bench.log.contents.trials), self.budget.total
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
