"""How a search tells what it is doing: a small protocol for whoever shows it, and the reckoning of the time left."""

from __future__ import annotations

import time
from typing import Protocol


class Progress(Protocol):
    """What a display of a running search must understand. Called from the thread of the coordinator."""

    def on_stage(self, stage: str, total: int) -> None:
        """Begin a stage of ``total`` pieces of work.

        ``"reference"``, ``"choice"`` and ``"confirm"`` have blocks, ``"search"`` has trials. ``"fit"`` has patients and
        comes before each new panel whose patients have a measured baseline.
        """
        ...

    def on_trial(
        self, done: int, total: int, best: float | None, feasible_share: float | None, seconds_left: float | None
    ) -> None:
        """Report a finished trial.

        ``best`` is the best feasible value of the objective so far and ``feasible_share`` (0-1) the share of finished
        trials that met the constraints; both are None before there are any. ``seconds_left`` covers all stages to come.
        """
        ...

    def on_block(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """Report a finished block of patients outside the trials, or (stage ``"fit"``) a fitted patient."""
        ...


class Silent:
    """A display that shows nothing."""

    def on_stage(self, stage: str, total: int) -> None:
        """Show nothing."""

    def on_trial(
        self, done: int, total: int, best: float | None, feasible_share: float | None, seconds_left: float | None
    ) -> None:
        """Show nothing."""

    def on_block(self, stage: str, done: int, total: int, seconds_left: float | None) -> None:
        """Show nothing."""


class Pace:
    """The time left, from the courses simulated since this process began; what is read from the log costs nothing.

    Parameters
    ----------
    courses
        Patient-courses of the whole run.

    Examples
    --------
    >>> pace = Pace(100)
    >>> pace.recall(40)
    >>> pace.seconds_left() is None
    True
    """

    def __init__(self, courses: int) -> None:
        self._courses = courses
        self._recalled = 0
        self._simulated = 0
        self._began = time.monotonic()

    def recall(self, courses: int) -> None:
        """Count courses whose results came from the log."""
        self._recalled += courses

    def simulated(self, courses: int) -> None:
        """Count courses that were simulated now."""
        self._simulated += courses

    def leave_out_courses(self, courses: int) -> None:
        """Leave out courses that the run will not need after all, or add such as it needs when negative."""
        self._courses -= courses

    def leave_out(self, seconds: float) -> None:
        """Leave out time that went into something else than the courses of the run."""
        self._began += seconds

    def seconds_left(self) -> float | None:
        """Return the seconds left at the pace so far; None before anything was simulated."""
        if self._simulated == 0:
            return None
        left = max(0, self._courses - self._recalled - self._simulated)
        return (time.monotonic() - self._began) / self._simulated * left
