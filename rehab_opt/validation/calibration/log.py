"""The log of a calibration: append-only JSON lines, fsynced, one an evaluation, each sealed by a sum over all before.

It alone is the truth about a calibration: going on after a stop and every result are read from it.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from rehab_opt.search import SearchError
from rehab_opt.search.files import sync_directory
from rehab_opt.validation.calibration.record import TRIAL, Record

LOG_NAME = "log.jsonl"
LOG_FORMAT = "rehab-opt.calibration/1"


class CalibrationLog:
    """A log that is open for writing; one process at a time, under the lock of its directory. Use it in a ``with``.

    Parameters
    ----------
    path
        The file; made when it does not exist, cut back to its last whole line when a crash left half of one.
    header
        What to write on the first line of a new log.

    Raises
    ------
    SearchError
        If a line was edited, removed or added by anything but a calibration.
    """

    def __init__(self, path: Path, header: Mapping[str, Any]) -> None:
        self.path = path
        self.header: Mapping[str, Any] = {}
        self.records: dict[tuple[str, int, int], Record] = {}
        self._last_sum, self._good_bytes = "", 0
        self._read(path.read_bytes() if path.exists() else b"")
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.ftruncate(self._file, self._good_bytes)
        if not self.header:
            self._write({"kind": "header", "format": LOG_FORMAT, **header})
            sync_directory(path.parent)

    @property
    def trials(self) -> tuple[Record, ...]:
        """The trials, in order."""
        return tuple(row for key, row in sorted(self.records.items()) if key[0] == TRIAL)

    def append(self, record: Record) -> None:
        """Write one line and wait until the disk has it.

        Raises
        ------
        OSError
            If the disk is full or gone; the half-written line is taken back.
        """
        self._write(record.to_data())

    def _read(self, data: bytes) -> None:
        for number, line in enumerate(data.splitlines(keepends=True), start=1):
            if not line.endswith(b"\n"):
                break
            row = self._checked(line)
            if row is None or (number == 1) != (row.get("kind") == "header"):
                message = f"line {number} is not what a calibration wrote: the log was edited or belongs to another run"
                raise SearchError(message, file=self.path)
            if number == 1 and row.get("format") != LOG_FORMAT:
                raise SearchError("log has the format of another version", file=self.path, value=row.get("format"))
            self._enter(row, line)

    def _checked(self, line: bytes) -> dict[str, Any] | None:
        """Return the row, or None when the line does not carry its own sum."""
        try:
            row = json.loads(line)
            content = {name: value for name, value in row.items() if name != "sum"}
            sealed = row.get("sum") == _sum(self._last_sum, _text(content))
            return row if sealed and _text(row).encode() + b"\n" == line else None
        except (ValueError, AttributeError):
            return None

    def _enter(self, row: dict[str, Any], line: bytes) -> None:
        if row["kind"] == "header":
            self.header = row
        else:
            record = Record.from_data(row)
            self.records[record.key] = record
        self._last_sum = row["sum"]
        self._good_bytes += len(line)

    def _write(self, row: dict[str, Any]) -> None:
        row = {**row, "at": round(time.time(), 3)}
        row["sum"] = _sum(self._last_sum, _text(row))
        line = _text(row).encode() + b"\n"
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._good_bytes)
            raise
        self._enter(row, line)

    def __enter__(self) -> CalibrationLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, allow_nan=False, ensure_ascii=True, separators=(",", ":"))


def _sum(last_sum: str, text: str) -> str:
    return hashlib.sha256(f"{last_sum}\n{text}".encode()).hexdigest()[:16]
