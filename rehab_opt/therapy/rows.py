"""Sessions as plain rows (dicts of numbers and text) and back: what JSON, CSV and protocol files share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from typing import TypeVar

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.therapy.session import Session, Stimulation

FORMAT = "rehab-opt.schedule/1"
NOTICE = "Simulation, not clinical advice."

SESSION_KEYS = tuple(field.name for field in fields(Session))
STIMULATION_KEYS = tuple(field.name for field in fields(Stimulation))
_NEEDED = {
    part: tuple(f.name for f in fields(part) if f.default is MISSING and f.default_factory is MISSING)
    for part in (Session, Stimulation)
}
_Made = TypeVar("_Made", Session, Stimulation)


def session_to_row(session: Session) -> dict[str, object]:
    """Return a session as a dict in the order of its fields; of the stimulation only what its modality has.

    Examples
    --------
    >>> session_to_row(Session(day=1, minutes=45, repetitions=90))["stimulation"] is None
    True
    """
    row: dict[str, object] = {key: getattr(session, key) for key in SESSION_KEYS}
    if session.stimulation is not None:
        pairs = ((key, getattr(session.stimulation, key)) for key in STIMULATION_KEYS)
        row["stimulation"] = {key: value for key, value in pairs if value is not None}
    return row


def session_from_row(row: object, *, key: str = "session") -> Session:
    """Return the session of a dict.

    Parameters
    ----------
    row
        Keys are the fields of `Session`; those with a default may be missing. ``stimulation`` is such a dict too.
    key
        Where the row stands, for errors.

    Raises
    ------
    InputError
        If a key is unknown or missing, or a value is not what it should be.

    Examples
    --------
    >>> session_from_row({"day": 3, "minutes": 45, "repetitions": 90}).end
    645.0
    >>> session_from_row({"day": 3, "minuets": 45, "repetitions": 90})
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: session: unknown key (got 'minuets'); allowed: ...; did you mean 'minutes'?
    """
    values = check_keys(row, SESSION_KEYS, needed=_NEEDED[Session], key=key)
    if values.get("stimulation") is not None:
        inner = f"{key}.stimulation"
        part = check_keys(values["stimulation"], STIMULATION_KEYS, needed=_NEEDED[Stimulation], key=inner)
        values["stimulation"] = _make(Stimulation, part, key=inner)
    return _make(Session, values, key=key)


def check_keys(row: object, known: Iterable[str], *, needed: Iterable[str] = (), key: str) -> dict[str, object]:
    """Return ``row`` as a new dict when all its keys are known and the needed ones are there.

    Examples
    --------
    >>> check_keys({"a": 1}, ["a", "b"], key="table")
    {'a': 1}
    """
    if not isinstance(row, Mapping):
        raise InputError("must be a table of keys and values", key=key, value=row)
    known = tuple(known)
    for name in row:
        if name not in known:
            raise unknown_name_error("key", str(name), known, key=key)
    for name in needed:
        if name not in row:
            raise InputError("is missing", key=f"{key}.{name}")
    return dict(row)


def _make(kind: Callable[..., _Made], values: Mapping[str, object], *, key: str) -> _Made:
    """Build one part; an error from inside is given its full key."""
    try:
        return kind(**values)
    except InputError as error:
        inner = f"{key}.{error.key}" if error.key else key
        raise InputError(
            error.message, key=inner, value=error.value, allowed=error.allowed, nearest=error.nearest
        ) from None
