"""The CSV form of a schedule: head lines that begin with ``#``, a header, one row a session. It reads back exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.therapy.rows import FORMAT, NOTICE, SESSION_KEYS, STIMULATION_KEYS, session_from_row
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import Session
from rehab_opt.therapy.text import parse_clock, parse_minutes

_PREFIX = "stimulation_"
_PLAIN = tuple(key for key in SESSION_KEYS if key != "stimulation")
COLUMNS = _PLAIN + tuple(_PREFIX + key for key in STIMULATION_KEYS)
"""Columns of the CSV, in order: the fields of a session, then those of its stimulation (empty when there is none)."""
_NEEDED = ("day", "minutes", "repetitions")
_WORDS = ("task", "order", "modality", "site", "polarity")
_Row = tuple[int, list[str]]


def write_csv(schedule: Schedule) -> str:
    """Return the CSV form, with numbers written so that they read back exactly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    head = [("format", FORMAT), ("notice", NOTICE), ("name", schedule.name), ("origin", schedule.origin)]
    head += [("notes", line) for line in schedule.notes.split("\n") if schedule.notes]
    writer.writerows([f"# {key}", value] for key, value in head)
    writer.writerow(COLUMNS)
    for session in schedule.sessions:
        cells = [getattr(session, key) for key in _PLAIN]
        part = session.stimulation
        cells += [None if part is None else getattr(part, key) for key in STIMULATION_KEYS]
        writer.writerow(["" if cell is None else cell if isinstance(cell, str) else repr(cell) for cell in cells])
    return out.getvalue()


def read_csv(text: str, *, name: str = "schedule", file: str | Path | None = None) -> Schedule:
    """Return the schedule of a CSV; columns may stand in any order and those with a default may be missing.

    Raises
    ------
    InputError
        With file, row, column and value.
    """
    try:
        return _parse(*_split(text), name)
    except InputError as error:
        raise (error if file is None else error.within(file)) from None


def _parse(head: Mapping[str, str], body: list[_Row], name: str) -> Schedule:
    if head.get("format", FORMAT) != FORMAT:
        raise InputError("unknown version", key="# format", value=head["format"], allowed=FORMAT)
    if not body:
        raise InputError("has no header row", allowed=",".join(COLUMNS))
    columns = _check_columns(",".join(body[0][1]).rstrip(",").split(","))
    return Schedule(
        name=head.get("name", name),
        sessions=tuple(_session(columns, cells, f"row {number}") for number, cells in body[1:]),
        origin=head.get("origin", "enrolment"),
        notes=head.get("notes", ""),
    )


def _split(text: str) -> tuple[dict[str, str], list[_Row]]:
    """Return the head lines by name and the other rows with their line numbers, blank ones left out."""
    head: dict[str, str] = {}
    body: list[_Row] = []
    for number, cells in _rows(text.removeprefix("\ufeff")):
        if not any(cell.strip() for cell in cells):
            continue
        if cells[0].startswith("#"):
            key = cells[0].lstrip("# ").strip()
            value = cells[1] if len(cells) > 1 else ""
            head[key] = f"{head[key]}\n{value}" if key == "notes" and key in head else value
        else:
            body.append((number, [cell.strip() for cell in cells]))
    return head, body


def _rows(text: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"is not CSV: {error}", key=f"row {reader.line_num}") from None


def _check_columns(columns: list[str]) -> list[str]:
    if len(columns) == 1 and ";" in columns[0]:
        raise InputError("columns are separated by semicolons", key="header", allowed="commas")
    for index, column in enumerate(columns):
        if column not in COLUMNS:
            raise unknown_name_error("column", column, COLUMNS, key="header")
        if column in columns[:index]:
            raise InputError("column stands twice", key="header", value=column)
    for column in _NEEDED:
        if column not in columns:
            raise InputError("column is missing", key="header", value=column)
    return columns


def _session(columns: list[str], cells: list[str], where: str) -> Session:
    # Spreadsheets pad rows with empty cells at the end.
    if len(cells) < len(columns) or any(cells[len(columns) :]):
        raise InputError("has another number of cells than the header", key=where, value=len(cells))
    filled = {column: cell for column, cell in zip(columns, cells, strict=False) if cell}
    row: dict[str, object] = {key: _value(key, filled[key], where) for key in _PLAIN if key in filled}
    row |= _stimulation(filled, where)
    return session_from_row(row, key=where)


def _stimulation(filled: Mapping[str, str], where: str) -> dict[str, object]:
    keys = [key for key in STIMULATION_KEYS if _PREFIX + key in filled]
    part = {key: _value(key, filled[_PREFIX + key], where) for key in keys}
    return {"stimulation": part} if part else {}


def _value(key: str, cell: str, where: str) -> object:
    """Return a cell as text or number; clock times ("10:00") and durations ("45 min", "1.5 h") are understood too."""
    if key in _WORDS:
        return cell
    try:
        return float(cell)
    except ValueError:
        pass
    try:
        if key == "start":
            return parse_clock(cell)
        if key == "minutes":
            return parse_minutes(cell)
    except InputError as error:
        raise InputError(error.message, key=f"{where}.{key}", value=cell, allowed=error.allowed) from None
    raise InputError("must be a number", key=f"{where}.{key}", value=cell)
