"""What runs on a Dask worker: one unit of work, after a look whether this worker has the coordinator's code."""

from __future__ import annotations

import os
import pickle
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rehab_opt.errors import LostWorkError
from rehab_opt.search.record.versions import installed_versions, source_hash

TIMED_OUT_TOPIC = "rehab-opt-timed-out"
NUMERIC = ("python", "machine", "numpy", "numba", "scipy")
"""Versions that decide the digits of a simulation; the other packages work on the coordinator alone."""
LAST_WORD_SECONDS = 0.5  # for a worker's last message to leave before it ends itself


@dataclass(frozen=True, slots=True)
class Identity:
    """The code that a process runs: hash of the sources, and of the versions those that numbers depend on."""

    source: str
    versions: tuple[tuple[str, str], ...]


@lru_cache(maxsize=8)
def identity(plug: str | None) -> Identity:
    """Return what this process runs, as it was when first asked: a file that is edited later is not what runs.

    Examples
    --------
    >>> identity(None) == identity(None)
    True
    """
    versions = installed_versions()
    return Identity(source_hash(plug), tuple((name, versions[name]) for name in NUMERIC))


def difference(here: Identity, there: Identity, *, any_versions: bool = False) -> str:
    """Return in words how a worker differs from the coordinator; nothing if it does not.

    Examples
    --------
    >>> difference(Identity("a", (("numpy", "2.4.6"),)), Identity("a", (("numpy", "2.4.5"),)))
    'numpy is 2.4.5 there and 2.4.6 here'
    """
    if here.source != there.source:
        return "its sources of rehab-opt or of the model are not those of the coordinator"
    if any_versions or here.versions == there.versions:
        return ""
    mine = dict(here.versions)
    others = [(name, version) for name, version in there.versions if version != mine.get(name)]
    return ", ".join(f"{name} is {version} there and {mine.get(name)} here" for name, version in others)


def run_unit(
    payload: bytes, key: str, plug: str | None, expected: Identity, any_versions: bool, seconds: float | None
) -> tuple[bool, Any]:
    """Run one pickled ``(fn, args, kwargs)`` and return whether it worked, with its result or its exception.

    So whatever is raised, by this function or by Dask, is a fault of the worker and not of the work.

    Raises
    ------
    LostWorkError
        If this worker runs other code than the coordinator.
    """
    words = difference(expected, identity(plug), any_versions=any_versions)
    if words:
        raise LostWorkError(f"a Dask worker cannot take part: {words}", key="scheduler")
    with _at_most(seconds, key):
        fn, args, kwargs = pickle.loads(payload)
        try:
            return True, fn(*args, **kwargs)
        except Exception as error:
            return False, _sendable(error)


def _sendable(error: Exception) -> Exception:
    """Return the exception, or its words where it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


@contextmanager
def _at_most(seconds: float | None, key: str) -> Iterator[None]:
    """End this worker when the unit takes longer; a thread cannot be stopped in any other way."""
    if seconds is None:
        yield
        return
    from distributed import get_worker

    alarm = threading.Timer(seconds, _end_worker, (get_worker(), key))
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _end_worker(worker: Any, key: str) -> None:
    worker.log_event(TIMED_OUT_TOPIC, key)
    time.sleep(LAST_WORD_SECONDS)
    os._exit(1)
