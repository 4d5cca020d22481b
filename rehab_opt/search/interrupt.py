"""Ctrl-C once: stop asking, finish what has begun, end cleanly. Ctrl-C twice: leave now; nothing that was finished is
lost."""

from __future__ import annotations

import signal
import threading
from types import FrameType, TracebackType


class StopRequest:
    """While open, catches the first Ctrl-C as a wish to stop; the second one raises `KeyboardInterrupt` as usual.

    In any thread but the main one it catches nothing; there, `ask` can be called by whoever owns the search.

    Examples
    --------
    >>> with StopRequest() as stop:
    ...     stop.ask()
    ...     stop.asked
    True
    """

    def __init__(self) -> None:
        self.asked = False
        self._before: object = None

    def ask(self) -> None:
        """Wish to stop."""
        self.asked = True

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __enter__(self) -> StopRequest:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]
