"""One coordinator a directory: a lock that the operating system releases when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rehab_opt.errors import InputError

LOCK_NAME = "lock"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the directory for one search.

    The file names the process and host for whoever is refused; the lock itself is the kernel's, so that a file left
    behind by a process that was killed holds nobody up.

    Raises
    ------
    InputError
        If another coordinator works in this directory.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name, locked(Path(name)):
    ...     is_locked(Path(name))
    True
    """
    path = directory / LOCK_NAME
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(descriptor):
            holder = os.pread(descriptor, 200, 0).decode(errors="replace").strip() or "another process"
            message = f"another search works in this directory ({holder}); wait for it or choose another one"
            raise InputError(message, file=directory)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _taken(descriptor: int) -> bool:
    # Whoever asks for the status holds a shared lock for an instant, so one refusal proves nothing.
    for attempt in range(5):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            time.sleep(0.02 * attempt)
        else:
            return True
    return False


def is_locked(directory: Path) -> bool:
    """Return whether a search works in this directory now.

    Examples
    --------
    >>> is_locked(Path("no-such-directory"))
    False
    """
    try:
        descriptor = os.open(directory / LOCK_NAME, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
