"""Kinds whose names belong to other rooms: mechanisms, parameters, protocols, traits, and locked sessions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from typing import Any

from rehab_opt.errors import InputError, nearest_name
from rehab_opt.study.faults import FaultsError, at, short
from rehab_opt.study.kinds import Amount, Kind, NameList
from rehab_opt.therapy import Session, parse_clock, protocols, session_from_row

_LOCKED_KEYS = (*(field.name for field in fields(Session)), "weeks")
_DAY = Amount(0, 40_000, whole=True)
_WEEKS = Amount(1, 520, whole=True)


class ProtocolNames(NameList):
    """Names of published protocols."""

    def __init__(self) -> None:
        super().__init__((), "protocol")

    def check_name(self, value: object) -> None:
        """Raise unless there is such a protocol."""
        if not isinstance(value, str):
            raise InputError("must be a name", value=short(value))
        protocols[value]


class MechanismNames(NameList):
    """Names of mechanisms of the built-in model."""

    def __init__(self) -> None:
        super().__init__((), "mechanism")

    def check_name(self, value: object) -> None:
        """Raise unless there is such a mechanism."""
        from rehab_opt.mechanisms.catalogue import check_off

        if not isinstance(value, str):
            raise InputError("must be a name", value=short(value))
        check_off((value,))


class Overrides(Kind):
    """Numbers of the built-in model by dotted name, written dotted in quotes or as tables in tables."""

    words = "numbers by dotted name"

    def check(self, value: object) -> tuple[tuple[str, float], ...]:
        """Return pairs of name and value in order of names."""
        from rehab_opt.parameters import check_overrides

        errors: list[InputError] = []
        found: dict[str, float] = {}
        for name, number in _flat("", value):
            try:
                if isinstance(number, float) and not math.isfinite(number):
                    raise InputError("must be a finite number", key=name, value=number)
                check_overrides({name: number}, key="")  # type: ignore[dict-item] # it checks the value as well
                found[name] = float(number)  # type: ignore[arg-type]
            except InputError as error:
                errors.append(_under(name, error))
        if errors:
            raise FaultsError(errors)
        return tuple(sorted(found.items()))


class Spreads(Kind):
    """Spreads of single traits of the patients by dotted name."""

    words = 'numbers from 0 to 2 by name, such as "traits.learning-rate"'

    def check(self, value: object) -> tuple[tuple[str, float], ...]:
        """Return pairs of name and spread in order of names."""
        from rehab_opt.patient import CohortSpec

        errors: list[InputError] = []
        found: list[tuple[str, float]] = []
        for name, number in _flat("", value):
            try:
                found += CohortSpec(trait_spreads=((name, number),)).trait_spreads  # type: ignore[arg-type]
            except InputError as error:
                errors.append(_under(name, error))
        if errors:
            raise FaultsError(errors)
        return tuple(sorted(found))


class LockedSessions(Kind):
    """One ``[[locked]]`` table: the keys of a session, with ``day`` one day or several, and ``weeks`` to repeat it."""

    words = "keys of a session; day may be a list; weeks repeats it"

    def check(self, value: object) -> tuple[Session, ...]:
        """Return the sessions that the table stands for."""
        if not isinstance(value, Mapping):
            raise InputError("must be a table of keys and values", value=short(value))
        unknown = [name for name in value if name not in _LOCKED_KEYS]
        if unknown:
            raise FaultsError(
                InputError("unknown key", key=name, value=name, nearest=nearest_name(str(name), _LOCKED_KEYS))
                for name in unknown
            )
        row = {key: item for key, item in value.items() if key != "weeks"}
        if isinstance(row.get("start"), str):
            row["start"] = _keyed("start", parse_clock, row["start"])
        weeks = _keyed("weeks", _WEEKS.check, value.get("weeks", 1))
        if "day" not in row:
            return (_session(row),)
        days = row["day"] if isinstance(row["day"], list) else [row["day"]]
        listed = [_keyed("day", _DAY.check, day) for day in days]
        return tuple(_session({**row, "day": day + 7 * week}) for week in range(weeks) for day in listed)


def _keyed(key: str, check: Callable[[Any], Any], value: object) -> Any:
    try:
        return check(value)
    except InputError as error:
        raise at(key, error) from None


def _session(row: Mapping[str, object]) -> Session:
    try:
        return session_from_row(row, key="")
    except InputError as error:
        raise _under((error.key or "").lstrip("."), error) from None


def _under(key: str, error: InputError) -> InputError:
    """Return the same error under another key."""
    return InputError(error.message, key=key, value=error.value, allowed=error.allowed, nearest=error.nearest)


def _flat(prefix: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the numbers of tables in tables under their dotted names."""
    if not isinstance(value, Mapping):
        yield prefix, value
        return
    for name, inner in value.items():
        yield from _flat(f"{prefix}.{name}" if prefix else str(name), inner)
