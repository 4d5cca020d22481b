"""The JSON form of a schedule, ``rehab-opt.schedule/1``; its JSON Schema lies beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.therapy.rows import FORMAT, NOTICE, check_keys, session_from_row, session_to_row
from rehab_opt.therapy.schedule import Schedule

_KEYS = ("format", "notice", "name", "origin", "notes", "sessions")


def schedule_schema() -> Mapping[str, object]:
    """Return the published JSON Schema (draft 2020-12) of the JSON form.

    Examples
    --------
    >>> schedule_schema()["title"]
    'rehab-opt schedule'
    """
    text = (files("rehab_opt.therapy") / "schedule.schema.json").read_text("utf-8")
    schema: dict[str, object] = json.loads(text)
    return schema


def write_json(schedule: Schedule) -> str:
    """Return the JSON form: one session a line, so that a change of one session changes one line."""
    head = {
        "format": FORMAT,
        "notice": NOTICE,
        "name": schedule.name,
        "origin": schedule.origin,
        "notes": schedule.notes,
    }
    lines = [f"  {_text(key)}: {_text(value)}," for key, value in head.items()]
    rows = ",\n".join(f"    {_text(session_to_row(session))}" for session in schedule.sessions)
    sessions = f"[\n{rows}\n  ]" if rows else "[]"
    return "\n".join(["{", *lines, f'  "sessions": {sessions}', "}", ""])


def read_json(text: str, *, file: str | Path | None = None) -> Schedule:
    """Return the schedule of a JSON form; strict: unknown keys, NaN and other versions are refused.

    Raises
    ------
    InputError
        With file, key, value and what is allowed.
    """
    try:
        return _parse(json.loads(text, object_pairs_hook=_unique))
    except InputError as error:
        raise (error if file is None else error.within(file)) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"is not JSON: {error}", file=file) from None


def _parse(data: object) -> Schedule:
    values = check_keys(data, _KEYS, needed=("format", "name", "sessions"), key="schedule")
    version = values.pop("format")
    if version != FORMAT:
        raise InputError("unknown version", key="format", value=version, allowed=FORMAT)
    values.pop("notice", None)
    rows = values.pop("sessions")
    if not isinstance(rows, list):
        raise InputError("must be a list", key="sessions", value=rows)
    sessions = tuple(session_from_row(row, key=f"sessions[{index}]") for index, row in enumerate(rows))
    return Schedule(sessions=sessions, **values)  # type: ignore[arg-type] # Schedule checks its own values


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise InputError("stands twice in one table", key=key)
        found[key] = value
    return found
