"""Read a CSV table of people: strict about what is known, open to further columns, all faults named at once."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rehab_opt.errors import InputError, nearest_name
from rehab_opt.patient.person import SIDES
from rehab_opt.patient.plain import check_count, check_name, check_number, read_text

REQUIRED = ("id", "days_since_stroke", "fm_ue")
OPTIONAL = ("arat", "age", "affected_side", "dominant_side", "mep", "safe", "cst_lesion_load")
USED = (*REQUIRED, "affected_side", "cst_lesion_load")
_BLANK = frozenset(("", "na", "n/a", "nan", "none", "null", ".", "-"))
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One row of a table of people.

    Attributes
    ----------
    id
        Name, unique in the table.
    days_since_stroke
        Day of the baseline and of enrolment, days since the lesion.
    fm_ue
        Measured baseline FM-UE, 0 to 66 points.
    affected_side
        ``"left"``, ``"right"`` or None when unknown.
    cst_lesion_load
        Share of the corticospinal tract that the lesion covers, 0 to 1, or None when unknown.
    info
        The columns that the model does not use, where they are not blank.

    Examples
    --------
    >>> Person(id="p1", days_since_stroke=12, fm_ue=31.0).affected_side is None
    True
    """

    id: str
    days_since_stroke: int
    fm_ue: float
    affected_side: str | None = None
    cst_lesion_load: float | None = None
    info: Mapping[str, str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleTable:
    """A table of people that has passed all checks.

    Attributes
    ----------
    file
        Where it was read.
    people
        The rows, in order.
    columns
        Names of all columns, in order.
    unused
        Columns that the model does not use; they are kept for subgroups.

    Examples
    --------
    >>> PeopleTable(file="people.csv", people=(), columns=("id", "age"), unused=("age",)).notes()
    ('people.csv: the model does not use age; kept for subgroups',)
    """

    file: str
    people: tuple[Person, ...]
    columns: tuple[str, ...]
    unused: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.people)

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people)

    def notes(self) -> tuple[str, ...]:
        """Return sentences for the user: which columns are not used, and which look like a misspelt known one."""
        notes = []
        if self.unused:
            notes.append(f"{self.file}: the model does not use {', '.join(self.unused)}; kept for subgroups")
        absent = [name for name in OPTIONAL if name not in self.columns]
        for name in self.unused:
            meant = None if name in OPTIONAL else nearest_name(name, absent)
            if meant is not None:
                notes.append(f"{self.file}: column {name!r} is not known; did you mean {meant!r}?")
        return tuple(notes)


def read_people(path: str | Path) -> PeopleTable:
    """Read a table of people.

    The file is UTF-8 CSV with commas and one header line; lines before it that start with ``#`` are comments. Required
    columns: ``id``, ``days_since_stroke`` (whole days, 0 or more), ``fm_ue`` (0 to 66). Optional: ``arat`` (0 to 57),
    ``age`` (0 to 120 years), ``affected_side`` and ``dominant_side`` (left, right), ``mep`` (text), ``safe`` (0 to 10),
    ``cst_lesion_load`` (0 to 1). Further columns are kept: as numbers if every value is one, else as text. In optional
    columns a blank, ``NA`` or ``NaN`` stands for unknown.

    Raises
    ------
    InputError
        If the file cannot be read or any row cannot be used: one error that names every line and column at fault.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "people.csv"
    >>> _ = path.write_text("id,days_since_stroke,fm_ue,age\\np1,12,31,64\\n")
    >>> table = read_people(path)
    >>> table.people[0].fm_ue, table.unused
    (31.0, ('age',))
    """
    header, rows = _cells(path)
    _check_header(path, header)
    faults = [fault for line, row in rows for fault in _row_faults(line, row, header)] + _repeated_ids(rows, header)
    if faults:
        raise _one_error(path, faults)
    unused = tuple(name for name in header if name not in USED)
    numeric = {name for name in unused if _is_numeric(name, [row[header.index(name)] for _, row in rows])}
    people = tuple(_person(dict(zip(header, row, strict=True)), unused, numeric) for _, row in rows)
    return PeopleTable(file=str(path), people=people, columns=tuple(header), unused=unused)


