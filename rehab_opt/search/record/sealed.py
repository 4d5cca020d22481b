"""A sealed file: append-only JSON lines, each fsynced and sealed by a sum over all before it. What logs are made of."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from rehab_opt.search.errors import SearchError
from rehab_opt.search.record.files import sync_directory

Row = dict[str, Any]


@dataclass(slots=True)
class SealedRows:
    """The whole lines of a sealed file.

    Parameters
    ----------
    rows
        The header, and every row after it.
    last_sum, good_bytes
        Seal of the last whole line and where it ends; the next line goes on from there.
    """

    rows: list[Row] = field(default_factory=list)
    last_sum: str = ""
    good_bytes: int = 0


def read_sealed(path: Path, form: str, writer: str) -> SealedRows:
    """Read a sealed file; a last line that was cut off by a crash is left out.

    Parameters
    ----------
    path
        The file; one that does not exist holds nothing.
    form
        Format that its header must name.
    writer
        Who writes such files, for the message.

    Raises
    ------
    SearchError
        If a line was edited, removed or added by anything but the writer, or the format is another one.
    """
    found = SealedRows()
    data = path.read_bytes() if path.exists() else b""
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        if not line.endswith(b"\n"):
            break
        row = _checked(line, found.last_sum)
        if row is None or (number == 1) != (row.get("kind") == "header"):
            raise SearchError(
                f"line {number} is not what the {writer} wrote: the log was edited or mixed up. Restore it, or start "
                "anew in another directory",
                file=path,
            )
        if number == 1 and row.get("format") != form:
            raise SearchError("log has the format of another version", file=path, value=row.get("format"))
        found.rows.append(row)
        found.last_sum = row["sum"]
        found.good_bytes += len(line)
    return found


def _checked(line: bytes, last_sum: str) -> Row | None:
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


class SealedFile:
    """A sealed file that is open for writing; only one at a time, under the lock of its directory.

    Parameters
    ----------
    path
        Made when it does not exist, cut back to its last whole line when a crash left half of one.
    found
        What `read_sealed` found in it.
    form, header
        Format and content of the first line, which a new file begins with.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     path = Path(name, "log.jsonl")
    ...     with SealedFile(path, SealedRows(), "example/1", {"study": "abc"}) as file:
    ...         _ = file.write({"kind": "trial", "value": 41.5})
    ...     [row["kind"] for row in read_sealed(path, "example/1", "example").rows]
    ['header', 'trial']
    """

    def __init__(self, path: Path, found: SealedRows, form: str, header: Mapping[str, Any]) -> None:
        self._path, self._last_sum, self._good_bytes = path, found.last_sum, found.good_bytes
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.ftruncate(self._file, self._good_bytes)
        self.header = found.rows[0] if found.rows else self.write({"kind": "header", "format": form, **header})
        if not found.rows:
            sync_directory(path.parent)

    def write(self, row: Row) -> Row:
        """Write one row, wait until the disk has it, and return it with its time and seal.

        Raises
        ------
        OSError
            If the disk is full or gone, with the name of the file; the half-written line is taken back.
        """
        row = {**row, "at": round(time.time(), 3)}
        row["sum"] = _sum(self._last_sum, _text(row))
        line = _text(row).encode() + b"\n"
        try:
            written = 0
            while written < len(line):
                written += os.write(self._file, line[written:])
            os.fsync(self._file)
        except OSError as error:
            os.ftruncate(self._file, self._good_bytes)
            words = f"{error.strerror or error}; what was finished is kept, and the same command goes on"
            raise OSError(error.errno, words, str(self._path)) from None
        self._last_sum = row["sum"]
        self._good_bytes += len(line)
        return row

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def __enter__(self) -> SealedFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, allow_nan=False, ensure_ascii=True, separators=(",", ":"))


def _sum(last_sum: str, text: str) -> str:
    return hashlib.sha256(f"{last_sum}\n{text}".encode()).hexdigest()[:16]
