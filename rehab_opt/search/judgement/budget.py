"""How much is searched: the study's trials, fewer when its hours are over or going on is worth less than the noise.

A limit only ends the asking. What was asked is finished and told, so a shorter search is the beginning of a longer one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rehab_opt.search.judgement.worth import search_worth
from rehab_opt.search.record.log import Log
from rehab_opt.search.record.records import REFERENCE, ClockRecord, EndRecord, TrialRecord

if TYPE_CHECKING:
    from rehab_opt.study import Study

COMPARATOR = "usual-care"
HOURS, NOISE = "hours", "noise"


def reference_name(references: Sequence[str]) -> str:
    """Return the reference that the others are compared with: usual care, or the first that a study names.

    Examples
    --------
    >>> reference_name(()), reference_name(("vns-rehab", "no-therapy"))
    ('usual-care', 'vns-rehab')
    """
    return COMPARATOR if COMPARATOR in references or not references else references[0]


class Budget:
    """The number of trials of a search, which may shrink while it runs.

    Parameters
    ----------
    study
        Its trials, hours and stop rule.
    log
        Says how a search that goes on ended, or how long it took so far. Time in which nothing searched is not counted.
    """

    def __init__(self, study: Study, log: Log) -> None:
        self._study, self._log = study, log
        self.total = log.contents.total(study.search.trials)
        self._ended = log.contents.end is not None
        # What the log holds was begun in time; a trial missing among it is finished too, so that none is thrown away.
        self._begun = max((*log.contents.trials, *log.contents.parts), default=-1) + 1
        self._deadline: float | None = None
        self._over = 0
        hours = study.search.hours
        if hours is not None and not self._ended:
            used = log.contents.searched_seconds()
            log.append(ClockRecord(used))
            self._deadline = time.monotonic() + hours * 3600.0 - used

    def allows(self, asked: int) -> bool:
        """Return whether one more trial may be asked for when there are ``asked`` already; the first always may."""
        if asked >= self.total:
            return False
        out_of_time = self._deadline is not None and time.monotonic() >= self._deadline
        if out_of_time and not self._ended and asked >= max(1, self._begun):
            self._end(HOURS, asked)
            return False
        return True

    def told(self, trials: Sequence[TrialRecord], asked: int) -> None:
        """Apply the stop rule after a trial has been told; ``trials`` are all that are told, in order."""
        own = self._study.search
        if own.until != NOISE or self._ended or asked >= self.total:
            return
        reference = self._log.contents.panel_results(REFERENCE, reference_name(self._study.references))
        sides = len(self._study.space.dimensions)
        worth = search_worth(trials, reference, self._study.objective, own.startup, sides)
        self._over = self._over + 1 if worth is not None and worth.is_over else 0
        # Once is chance: both sides are estimates that move with each trial.
        if worth is not None and self._over >= worth.patience:
            self._end(NOISE, asked)

    def seconds_left(self, pace: float | None) -> float | None:
        """Return the seconds left at a pace, or until the hours are over if that is sooner."""
        if pace is None or self._deadline is None or self._ended:
            return pace
        return min(pace, max(0.0, self._deadline - time.monotonic()))

    def _end(self, reason: str, trials: int) -> None:
        self.total, self._ended = trials, True
        self._log.append(EndRecord(reason, trials))
