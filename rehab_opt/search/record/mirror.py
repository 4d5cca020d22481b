"""A mirror of the trials in an Optuna storage, for dashboards and notebooks.

The log stays the truth: the mirror is written after it, by a thread of its own, and whatever happens there never stops
or alters the search.
"""

from __future__ import annotations

import threading
import warnings
from functools import partial
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError
from rehab_opt.search.record.mirror_storage import (
    connected,
    disconnect,
    fault_words,
    hidden,
    open_study,
    same,
    trial_for,
)
from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from rehab_opt.study import Study

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
CLOSE_SECONDS = 30.0


class OtherTrialsError(RuntimeError):
    """The storage holds trials under the name of this run that are not its own."""


class Mirror:
    """Follows a search into an Optuna storage.

    Parameters
    ----------
    url
        Of the storage, such as ``"sqlite:///trials.db"`` or ``"postgresql+psycopg://user@host/base"``.

    Raises
    ------
    InputError
        If it cannot be reached; before the search begins this is an error, later it is a note.
    """

    def __init__(self, url: str) -> None:
        self.url, self.shown = url, hidden(url)
        disconnect(connected(url))
        self.name = ""
        self._records: list[TrialRecord] = []
        self._wake = threading.Condition()
        self._closing = False
        self._trouble = self._told = ""
        self._written = 0
        self._thread: threading.Thread | None = None

    def begin(self, study: Study, run: str, box: dict[str, BaseDistribution]) -> None:
        """Begin to follow the trials of a study; ``run`` marks this run of it, and is a part of its name there."""
        self.name = f"{study.name}-{run[:8]}"
        self._thread = threading.Thread(target=self._work, args=(study, run, box), name="rehab-opt-mirror", daemon=True)
        self._thread.start()

    def tell(self, record: TrialRecord) -> None:
        """Note a trial that is in the log, in the order of the numbers; returns at once."""
        with self._wake:
            self._records.append(record)
            self._wake.notify()
        self._warn(f"The search goes on; what is missing there is added later. Storage: {self.shown}")

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Write what is left, for ``seconds`` at most, and end."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread is not None:
            self._thread.join(seconds)
        missing = len(self._records) - self._written
        if missing and not self._trouble:
            self._trouble = "it is too slow"
        self._told = "" if missing else self._told
        self._warn(f"{missing} trials are missing there; the same command adds them. Storage: {self.shown}")

    def _warn(self, rest: str) -> None:
        """Tell once of each trouble, from the coordinator's thread."""
        trouble = self._trouble
        if trouble and trouble != self._told:
            self._told = trouble
            warnings.warn(f"the storage cannot be written: {trouble}. {rest}", stacklevel=3)

    def _work(self, study: Study, run: str, box: dict[str, BaseDistribution]) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            storage: Any = None
            try:
                storage = connected(self.url)
                self._follow(open_study(storage, study, self.name, run), box)
                return
            except OtherTrialsError as error:
                self._trouble = str(error)
                return
            except Exception as error:
                # Whatever it is: gone, locked, full, another password. It is tried again until it works.
                self._trouble = error.message if isinstance(error, InputError) else fault_words(error)
            finally:
                disconnect(storage)
            with self._wake:
                if self._closing:
                    return
                self._wake.wait_for(lambda: self._closing, timeout=pause)
            pause = min(2.0 * pause, LONGEST_PAUSE_SECONDS)

    def _follow(self, there: Any, box: dict[str, BaseDistribution]) -> None:
        """Add every trial that is missing, first those from before; return when the search has ended."""
        known = there.get_trials(deepcopy=False)
        number = 0
        while True:
            with self._wake:
                self._wake.wait_for(partial(self._more_than, number))
                if len(self._records) <= number:
                    return
                record = self._records[number]
            wanted = trial_for(record, box)
            if number >= len(known):
                there.add_trial(wanted)
            elif not same(known[number], wanted):
                raise OtherTrialsError(f"trial {number} of {self.name} there is not that of this run; delete it there")
            number += 1
            self._written = max(self._written, number)
            self._trouble = ""

    def _more_than(self, number: int) -> bool:
        return self._closing or len(self._records) > number
