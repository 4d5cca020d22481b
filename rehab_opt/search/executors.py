"""Where work runs: in line, in threads or in processes, behind one small protocol. The choice never changes a
number."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

from rehab_opt.course import ModelSpec
from rehab_opt.course.warm import compile_kernels
from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.serial import SerialExecutor

EXECUTORS = ("serial", "threads", "processes")
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


def make_executor(name: str, workers: int | None = None) -> Executor:
    """Return the executor of that name.

    Parameters
    ----------
    name
        ``"serial"``, ``"threads"`` (for models that release the interpreter's lock) or ``"processes"`` (for any other).
    workers
        Number of workers, 1 or more; None is one a core that this process may use.

    Raises
    ------
    InputError
        If the name is unknown or there are no workers.

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
    count = workers or usable_cores()
    if name == "serial":
        return SerialExecutor()
    if name == "threads":
        return ThreadPoolExecutor(count, thread_name_prefix="rehab-opt")
    from rehab_opt.search.processes import ProcessExecutor

    return ProcessExecutor(count)


def warm_up(pool: Executor, executor: str, spec: ModelSpec) -> None:
    """Let one worker process compile the built-in model's kernels, so that the others find them on disk."""
    if executor == "processes" and spec.plug is None:
        pool.submit(compile_kernels).result()


def usable_cores() -> int:
    """Return the number of cores this process may use.

    Examples
    --------
    >>> usable_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
