"""The log of a calibration: a sealed file with one line an evaluation.

It alone is the truth about a calibration: going on after a stop and every result are read from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from rehab_opt.search.record.sealed import SealedFile, read_sealed
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
        found = read_sealed(path, LOG_FORMAT, "calibration")
        rows = (Record.from_data(row) for row in found.rows[1:])
        self.records: dict[tuple[str, int, int], Record] = {record.key: record for record in rows}
        self._file = SealedFile(path, found, LOG_FORMAT, header)

    @property
    def header(self) -> Mapping[str, Any]:
        """The first line."""
        return self._file.header

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
        self._file.write(record.to_data())
        self.records[record.key] = record

    def __enter__(self) -> CalibrationLog:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
