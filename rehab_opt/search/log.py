"""The run log: append-only JSON lines, one fsynced line a finished piece of work, each sealed by a sum over all before.

It alone is the truth about a run: going on after a stop, status and reports are all read from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from rehab_opt.search.errors import SearchError
from rehab_opt.search.files import sync_directory
from rehab_opt.search.records import CHOICE, CONFIRM, FIT, REFERENCE, BlockRecord, FitRecord, Record, TrialRecord

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
    blocks
        (panel, policy, block) -> record.
    fits
        Patient id -> fit to the measured baseline.
    times
        When each piece of work landed, in seconds since 1970, in the order of the file.
    last_sum, good_bytes
        Seal of the last whole line and where it ends; the next line goes on from there.
    """

    header: Mapping[str, Any] = field(default_factory=dict)
    trials: dict[int, TrialRecord] = field(default_factory=dict)
    blocks: dict[tuple[str, str, int], BlockRecord] = field(default_factory=dict)
    fits: dict[str, FitRecord] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    last_sum: str = ""
    good_bytes: int = 0


def read_log(path: Path) -> LogContents:
    """Read a log; a last line that was cut off by a crash is left out.

    Raises
    ------
    SearchError
        If a line was edited, removed or added by anything but the search.
    """
    contents = LogContents()
    data = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        if not line.endswith(b"\n"):
            break
        row = _checked(line, contents.last_sum)
        if row is None or (number == 1) != (row.get("kind") == "header"):
            raise SearchError(
                f"line {number} is not what the search wrote: the log was edited or mixed up. Restore it, or start "
                "anew in another directory",
                file=path,
            )
        if number == 1 and row.get("format") != LOG_FORMAT:
            raise SearchError("log has the format of another version", file=path, value=row.get("format"))
        _enter(contents, row, line)
    return contents


def _checked(line: bytes, last_sum: str) -> dict[str, Any] | None:
    """Return the row, or None when the line does not carry its own sum."""
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            return None
        content = {name: value for name, value in row.items() if name != "sum"}
        sealed = row.get("sum") == _sum(last_sum, _text(content))
        return row if sealed and _text(row).encode() + b"\n" == line else None
    except ValueError:
        return None


def _enter(contents: LogContents, row: Mapping[str, Any], line: bytes) -> None:
    kind = row["kind"]
    if kind == "header":
        contents.header = dict(row)
    elif kind == "trial":
        trial = TrialRecord.from_dict(row)
        contents.trials[trial.number] = trial
    elif kind in (REFERENCE, CHOICE, CONFIRM):
        block = BlockRecord.from_dict(row)
        contents.blocks[block.key] = block
    elif kind == FIT:
        fitted = FitRecord.from_dict(row)
        contents.fits[fitted.fit.patient_id] = fitted
    contents.times.append(row["at"])
    contents.last_sum = row["sum"]
    contents.good_bytes += len(line)


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, allow_nan=False, ensure_ascii=True, separators=(",", ":"))


def _sum(last_sum: str, text: str) -> str:
    return hashlib.sha256(f"{last_sum}\n{text}".encode()).hexdigest()[:16]


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
        self.contents = read_log(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.ftruncate(self._file, self.contents.good_bytes)
        if not self.contents.header:
            self._write({"kind": "header", "format": LOG_FORMAT, **header})
            sync_directory(path.parent)

    def append(self, record: Record) -> None:
        """Write one line and wait until the disk has it.

        Raises
        ------
        OSError
            If the disk is full or gone; the half-written line is taken back.
        """
        self._write(record.to_dict())

    def _write(self, row: dict[str, Any]) -> None:
        row = {**row, "at": round(time.time(), 3)}
        row["sum"] = _sum(self.contents.last_sum, _text(row))
        line = _text(row).encode() + b"\n"
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self.contents.good_bytes)
            raise
        _enter(self.contents, row, line)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> RunLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
