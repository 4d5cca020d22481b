"""A longest time for units of work in processes: workers note what they have begun, and one that takes longer is killed
from outside, whatever it hangs in."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run_noted(note: str, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run ``fn`` while a file of this name holds the number of this process. Runs on a worker."""
    with contextlib.suppress(OSError):  # the watch has ended
        Path(note).write_text(str(os.getpid()))
    try:
        return fn(*args, **kwargs)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(note)


class TimeLimit:
    """Kills worker processes whose unit of work takes too long.

    Parameters
    ----------
    seconds
        Longest time of a unit, from its first instruction on a worker.
    on_late
        Called with the key of the unit, right before its worker is killed.
    """

    def __init__(self, seconds: float, on_late: Callable[[str], None]) -> None:
        self._seconds, self._on_late = seconds, on_late
        self._temporary = tempfile.TemporaryDirectory(prefix="rehab-opt-", ignore_cleanup_errors=True)
        self._folder = Path(self._temporary.name)
        self._seen: dict[str, float] = {}
        self._closing = False
        threading.Thread(target=self._watch, name="rehab-opt-limit", daemon=True).start()

    def note(self, key: str) -> str:
        """Return the file in which a worker notes that it has begun this unit."""
        return str(self._folder / key)

    def landed(self, key: str) -> None:
        """Forget a unit; a worker that died has left its note behind."""
        with contextlib.suppress(OSError):
            os.unlink(self._folder / key)

    def close(self) -> None:
        """End the watch once nothing is under way: what hangs at the end must not hold up the process either."""
        self._closing = True

    def _watch(self) -> None:
        while True:
            time.sleep(min(0.25, self._seconds / 4.0))
            begun = {path.name for path in self._folder.glob("*")}
            if self._closing and not begun:
                self._temporary.cleanup()
                return
            self._seen = {key: self._seen.get(key, time.monotonic()) for key in begun}
            for key, since in self._seen.items():
                if time.monotonic() - since > self._seconds:
                    self._end(key)

    def _end(self, key: str) -> None:
        try:
            process = int((self._folder / key).read_text())
        except (OSError, ValueError):  # it has just finished, or has not written its number yet
            return
        self._on_late(key)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        self.landed(key)
