"""Named policies on one panel of patients, outside the trials: references, the choice of the finalist, the
confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.search.bench import PATIENCE_SECONDS, Bench
from rehab_opt.search.desk import Desk
from rehab_opt.search.errors import SearchError, SearchInterrupted
from rehab_opt.search.evaluate import PatientResult, Work, blocks
from rehab_opt.search.record.records import COMPLETED, CONFIRM, BlockRecord

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy


@dataclass(frozen=True, slots=True)
class PanelResult:
    """One policy on one panel: ``results`` in the order of the panel, or none and the ``message`` of the first faulty
    block."""

    results: tuple[PatientResult, ...]
    message: str = ""


def evaluate_policies(
    bench: Bench,
    panel: str,
    policies: Mapping[str, Policy],
    patients: Sequence[Patient],
    work: Work,
    block: int,
) -> dict[str, PanelResult]:
    """Evaluate every policy on the same patients and noise; blocks that the log holds are not evaluated again.

    A reference or a finalist that fails is noted as failed, and the run goes on without it. The confirmation is the
    result of the run, so a fault there ends it; nothing is noted, and the same command tries that block again.

    Parameters
    ----------
    bench
        Tools of the run.
    panel
        Kind of the log's lines: ``"reference"``, ``"choice"`` or ``"confirm"``.
    policies
        Name -> policy.
    patients, work
        The panel and what its evaluations share.
    block
        Patients a unit of work.

    Raises
    ------
    SearchError
        If a block of the confirmation fails.
    SearchInterrupted
        After Ctrl-C, once the blocks that had begun are in the log.
    """
    run = _PanelRun(bench, panel, policies, blocks(patients, block), Desk(bench.executor, work))
    run.evaluate()
    return run.results()


@dataclass(frozen=True, slots=True)
class _PanelRun:
    bench: Bench
    panel: str
    policies: Mapping[str, Policy]
    parts: Sequence[tuple[Patient, ...]]
    desk: Desk[tuple[str, int]]

    def evaluate(self) -> None:
        wanted = [(name, i) for name in self.policies for i in range(len(self.parts))]
        missing = [key for key in wanted if self._record(key) is None]
        total = len(wanted)
        self.bench.pace.recall(sum(len(self.parts[i]) for name, i in wanted if (name, i) not in missing))
        self.bench.progress.on_stage(self.panel, total)
        done = total - len(missing)
        for name, i in missing:
            if self.bench.stop.asked:
                break
            self.desk.submit((name, i), self.policies[name], [self.parts[i]])
            done = self._note(0.0, done, total)
        while len(self.desk) and not self.bench.stop.asked:
            done = self._note(PATIENCE_SECONDS, done, total)
        if done < total:
            self.desk.drop_waiting()
            while len(self.desk):
                done = self._note(PATIENCE_SECONDS, done, total)
        if done < total:
            raise SearchInterrupted(f"stopped with {done} of {total} blocks of the {self.panel} panel done")

    def results(self) -> dict[str, PanelResult]:
        return {name: self._result(name) for name in self.policies}

    def _record(self, key: tuple[str, int]) -> BlockRecord | None:
        return self.bench.log.contents.blocks.get((self.panel, *key))

    def _note(self, seconds: float, done: int, total: int) -> int:
        """Enter what has landed into the log and return how many blocks are done now."""
        for job in self.desk.collect(seconds):
            name, i = job.key
            if job.outcome != COMPLETED and self.panel == CONFIRM:
                raise SearchError(f"{name} could not be evaluated on fresh patients: {job.message}", key="model")
            self.bench.log.append(
                BlockRecord(
                    panel=self.panel,
                    policy=name,
                    block=i,
                    outcome=job.outcome,
                    results=job.results,
                    message=job.message,
                )
            )
            self.bench.pace.simulated(len(self.parts[i]))
            done += 1
            self.bench.progress.on_block(self.panel, done, total, self.bench.pace.seconds_left())
        return done

    def _result(self, name: str) -> PanelResult:
        records = [self.bench.log.contents.blocks[self.panel, name, i] for i in range(len(self.parts))]
        failed = next((record for record in records if record.outcome != COMPLETED), None)
        if failed is not None:
            return PanelResult((), failed.message or failed.outcome)
        return PanelResult(tuple(result for record in records for result in record.results))
