"""Worker processes that may die: the pool is rebuilt and open work tried again, the last time alone, so that only the
culprit fails."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

from rehab_opt.search.executors import WorkerDiedError
from rehab_opt.worker import start_worker

P = ParamSpec("P")
T = TypeVar("T")


class _Unit(Future[Any]):
    """A unit of work with its future; survives the pool that it was given to."""

    def __init__(self, call: Callable[[ProcessPoolExecutor], Future[Any]]) -> None:
        super().__init__()
        self.call = call
        self.broken = 0
        self.inner: Future[Any] | None = None

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
    with it come through.

    Parameters
    ----------
    workers
        Number of processes, 1 or more.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._pool = _new_pool(workers)
        self._alone = ThreadPoolExecutor(1, thread_name_prefix="rehab-opt-alone")
        self._open = True

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send ``fn`` and its arguments to a process; both must be picklable."""
        unit = _Unit(lambda pool: pool.submit(fn, *args, **kwargs))
        self._start(unit)
        return unit

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, after their work or (``cancel_futures``) after what they have begun."""
        self._open = False
        with self._lock:
            pool = self._pool
        pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._alone.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _start(self, unit: _Unit) -> None:
        with self._lock:
            pool = self._pool
            try:
                inner = unit.call(pool)
            except BrokenProcessPool:
                # It broke since the last unit; this unit has not been tried.
                pool = self._pool = _new_pool(self._workers)
                inner = unit.call(pool)
            unit.inner = inner
        inner.add_done_callback(lambda done: self._landed(unit, pool, done))

    def _landed(self, unit: _Unit, pool: ProcessPoolExecutor, done: Future[Any]) -> None:
        if done.cancelled():
            unit.withdraw()
            return
        if not isinstance(done.exception(), BrokenProcessPool) or not self._open:
            unit.settle(done)
            return
        with self._lock:
            if self._pool is pool:
                self._pool = _new_pool(self._workers)
        unit.broken += 1
        if unit.broken < 2:
            self._start(unit)
        else:
            alone = self._alone.submit(_run_alone, unit)
            alone.add_done_callback(lambda dropped: unit.withdraw() if dropped.cancelled() else None)


def _run_alone(unit: _Unit) -> None:
    with _new_pool(1) as pool:
        inner = unit.call(pool)
        try:
            unit.set_result(inner.result())
        except BrokenProcessPool:
            unit.set_exception(
                WorkerDiedError("its worker process died three times, the last time with nothing beside it")
            )
        except Exception as error:
            unit.set_exception(error)


def _new_pool(workers: int) -> ProcessPoolExecutor:
    # Spawn, not fork: a forked child inherits the locks of threads that it does not have.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=start_worker)
