"""Schedules on disk: the ending of a file's name says the form, and a file is never half-written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.therapy.schedule import Schedule

_ENDINGS = (".json", ".csv")


def load_schedule(path: str | Path) -> Schedule:
    """Return the schedule of a ``.json`` or ``.csv`` file.

    Raises
    ------
    InputError
        If the file is missing, unreadable, of another kind, or not a schedule.

    Examples
    --------
    >>> load_schedule("missing.json")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: missing.json: file not found
    """
    file = Path(path)
    ending = _ending(file)
    try:
        # Read as bytes: newline translation would change text inside CSV quotes.
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError("file not found", file=path) from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text: {error.reason} at byte {error.start}", file=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=path) from None
    if ending == ".json":
        return Schedule.from_json(text, file=path)
    return Schedule.from_csv(text, name=file.stem, file=path)


def save_schedule(schedule: Schedule, path: str | Path) -> Path:
    """Write a schedule as ``.json`` or ``.csv``, whole or not at all, and return where it lies.

    Raises
    ------
    InputError
        If the name has another ending or the place cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     plan = Schedule(name="nothing", sessions=())
    ...     load_schedule(save_schedule(plan, Path(folder) / "plan.csv")) == plan
    True
    """
    file = Path(path)
    text = schedule.to_json() if _ending(file) == ".json" else schedule.to_csv()
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(text.encode("utf-8"))
            # mkstemp makes private files; a schedule is an ordinary one.
            os.chmod(temporary, 0o644)
            os.replace(temporary, file)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None
    return file


def _ending(file: Path) -> str:
    ending = file.suffix.lower()
    if ending not in _ENDINGS:
        raise InputError("unknown kind of schedule file", file=file, value=ending, allowed=" or ".join(_ENDINGS))
    return ending
