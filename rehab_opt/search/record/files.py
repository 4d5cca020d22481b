"""Files that are never half-written: a temporary name in the same directory, then a rename."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write UTF-8 text, or bytes as they are, so that a reader, or a crash, sees the old file or the new one
    and nothing between.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     write_atomically(Path(directory, "a.txt"), "done")
    ...     Path(directory, "a.txt").read_text()
    'done'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            # A full disk does not say which file it was.
            error.filename = str(path)
        raise
    sync_directory(path.parent)


def write_json(path: Path, data: Any) -> None:
    """Write plain data as indented JSON, atomically; NaN is refused."""
    write_atomically(path, json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n")


def sync_directory(directory: Path) -> None:
    """Make a new or renamed file survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
