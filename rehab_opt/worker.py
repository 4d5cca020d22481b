"""What a worker process does before its first unit of work. Lies outside the rooms and
imports nothing heavy, so that it runs before numpy is loaded."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def start_worker() -> None:
    """Pin libraries to one thread, leave Ctrl-C to the coordinator, and end when the coordinator ends.

    Parallel work is between patients: threads inside a library would fight for the same cores and change the order of
    sums.
    """
    for name in THREAD_VARIABLES:
        os.environ[name] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    # Killed outright, the coordinator cannot stop its workers, and they hold each other's queue open for ever.
    wait([sentinel])
    os._exit(1)
