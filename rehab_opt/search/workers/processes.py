"""Worker processes that may die: the pool is rebuilt and open work tried again, the last time alone, so that only the
culprit fails."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

from rehab_opt.search.workers.executors import DIED_WORDS, BlockTimedOutError, WorkerDiedError, timed_out_words
from rehab_opt.search.workers.time_limit import TimeLimit, run_noted
from rehab_opt.worker import start_worker

P = ParamSpec("P")
T = TypeVar("T")


class _Unit(Future[Any]):
    """A unit of work with its future; survives the pool that it was given to."""

    def __init__(self, number: int, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        super().__init__()
        self.number, self.work = number, (fn, args, kwargs)
        self.broken = self.attempts = 0
        self.late = False
        self.inner: Future[Any] | None = None

    @property
    def key(self) -> str:
        """Name of this attempt: what an attempt before has left behind must not be taken for it."""
        return f"{self.number}-{self.attempts}"

    def call(self, pool: ProcessPoolExecutor, limit: TimeLimit | None) -> Future[Any]:
        """Send the work to a pool."""
        self.attempts += 1
        fn, args, kwargs = self.work
        if limit is None:
            return pool.submit(fn, *args, **kwargs)
        return pool.submit(run_noted, limit.note(self.key), fn, args, kwargs)

    def cancel(self) -> bool:
        """Take the work back unless a worker has it already."""
        inner = self.inner
        return inner is not None and inner.cancel()

    def withdraw(self) -> None:
        """Settle as cancelled: the pool has dropped the work."""
        super().cancel()
        self.set_running_or_notify_cancel()

    def settle(self, inner: Future[Any]) -> None:
        """Hand on the result of the worker."""
        error = inner.exception()
        if error is None:
            self.set_result(inner.result())
        else:
            self.set_exception(error)


class ProcessExecutor:
    """Spawned processes behind the `Executor` protocol.

    When a worker dies, every open unit is resubmitted to a new pool. A unit whose pool broke twice runs a third time
    with a pool of its own; if that breaks too, its future raises `WorkerDiedError`. Units that merely shared a pool
    with it come through. The worker of a unit that takes too long is killed; the unit's future raises
    `BlockTimedOutError`, and the others go on in a new pool as if nothing had been.

    Parameters
    ----------
    workers
        Number of processes, 1 or more.
    block_seconds
        Longest time of a unit of work; None is no limit. It includes the loading of the model in a new process.
    """

    def __init__(self, workers: int, block_seconds: float | None = None) -> None:
        self._workers, self.block_seconds = workers, block_seconds
        self._lock = threading.Lock()
        self._pool = _new_pool(workers)
        self._alone = ThreadPoolExecutor(1, thread_name_prefix="rehab-opt-alone")
        self._alone_pool: ProcessPoolExecutor | None = None
        self._limit = None if block_seconds is None else TimeLimit(block_seconds, self._on_late)
        self._at_work: dict[str, tuple[_Unit, ProcessPoolExecutor]] = {}
        self._ended: set[ProcessPoolExecutor] = set()
        self._numbers = itertools.count()
        self._open = True

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send ``fn`` and its arguments to a process; both must be picklable."""
        unit = _Unit(next(self._numbers), fn, args, kwargs)
        self._start(unit)
        return unit

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, after their work or (``cancel_futures``) after what they have begun."""
        self._open = False
        with self._lock:
            pool = self._pool
        pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._alone.shutdown(wait=wait, cancel_futures=cancel_futures)
        if self._limit is not None:
            self._limit.close()

    def abandon(self) -> None:
        """Kill the processes, whatever they are doing."""
        self._open = False
        with self._lock:
            pools = [self._pool, self._alone_pool]
        for pool in pools:
            # The way to them is private until Python 3.14 has `kill_workers`.
            for process in list((getattr(pool, "_processes", None) or {}).values()):
                process.kill()
        self.shutdown(wait=False, cancel_futures=True)

    def _start(self, unit: _Unit) -> None:
        # Never into a pool under our own lock: a pool that breaks calls us back under its lock.
        while True:
            with self._lock:
                pool = self._pool
            try:
                inner = unit.call(pool, self._limit)
                break
            except BrokenProcessPool:
                # It broke since the last unit; this unit has not been tried.
                self._replace(pool)
        with self._lock:
            unit.inner = inner
            self._at_work[unit.key] = (unit, pool)
        inner.add_done_callback(lambda done: self._landed(unit, pool, done))

    def _replace(self, pool: ProcessPoolExecutor) -> None:
        """Put a new pool in the place of a broken one, once."""
        with self._lock:
            if self._pool is pool:
                self._pool = _new_pool(self._workers)

    def _landed(self, unit: _Unit, pool: ProcessPoolExecutor, done: Future[Any]) -> None:
        self._forget(unit)
        if done.cancelled():
            unit.withdraw()
            return
        if not isinstance(done.exception(), BrokenProcessPool) or not self._open:
            unit.settle(done)
            return
        self._replace(pool)
        if unit.late:
            unit.set_exception(self._too_late())
            return
        # A pool that was ended here says nothing about the units that merely shared it.
        unit.broken += pool not in self._ended
        if unit.broken < 2:
            self._start(unit)
        else:
            alone = self._alone.submit(self._run_alone, unit)
            alone.add_done_callback(lambda dropped: unit.withdraw() if dropped.cancelled() else None)

    def _forget(self, unit: _Unit) -> None:
        self._at_work.pop(unit.key, None)
        if self._limit is not None:
            self._limit.landed(unit.key)

    def _on_late(self, key: str) -> None:
        with self._lock:
            unit, pool = self._at_work.get(key, (None, None))
            if unit is not None and pool is not None:
                unit.late = True
                self._ended.add(pool)

    def _too_late(self) -> BlockTimedOutError:
        return BlockTimedOutError(timed_out_words(self.block_seconds))

    def _run_alone(self, unit: _Unit) -> None:
        with _new_pool(1) as pool:
            self._alone_pool = pool
            inner = unit.call(pool, self._limit)
            self._at_work[unit.key] = (unit, pool)
            try:
                unit.set_result(inner.result())
            except BrokenProcessPool:
                unit.set_exception(self._too_late() if unit.late else WorkerDiedError(DIED_WORDS))
            except Exception as error:
                unit.set_exception(error)
            finally:
                self._forget(unit)
                self._alone_pool = None


def _new_pool(workers: int) -> ProcessPoolExecutor:
    # Spawn, not fork: a forked child inherits the locks of threads that it does not have.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=start_worker)
