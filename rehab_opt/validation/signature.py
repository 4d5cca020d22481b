"""What a piece of work depends on, as a hash: its arguments as plain data and the sources that compute it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from rehab_opt.errors import InputError

ROOM = Path(__file__).parent


def signature(*values: object) -> str:
    """Return a hash of plain data: the same values give the same text in every process and on every machine.

    Raises
    ------
    InputError
        If something in it is not plain data.

    Examples
    --------
    >>> signature({"a": 1, "b": (2.0, None)}) == signature({"b": [2.0, None], "a": 1})
    True
    >>> signature(object())
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: is not plain data (got 'object'); allowed: numbers, texts, arrays, dataclasses of those
    """
    text = json.dumps([_plain(value) for value in values], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return repr(value)  # exact, and NaN stays what it is
    if isinstance(value, Enum):
        return ["enum", str(value)]
    if isinstance(value, Mapping):
        return {"mapping": sorted(([_plain(k), _plain(v)] for k, v in value.items()), key=repr)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return ["set", sorted((_plain(item) for item in value), key=repr)]
    if isinstance(value, range | slice):
        return repr(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        rows = {row.name: _plain(getattr(value, row.name)) for row in dataclasses.fields(value)}
        return {"class": f"{kind.__module__}.{kind.__qualname__}", "source": source_of(kind.__module__), "fields": rows}
    if hasattr(value, "dtype") and hasattr(value, "tobytes"):
        digest = hashlib.sha256(value.tobytes()).hexdigest()
        return ["array", str(value.dtype), list(value.shape), digest]
    allowed = "numbers, texts, arrays, dataclasses of those"
    raise InputError("is not plain data", value=type(value).__name__, allowed=allowed)


def source_of(module: str) -> str:
    """Return a hash of the sources beside a module; empty outside this room, whose own hash covers the other rooms.

    The files of a group of experiments count together, and so do the files that groups share: those of this room,
    those beside the groups, and the sensory sheet with its numbers.

    Examples
    --------
    >>> source_of("rehab_opt.patient.person"), len(source_of("rehab_opt.validation.population"))
    ('', 64)
    """
    if not module.startswith("rehab_opt.validation") and module != "__main__":
        file = getattr(sys.modules.get(module), "__file__", None)
        return "" if module.startswith("rehab_opt.") or file is None else _files_hash((Path(file),))
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        return ""
    return _files_hash(sources_in(Path(file).parent))


def sources_in(folder: Path) -> tuple[Path, ...]:
    """Return what counts together with a file of a folder: code, and numbers, which decide as much as code does.

    Examples
    --------
    >>> ROOM / "sheet" / "sheet.toml" in sources_in(ROOM / "sheet")
    True
    """
    groups, sheet = ROOM / "groups", ROOM / "sheet"
    if folder in (ROOM, groups):
        found = [*ROOM.glob("*.py"), *groups.glob("*.py"), *sheet.iterdir()]
    else:
        found = [*folder.rglob("*")]
    return tuple(sorted(path for path in found if path.suffix in (".py", ".toml")))


@lru_cache(maxsize=256)
def _files_hash(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