def _cells(path: str | Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows that are not blank, each with its line in the file."""
    lines = read_text(path).splitlines(keepends=True)
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    reader = csv.reader(io.StringIO("".join(lines[start:]), newline=""), strict=True)
    table: list[tuple[int, list[str]]] = []
    try:
        table.extend((start + reader.line_num, [cell.strip() for cell in row]) for row in reader)
    except csv.Error as error:
        raise InputError(f"is not valid CSV: {error}", file=path, key=f"line {start + reader.line_num}") from None
    table = [(line, row) for line, row in table if any(row)]
    if len(table) < 2:
        raise InputError("holds no people: a header line and at least one row are needed", file=path)
    return [name.lower() for name in table[0][1]], table[1:]


def _check_header(path: str | Path, header: list[str]) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise InputError("columns must be separated by commas", file=path, key="header", value=header[0])
    if "" in header:
        raise InputError("a column has no name", file=path, key="header", value=",".join(header))
    for name in header:
        if header.count(name) > 1:
            raise InputError("a column occurs twice", file=path, key="header", value=name)
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        near = nearest_name(missing[0], [name for name in header if name not in REQUIRED + OPTIONAL])
        hint = "" if near is None else f"; is {near!r} meant to be {missing[0]!r}?"
        found = ", ".join(header)
        raise InputError(f"required columns are missing: {', '.join(missing)}; found: {found}{hint}", file=path)


def _row_faults(line: int, row: list[str], header: list[str]) -> list[InputError]:
    if len(row) != len(header):
        return [InputError("wrong number of values", key=f"line {line}", value=len(row), allowed=str(len(header)))]
    faults = []
    for name, text in zip(header, row, strict=True):
        key = f"line {line}, column {name}"
        if text.lower() not in _BLANK:
            try:
                _CHECKS.get(name, _anything)(key, text)
            except InputError as error:
                faults.append(error)
        elif name in REQUIRED:
            faults.append(InputError("a value is required", key=key, value=text))
    return faults


def _repeated_ids(rows: list[tuple[int, list[str]]], header: list[str]) -> list[InputError]:
    first: dict[str, int] = {}
    faults = []
    for line, row in rows:
        name = row[header.index("id")] if len(row) == len(header) else ""
        if name and first.setdefault(name, line) != line:
            key = f"line {line}, column id"
            faults.append(InputError(f"the id stands in line {first[name]} already", key=key, value=name))
    return faults


def _one_error(path: str | Path, faults: list[InputError]) -> InputError:
    if len(faults) == 1:
        return faults[0].within(path)
    shown = [f"  {fault}" for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        shown.append(f"  and {len(faults) - _SHOWN} more")
    return InputError(f"{len(faults)} values cannot be used:\n" + "\n".join(shown), file=path)


def _person(cells: dict[str, str], unused: tuple[str, ...], numeric: set[str]) -> Person:
    known = {name: text for name, text in cells.items() if text.lower() not in _BLANK}
    info: dict[str, str | float] = {}
    for name in unused:
        if name in known:
            info[name] = float(known[name]) if name in numeric else known[name]
    side, load = known.get("affected_side"), known.get("cst_lesion_load")
    return Person(
        id=known["id"],
        days_since_stroke=int(float(known["days_since_stroke"])),
        fm_ue=float(known["fm_ue"]),
        affected_side=None if side is None else side.lower(),
        cst_lesion_load=None if load is None else float(load),
        info=info,
    )


def _is_numeric(name: str, texts: list[str]) -> bool:
    known = [_number(text) for text in texts if text.lower() not in _BLANK]
    return name != "mep" and bool(known) and all(isinstance(value, float) and math.isfinite(value) for value in known)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _anything(key: str, text: str) -> None:
    pass


def _within(low: float, high: float, unit: str) -> Callable[[str, str], object]:
    return lambda key, text: check_number(key, _number(text), low, high, unit)


def _side(key: str, text: str) -> None:
    check_name(key, text.lower(), SIDES)


_CHECKS: Mapping[str, Callable[[str, str], object]] = {
    "days_since_stroke": lambda key, text: check_count(key, _number(text), 0, 36500),
    "fm_ue": _within(0, 66, "points"),
    "arat": _within(0, 57, "points"),
    "age": _within(0, 120, "years"),
    "affected_side": _side,
    "dominant_side": _side,
    "safe": _within(0, 10, "points"),
    "cst_lesion_load": _within(0, 1, ""),
}
