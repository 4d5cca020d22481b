"""Where work runs: in line, in threads, in processes or on a cluster, behind one small protocol. The choice never
changes a number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, Protocol, TypeVar

from rehab_opt.course import ModelSpec
from rehab_opt.course.warm import compile_kernels
from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.search.errors import SearchInterrupted
from rehab_opt.serial import SerialExecutor

EXECUTORS = ("serial", "threads", "processes", "dask")
CAN_END_WORK = ("processes", "dask")
"""Executors that can end a block which takes too long; a thread cannot be stopped from outside."""
DIED_WORDS = "its worker died every time it was tried, the last time with nothing beside it"
P = ParamSpec("P")
T = TypeVar("T")


class Executor(Protocol):
    """What runs pure functions. Standard executors, Dask clients and MPI pools fit with a thin wrapper at most."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start ``fn`` on the arguments and return its future."""
        ...

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Release the workers; work that has not begun is dropped when ``cancel_futures``."""
        ...


class WorkerDiedError(RuntimeError):
    """The worker process of a unit of work ended each time it was tried, for example for lack of memory."""


class BlockTimedOutError(RuntimeError):
    """A unit of work took longer than it may; its worker was ended."""


def timed_out_words(seconds: float | None) -> str:
    """Return the message of a unit that took too long; the same on every executor.

    Examples
    --------
    >>> timed_out_words(60.0)
    'a block of patients took longer than 60 s'
    """
    return f"a block of patients took longer than {seconds:g} s"


def make_executor(
    name: str,
    workers: int | None = None,
    *,
    scheduler: str | None = None,
    block_seconds: float | None = None,
    plug: str | None = None,
    any_versions: bool = False,
) -> Executor:
    """Return the executor of that name.

    Parameters
    ----------
    name
        ``"serial"``, ``"threads"`` (for models that release the interpreter's lock), ``"processes"`` (for any other) or
        ``"dask"`` (a cluster that runs already).
    workers
        Number of workers, 1 or more; None is one a core that this process may use. A cluster has its own.
    scheduler
        Address of the Dask scheduler; for ``"dask"`` only, and needed there.
    block_seconds
        Longest time of a unit of work, above 0; processes and Dask only.
    plug, any_versions
        As in `DaskExecutor`.

    Raises
    ------
    InputError
        If the name is unknown, there are no workers, an option does not belong to this executor, or no scheduler
        answers.

    Examples
    --------
    >>> executor = make_executor("threads", 2)
    >>> executor.submit(pow, 2, 5).result()
    32
    >>> executor.shutdown()
    """
    if name not in EXECUTORS:
        raise unknown_name_error("executor", name, EXECUTORS, key="executor")
    if workers is not None and workers < 1:
        raise InputError("number of workers must be at least 1", key="workers", value=workers)
    _check_options(name, workers, scheduler, block_seconds)
    count = workers or usable_cores()
    if name == "serial":
        return SerialExecutor()
    if name == "threads":
        return ThreadPoolExecutor(count, thread_name_prefix="rehab-opt")
    if name == "dask":
        from rehab_opt.search.workers.cluster import DaskExecutor

        return DaskExecutor(str(scheduler), plug, any_versions=any_versions, block_seconds=block_seconds)
    from rehab_opt.search.workers.processes import ProcessExecutor

    return ProcessExecutor(count, block_seconds)


def _check_options(name: str, workers: int | None, scheduler: str | None, block_seconds: float | None) -> None:
    if (name == "dask") != (scheduler is not None):
        words = "needs the address of a running scheduler, such as tcp://10.0.0.1:8786"
        if name != "dask":
            words = f"belongs to the executor dask, and this is {name}"
        raise InputError(words, key="scheduler", value=scheduler)
    if name == "dask" and workers is not None:
        raise InputError("the Dask cluster has its own number of workers; leave it out", key="workers", value=workers)
    if block_seconds is None:
        return
    if not block_seconds > 0.0:
        raise InputError("must be above 0", key="block-seconds", value=block_seconds)
    if name not in CAN_END_WORK:
        words = f"work in the executor {name} cannot be ended from outside: threads of Python cannot be killed"
        raise InputError(words, key="block-seconds", value=block_seconds, allowed=" or ".join(CAN_END_WORK))


@contextmanager
def at_work(pool: Executor) -> Iterator[None]:
    """Shut an executor down at the end; after a second Ctrl-C at once, whatever its workers do.

    Processes are killed then, threads run on. The first Ctrl-C arrives here as `SearchInterrupted`, when what had begun
    is finished.

    Raises
    ------
    KeyboardInterrupt
        After a second Ctrl-C, with words for the user.
    """
    try:
        yield
    except SearchInterrupted:
        raise
    except KeyboardInterrupt:
        abandon = getattr(pool, "abandon", None)
        if abandon is not None:
            abandon()
        raise KeyboardInterrupt("left at once; what was finished is kept, and the same command goes on") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def warm_up(pool: Executor, executor: str, spec: ModelSpec) -> None:
    """Let one worker process compile the built-in model's kernels, so that the others find them on disk.

    Raises
    ------
    InputError
        If worker processes die already there.
    """
    if executor != "processes" or spec.plug is not None:
        return
    # Compiling may take longer than a block of patients may: then in a pool of its own.
    once = pool if getattr(pool, "block_seconds", None) is None else make_executor("processes", 1)
    try:
        once.submit(compile_kernels).result()
    except WorkerDiedError:
        words = (
            "worker processes die before they can work, for lack of memory or, in a script, for lack of "
            'if __name__ == "__main__":'
        )
        raise InputError(words, key="executor", value=executor) from None
    finally:
        if once is not pool:
            once.shutdown()


def usable_cores() -> int:
    """Return the number of cores this process may use.

    Examples
    --------
    >>> usable_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
