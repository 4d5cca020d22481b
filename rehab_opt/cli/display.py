"""The display of running work: a live line in a terminal, a plain line now and then in a file. On standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console
    from rich.progress import Progress

STAGES = {
    "fit": "fits to baselines",
    "reference": "published protocols",
    "search": "search",
    "choice": "choice of the best",
    "confirm": "fresh patients",
    "what-if": "small changes",
}
PLAIN_SECONDS = 10.0


class Display:
    """Shows the progress of a search or comparison; satisfies `rehab_opt.search.Progress`. Use it in a ``with``.

    Examples
    --------
    >>> trial_words(41.27, 0.9, 75)
    'best 41.3, feasible 90 %, about 1 min 15 s left'
    """

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self._console = Console(stderr=True) if console is None else console
        self._live: Progress | None = progress_bar(self._console) if self._console.is_terminal else None
        self._task: int | None = None
        self._stage, self._total, self._printed = "", 0, 0.0

    def __enter__(self) -> Display:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def on_stage(self, stage: str, total: int) -> None:
        """Begin a stage."""
        self._stage, self._total, self._printed = STAGES.get(stage, stage), total, 0.0
        if self._live is not None:
            self._task = self._live.add_task(self._stage, total=total, words="")

    def on_trial(
        self, done: int, total: int, best: float | None, feasible_share: float | None, seconds_left: float | None
    ) -> None:
        """Show a finished trial."""
        self._show(done, total, "trials", trial_words(best, feasible_share, seconds_left))

    def on_block(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """Show a finished block of patients."""
        self._show(done, total, "patients" if stage == "fit" else "blocks", left_words(seconds_left))

    def _show(self, done: int, total: int, unit: str, words: str) -> None:
        if self._live is not None and self._task is not None:
            self._live.update(self._task, completed=done, total=total, words=words)  # type: ignore[arg-type]
            return
        now = time.monotonic()
        if done == total or now - self._printed >= PLAIN_SECONDS:
            self._printed = now
            line = f"{self._stage}: {done} of {total} {unit}"
            self._console.print(f"{line}, {words}" if words else line, highlight=False, soft_wrap=True)


def trial_words(best: float | None, feasible_share: float | None, seconds_left: float | None) -> str:
    """Return the state of a search in a few words; what is not known yet is left out."""
    words = []
    if best is not None:
        words.append(f"best {best:.1f}")
    if feasible_share is not None:
        words.append(f"feasible {100 * feasible_share:.0f} %")
    left = left_words(seconds_left)
    return ", ".join([*words, left] if left else words)


def left_words(seconds: float | None) -> str:
    """Return the time left in words; nothing when it is not known.

    Examples
    --------
    >>> left_words(8), left_words(None)
    ('about 8 s left', '')
    """
    return "" if seconds is None or seconds < 0.5 else f"about {duration(seconds)} left"


def duration(seconds: float) -> str:
    """Return a duration in its two largest units.

    Examples
    --------
    >>> duration(0.04), duration(3), duration(75), duration(7300), duration(200_000)
    ('under 0.1 s', '3 s', '1 min 15 s', '2 h 1 min', '2 d 7 h')
    """
    if seconds < 10:
        return f"{seconds:.2g} s" if seconds >= 0.1 else "under 0.1 s"
    whole = round(seconds)
    for unit, size, smaller, step in (("d", 86_400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            rest = whole % size // step
            return f"{whole // size} {unit} {rest} {smaller}" if rest else f"{whole // size} {unit}"
    return f"{whole} s"


def progress_bar(console: Console) -> Progress:
    """Return a live bar with the count done, the time taken and a few words."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description:<20}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[words]}"),
        console=console,
    )
