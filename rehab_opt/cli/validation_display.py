"""The display of a running validation, on standard error: live bars in a terminal, a line per target in a file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rehab_opt.cli.display import PLAIN_SECONDS, duration, progress_bar

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console


class ValidationDisplay:
    """Shows the progress of a validation; satisfies `rehab_opt.validation.Progress`. Use it in a ``with``."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self._console = Console(stderr=True) if console is None else console
        self._live = progress_bar(self._console) if self._console.is_terminal else None
        self._began = self._printed = time.monotonic()
        self._id, self._place = "", ""
        if self._live is not None:
            self._targets = self._live.add_task("targets", total=None, words="")
            self._work = self._live.add_task("", total=None, words="")

    def __enter__(self) -> ValidationDisplay:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def on_target(self, number: int, total: int, target_id: str) -> None:
        """Begin a target."""
        self._id, self._place, self._began = target_id, f"{number} of {total}", time.monotonic()
        if self._live is not None:
            self._live.update(self._targets, completed=number - 1, total=total)
            self._live.reset(self._work, description=target_id, total=None)

    def on_work(self, done: int, total: int) -> None:
        """Show finished courses of the target; an experiment may ask for more of them later."""
        now = time.monotonic()
        if self._live is not None:
            self._live.update(self._work, completed=done, total=total)
        elif now - self._printed >= PLAIN_SECONDS:
            self._printed = now
            self._print(f"{self._place} {self._id}: {done} of {total} courses")

    def on_verdict(self, target_id: str, verdict: str, seconds: float) -> None:
        """Print the verdict of a target; what was at hand already took no time."""
        now = time.monotonic()
        self._printed = now
        self._print(f"{self._place} {target_id}: {verdict} ({duration(now - self._began)})")

    def _print(self, line: str) -> None:
        self._console.print(line, highlight=False, soft_wrap=True, markup=False)
