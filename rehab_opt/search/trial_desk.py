"""Trials under way: sent out whole, or, with early stopping, from look to look until one is judged or complete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.search.desk import Desk, Landed
from rehab_opt.search.evaluate import PatientResult, Work, blocks
from rehab_opt.search.judgement.looks import Verdict, judge, look_sizes
from rehab_opt.search.record.records import COMPLETED, STOPPED, TrialRecord
from rehab_opt.search.workers.executors import Executor

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.study import Study
    from rehab_opt.therapy import Policy


@dataclass(frozen=True, slots=True)
class Finished:
    """A trial that is over: how it went, one result a patient seen, and the verdict if it was stopped."""

    number: int
    outcome: str
    results: tuple[PatientResult, ...]
    message: str = ""
    verdict: Verdict | None = None


@dataclass(slots=True)
class _UnderWay:
    policy: Policy
    rivals: Sequence[TrialRecord]
    seen: tuple[PatientResult, ...]


class TrialDesk:
    """Sends trials out and collects them.

    Without early stopping all blocks of a trial are sent at once. With it, blocks go out up to the next look only: what
    is looked at is a function of the study, so a trial ends at the same patient however many workers there are.

    Parameters
    ----------
    study
        Its search settings and panel.
    executor, work
        Where the blocks run, and what they share.
    patients
        The search panel.
    note
        Called with the number of a trial and its latest results when it goes on after a look.
    """

    def __init__(
        self,
        study: Study,
        executor: Executor,
        work: Work,
        patients: Sequence[Patient],
        note: Callable[[int, tuple[PatientResult, ...]], None],
    ) -> None:
        self._study, self._patients, self._note = study, patients, note
        self._desk: Desk[int] = Desk(executor, work)
        self._open: dict[int, _UnderWay] = {}
        size = study.search.block
        looks = look_sizes(len(patients), size) if study.search.early_stopping > 0.0 else ()
        ends = (*looks, len(patients))
        starts = (0, *looks)
        self._parts = {first: blocks(patients[first:last], size) for first, last in zip(starts, ends, strict=True)}

    def submit(
        self, number: int, policy: Policy, rivals: Sequence[TrialRecord], seen: tuple[PatientResult, ...] = ()
    ) -> None:
        """Begin a trial, or go on with one after what was ``seen``; ``rivals`` are what it is compared with."""
        self._open[number] = _UnderWay(policy, rivals, seen if len(seen) in self._parts else ())
        self._send(number)

    def collect(self, seconds: float = 0.0) -> list[Finished]:
        """Return the trials that are over, waiting up to ``seconds`` for the first block to land."""
        found = (self._advance(job) for job in self._desk.collect(seconds))
        return [trial for trial in found if trial is not None]

    def drop_waiting(self) -> None:
        """Take back every trial that no worker has touched; the others go on to their end."""
        self._desk.drop_waiting()
        for number, trial in list(self._open.items()):
            if number in self._desk:
                continue
            if trial.seen:
                self._send(number)
            else:
                del self._open[number]

    def __len__(self) -> int:
        return len(self._open)

    def _send(self, number: int) -> None:
        trial = self._open[number]
        self._desk.submit(number, trial.policy, self._parts[len(trial.seen)])

    def _advance(self, job: Landed[int]) -> Finished | None:
        trial = self._open[job.key]
        if job.outcome != COMPLETED:
            del self._open[job.key]
            return Finished(job.key, job.outcome, (), job.message)
        trial.seen += job.results
        complete = len(trial.seen) >= len(self._patients)
        verdict = None if complete else judge(self._study, trial.seen, trial.rivals)
        if not complete and verdict is None:
            self._note(job.key, job.results)
            self._send(job.key)
            return None
        del self._open[job.key]
        if verdict is None:
            return Finished(job.key, COMPLETED, trial.seen)
        return Finished(job.key, STOPPED, trial.seen, verdict.reason, verdict)
