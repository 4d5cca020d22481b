"""How the measurements take time: one core, the best of several repeats, and clocks on functions of the package."""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from rehab_opt.mechanisms import base
from rehab_opt.network.settling import Settling, Work

_NEVER = 1e9  # seconds: longer than anything measured here


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this thread, and those it starts, on the last of its cores; where the system cannot, do nothing."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def best(work: Callable[[], object], repeats: int, before: Callable[[], object] | None = None) -> float:
    """Return the seconds of the fastest of some repeats; what has to be done before each is not timed.

    On a machine with neighbours the fastest repeat is the one that was disturbed least.
    """
    found = _NEVER
    for _ in range(repeats):
        if before is not None:
            before()
        found = min(found, timed(work))
    return found


class Clocks:
    """Stop-watches by name that do not count twice: time in an inner one is not in the outer one's.

    Attributes
    ----------
    seconds, calls
        By name.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._inner: list[float] = [0.0]

    def around(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function with a watch of that name around it."""

        def watched(*arguments: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            start = time.perf_counter()
            try:
                return work(*arguments, **named)
            finally:
                whole = time.perf_counter() - start
                self.seconds[name] += whole - self._inner.pop()
                self.calls[name] += 1
                self._inner[-1] += whole

        return watched

    def cost(self) -> float:
        """Return what all calls of the watches themselves took, in seconds."""
        idle = Clocks()
        nothing = idle.around("nothing", lambda: None)
        calls = 2000

        def many() -> None:
            for _ in range(calls):
                nothing()

        return best(many, 5) / calls * sum(self.calls.values())


@contextmanager
def replaced(places: list[tuple[object, str, Any]]) -> Iterator[None]:
    """Put other objects in the place of attributes, (owner, name, object), for a while."""
    with ExitStack() as stack:
        for owner, name, other in places:
            stack.enter_context(patch.object(owner, name, other))
        yield


def kernel_places() -> dict[str, list[tuple[object, str]]]:
    """Return, by kernel, the modules of the package whose Python code calls it, and under which name."""
    from rehab_opt.network import kernels

    own = {id(getattr(kernels, name)): name for name in kernels.__all__ if hasattr(getattr(kernels, name), "py_func")}
    found: dict[str, list[tuple[object, str]]] = defaultdict(list)
    for module in [m for m in sys.modules.values() if isinstance(m, ModuleType)]:
        if not module.__name__.startswith("rehab_opt.") or module.__name__.startswith(kernels.__name__):
            continue  # a kernel's own module: there the compiler looks the name up
        for name, value in vars(module).items():
            if id(value) in own:
                found[own[id(value)]].append((module, name))
    return found


@contextmanager
def around_kernels(wrap: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> Iterator[None]:
    """Wrap every kernel that Python code of the package calls, for a while: ``wrap(name, kernel)``.

    Everything must be compiled before.
    """
    places = [
        (module, name, wrap(kernel, getattr(module, name)))
        for kernel, users in kernel_places().items()
        for module, name in users
    ]
    with replaced(places):
        yield


@contextmanager
def counted() -> Iterator[list[Work]]:
    """Collect the counts of work of every course that is simulated meanwhile, in this process."""
    found: list[Work] = []

    def remember(*arguments: Any) -> Settling:
        settling = Settling(*arguments)
        found.append(settling.work)
        return settling

    with replaced([(base, "Settling", remember)]):
        yield found
