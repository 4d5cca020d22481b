"""Open work: jobs of several blocks of patients, sent to an executor, collected when their last block is done."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from rehab_opt.errors import LostWorkError
from rehab_opt.search.evaluate import PatientResult, Work, evaluate_block
from rehab_opt.search.record.records import COMPLETED, CRASHED, FAILED, TIMED_OUT
from rehab_opt.search.workers.executors import BlockTimedOutError, Executor, WorkerDiedError

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy

K = TypeVar("K", bound=Hashable)
LONGEST_MESSAGE = 300
FAULTS = {WorkerDiedError: CRASHED, BlockTimedOutError: TIMED_OUT}


@dataclass(frozen=True, slots=True)
class Landed(Generic[K]):
    """A job that is done: its key, how it went, and one result a patient in the order of the panel."""

    key: K
    outcome: str
    results: tuple[PatientResult, ...]
    message: str


@dataclass(slots=True)
class _Job:
    policy: Policy
    blocks: Sequence[Sequence[Patient]]
    futures: list[Future[tuple[PatientResult, ...]]] = field(default_factory=list)


class Desk(Generic[K]):
    """Send jobs out and collect them.

    Parameters
    ----------
    executor
        Where the blocks run.
    work
        What all jobs share.
    """

    def __init__(self, executor: Executor, work: Work) -> None:
        self._executor = executor
        self._work = work
        self._jobs: dict[K, _Job] = {}

    def submit(self, key: K, policy: Policy, blocks: Sequence[Sequence[Patient]]) -> None:
        """Send out one job."""
        job = _Job(policy, blocks)
        job.futures = [self._send(job, block) for block in blocks]
        self._jobs[key] = job

    def collect(self, seconds: float = 0.0) -> list[Landed[K]]:
        """Return the jobs that are done, waiting up to ``seconds`` for the first.

        Raises
        ------
        LostWorkError
            If the executor's workers are gone, once nothing is left that they had finished.
        """
        if seconds > 0.0 and not any(_done(job) for job in self._jobs.values()):
            open_futures = [future for job in self._jobs.values() for future in job.futures if not future.done()]
            wait(open_futures, timeout=seconds, return_when=FIRST_COMPLETED)
        done = [key for key, job in self._jobs.items() if _done(job)]
        lost = {key: error for key in done if (error := _lost(self._jobs[key])) is not None}
        landed = [_landed(key, self._jobs.pop(key)) for key in done if key not in lost]
        if lost and not landed:
            raise next(iter(lost.values()))
        return landed

    def drop_waiting(self) -> None:
        """Take back every job that no worker has touched; the others stay, to be collected."""
        for key in reversed(list(self._jobs)):
            job = self._jobs[key]
            taken_back = [future.cancel() for future in job.futures]
            if all(taken_back):
                del self._jobs[key]
                continue
            for i, block in enumerate(job.blocks):
                if taken_back[i]:
                    job.futures[i] = self._send(job, block)

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, key: object) -> bool:
        return key in self._jobs

    def _send(self, job: _Job, block: Sequence[Patient]) -> Future[tuple[PatientResult, ...]]:
        return self._executor.submit(evaluate_block, self._work, tuple(block), job.policy)


def _done(job: _Job) -> bool:
    return all(future.done() for future in job.futures)


def _lost(job: _Job) -> LostWorkError | None:
    errors = (future.exception() for future in job.futures)
    return next((error for error in errors if isinstance(error, LostWorkError)), None)


def _landed(key: K, job: _Job) -> Landed[K]:
    for future in job.futures:
        # The first faulty block in the order of the panel speaks, whichever worker was faster.
        error = future.exception()
        if error is not None:
            outcome = next((word for kind, word in FAULTS.items() if isinstance(error, kind)), FAILED)
            return Landed(key, outcome, (), f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE])
    results = tuple(result for future in job.futures for result in future.result())
    return Landed(key, COMPLETED, results, "")
