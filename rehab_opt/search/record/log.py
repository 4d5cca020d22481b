"""The run log: a sealed file with one line a finished piece of work.

It alone is the truth about a run: going on after a stop, status and reports are all read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from rehab_opt.search.errors import SearchError
from rehab_opt.search.evaluate import PatientResult
from rehab_opt.search.record.records import (
    ACCEPTED,
    CHOICE,
    CLOCK,
    CONFIRM,
    END,
    FIT,
    PART,
    REFERENCE,
    WHAT_IF,
    AcceptedRecord,
    BlockRecord,
    ClockRecord,
    EndRecord,
    FitRecord,
    PartRecord,
    Record,
    TrialRecord,
)
from rehab_opt.search.record.sealed import SealedFile, SealedRows, read_sealed

LOG_NAME = "log.jsonl"
LOG_FORMAT = "rehab-opt.log/1"


@dataclass(slots=True)
class LogContents:
    """Everything a log holds.

    Parameters
    ----------
    header
        First line: format, hash of the study, of the sources, versions.
    trials
        Number -> trial.
    parts
        Number -> point and results so far of a trial that goes on after a look.
    blocks
        (panel, policy, block) -> record.
    fits
        Patient id -> fit to the measured baseline.
    accepted
        Changes of the code that the user accepted, in order.
    times
        When each piece of work landed, in seconds since 1970, in the order of the file.
    trial_times
        When each trial landed.
    end
        How the search ended, if that was before its budget of trials.
    clock
        Seconds of search before the last session of a search with limited hours, and when that session began.
    searched_at
        When the search itself last wrote.
    """

    header: Mapping[str, Any] = field(default_factory=dict)
    trials: dict[int, TrialRecord] = field(default_factory=dict)
    parts: dict[int, PartRecord] = field(default_factory=dict)
    blocks: dict[tuple[str, str, int], BlockRecord] = field(default_factory=dict)
    fits: dict[str, FitRecord] = field(default_factory=dict)
    accepted: list[AcceptedRecord] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    trial_times: list[float] = field(default_factory=list)
    end: EndRecord | None = None
    clock: tuple[float, float] | None = None
    searched_at: float = 0.0

    def total(self, trials: int) -> int:
        """Return how many trials the search has, out of a budget of ``trials``."""
        return trials if self.end is None else self.end.trials

    def panel_results(self, panel: str, policy: str) -> tuple[PatientResult, ...]:
        """Return the results of a policy on a panel, block by block in order, or none if a block failed."""
        found: list[PatientResult] = []
        block = 0
        while (record := self.blocks.get((panel, policy, block))) is not None:
            if not record.results:
                return ()
            found += record.results
            block += 1
        return tuple(found)

    def searched_seconds(self) -> float:
        """Return the seconds of search up to the last line; 0 when they were not kept."""
        return 0.0 if self.clock is None else self.clock[0] + self.searched_at - self.clock[1]

    @property
    def code(self) -> tuple[str, Mapping[str, str]]:
        """Hash of the sources and versions under which the run last went on."""
        if self.accepted:
            return self.accepted[-1].source, self.accepted[-1].versions
        return self.header.get("source", ""), self.header.get("versions", {})


def read_log(path: Path) -> LogContents:
    """Read a log; a last line that was cut off by a crash is left out.

    Raises
    ------
    SearchError
        If a line was edited, removed or added by anything but the search.
    """
    return _contents(read_sealed(path, LOG_FORMAT, "search"))


def _contents(found: SealedRows) -> LogContents:
    contents = LogContents()
    for row in found.rows:
        _enter(contents, row)
    return contents


def _enter(contents: LogContents, row: Mapping[str, Any]) -> None:
    kind = row["kind"]
    if kind == "header":
        contents.header = dict(row)
    elif kind == "trial":
        _keep(contents, TrialRecord.from_dict(row), row["at"])
    elif kind in (REFERENCE, CHOICE, CONFIRM, WHAT_IF):
        _keep(contents, BlockRecord.from_dict(row), row["at"])
    elif kind == FIT:
        _keep(contents, FitRecord.from_dict(row), row["at"])
    elif kind == ACCEPTED:
        _keep(contents, AcceptedRecord.from_dict(row), row["at"])
    elif kind == PART:
        _keep(contents, PartRecord.from_dict(row), row["at"])
    elif kind == END:
        _keep(contents, EndRecord(row["reason"], row["trials"]), row["at"])
    elif kind == CLOCK:
        _keep(contents, ClockRecord(row["used"]), row["at"])
    contents.times.append(row["at"])


def _keep(contents: LogContents, record: Record, at: float) -> None:
    if isinstance(record, TrialRecord | PartRecord | EndRecord | ClockRecord):
        contents.searched_at = at
    if isinstance(record, TrialRecord):
        contents.trials[record.number] = record
        contents.parts.pop(record.number, None)
        contents.trial_times.append(at)
    elif isinstance(record, PartRecord):
        before = contents.parts.get(record.number)
        same = before is not None and dict(before.point) == dict(record.point)
        seen = before.results if before is not None and same else ()
        contents.parts[record.number] = PartRecord(record.number, record.point, seen + record.results)
    elif isinstance(record, BlockRecord):
        contents.blocks[record.key] = record
    elif isinstance(record, AcceptedRecord):
        contents.accepted.append(record)
    elif isinstance(record, EndRecord):
        contents.end = record
    elif isinstance(record, ClockRecord):
        contents.clock = (record.used, at)
    else:
        contents.fits[record.fit.patient_id] = record


class Log(Protocol):
    """What a run needs of a log: what it holds, and a way to add to it."""

    path: Path
    contents: LogContents

    def append(self, record: Record) -> None:
        """Add one record."""
        ...


class ReadOnlyLog:
    """A log of a finished run, to build its results from.

    Raises
    ------
    SearchError
        From `append`: whatever is missing would have to be simulated, so the run is not finished.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contents = read_log(path)

    def append(self, record: Record) -> None:
        """Refuse: a finished run lacks nothing."""
        raise SearchError("this run is not finished; give the command that began it once more to go on", file=self.path)


class RunLog:
    """A log that is open for writing; only one at a time, under the lock of its directory.

    Parameters
    ----------
    path
        The file; made when it does not exist, cut back to its last whole line when a crash left half of one.
    header
        What to write on the first line of a new log.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as directory, RunLog(Path(directory, "log.jsonl"), {"study": "abc"}) as log:
    ...     log.append(TrialRecord(number=0, point={"weeks": 3}, origin="sampler", outcome="completed", value=41.5))
    ...     read_log(log.path).trials[0].value
    41.5
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        found = read_sealed(path, LOG_FORMAT, "search")
        self.contents = _contents(found)
        self._file = SealedFile(path, found, LOG_FORMAT, header)
        if not found.rows:
            _enter(self.contents, self._file.header)

    def append(self, record: Record) -> None:
        """Write one line and wait until the disk has it.

        Raises
        ------
        OSError
            If the disk is full or gone; the half-written line is taken back.
        """
        row = self._file.write(record.to_dict())
        # The record itself, not a second one made of its line: results are most of what a long search keeps in memory.
        _keep(self.contents, record, row["at"])
        self.contents.times.append(row["at"])

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> RunLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
