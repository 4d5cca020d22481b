"""A contract suite for executors: subclass it in your own tests, return your executor, and pytest runs it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait

import pytest

from rehab_opt.search.workers.executors import Executor


def _double(value: int) -> int:
    return 2 * value


def _slow_square(value: int) -> int:
    # The earlier it is sent, the later it is done: the order of completion differs from that of submission.
    time.sleep(0.02 * (3 - value % 4))
    return value * value


def _refuse(message: str) -> None:
    raise ValueError(message)


class ExecutorContract:
    """What every executor must do. Override `executor`.

    Examples
    --------
    In a test module::

        class TestMine(ExecutorContract):
            @pytest.fixture
            def executor(self):
                mine = MyExecutor()
                yield mine
                mine.shutdown()
    """

    @pytest.fixture
    def executor(self) -> Executor:
        """Return the executor under test."""
        raise NotImplementedError("return an executor from this fixture")

    def test_returns_the_result_of_a_function(self, executor: Executor) -> None:
        """A submitted function gives its result through a future of the standard library."""
        future = executor.submit(_double, 21)
        assert isinstance(future, Future)
        assert future.result(timeout=60) == 42

    def test_each_future_belongs_to_its_own_call(self, executor: Executor) -> None:
        """Results do not depend on which worker was faster."""
        futures = [executor.submit(_slow_square, value) for value in range(8)]
        assert [future.result(timeout=60) for future in futures] == [value * value for value in range(8)]

    def test_an_error_reaches_the_caller_and_later_work_still_runs(self, executor: Executor) -> None:
        """An exception of the work is the exception of its future, with type and message."""
        failed = executor.submit(_refuse, "no such patient")
        with pytest.raises(ValueError, match="no such patient"):
            failed.result(timeout=60)
        assert executor.submit(_double, 2).result(timeout=60) == 4

    def test_futures_can_be_waited_for_together(self, executor: Executor) -> None:
        """The standard `wait` works on its futures."""
        futures = [executor.submit(_double, value) for value in range(3)]
        done, waiting = wait(futures, timeout=60)
        assert len(done) == 3
        assert not waiting

    def test_takes_work_from_several_threads(self, executor: Executor) -> None:
        """Threads may share it."""
        found: dict[int, int] = {}

        def ask(value: int) -> None:
            found[value] = executor.submit(_double, value).result(timeout=60)

        threads = [threading.Thread(target=ask, args=(value,)) for value in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == {value: 2 * value for value in range(4)}

    def test_shutdown_can_drop_what_has_not_begun(self, executor: Executor) -> None:
        """After a shutdown every future is settled: done or cancelled, never left open."""
        futures = [executor.submit(_slow_square, value) for value in range(20)]
        executor.shutdown(wait=True, cancel_futures=True)
        assert all(future.done() for future in futures)
