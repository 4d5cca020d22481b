"""Checks and readers shared by the plain data of this room: numbers, names, mappings, text files."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from numbers import Integral, Real
from pathlib import Path
from typing import cast

from rehab_opt.errors import InputError, unknown_name_error


def check_number(key: str, value: object, low: float, high: float, unit: str = "") -> float:
    """Return ``value`` as a float, or raise `InputError` unless it is a finite number from ``low`` to ``high``.

    Examples
    --------
    >>> check_number("radius_mm", 3, 0, 50, "mm")
    3.0
    >>> check_number("radius_mm", -3, 0, 50, "mm")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: radius_mm: is out of its range (got -3); allowed: 0 to 50 mm
    """
    number = _finite(value)
    if number is None:
        raise InputError("must be a finite number", key=key, value=_seen(value), allowed=_range(low, high, unit))
    if not low <= number <= high:
        raise InputError("is out of its range", key=key, value=value, allowed=_range(low, high, unit))
    return number


def check_count(key: str, value: object, low: int = 0, high: float = math.inf) -> int:
    """Return ``value`` as an int, or raise `InputError` unless it is a whole number from ``low`` to ``high``.

    Examples
    --------
    >>> check_count("wiring", 3)
    3
    """
    whole = isinstance(value, Integral) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        raise InputError("must be a whole number", key=key, value=_seen(value), allowed=_range(low, high, ""))
    # A seed has up to 63 bits: it must not pass through a float.
    number = int(cast(int, value))
    if not low <= number <= high:
        raise InputError("is out of its range", key=key, value=value, allowed=_range(low, high, ""))
    return number


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _seen(value: object) -> object:
    """Return ``value`` in a form that `InputError` shows: it leaves out a bare None."""
    return "nothing" if value is None else value


def _range(low: float, high: float, unit: str) -> str | None:
    if math.isinf(low):
        return None
    return (f"{low:g} or more" if math.isinf(high) else f"{low:g} to {high:g}") + f" {unit}".rstrip()


def check_name(key: str, value: object, known: Sequence[str]) -> str:
    """Return ``value``, or raise `InputError` with the nearest name unless it is one of ``known``.

    Examples
    --------
    >>> check_name("area", "motr", ("motor", "sensory"))
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: area: unknown name (got 'motr'); allowed: motor, sensory; did you mean 'motor'?
    """
    if not isinstance(value, str):
        raise InputError("must be a name", key=key, value=value, allowed=", ".join(known))
    if value not in known:
        raise unknown_name_error("name", value, known, key=key)
    return value


def check_mapping(
    key: str | None, data: object, known: Collection[str], required: Collection[str] = ()
) -> dict[str, object]:
    """Return ``data`` as a dict, or raise `InputError` unless all its keys are known and the required ones are there.

    Examples
    --------
    >>> check_mapping("disc", {"aera": "motor"}, ["area", "share"])
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: disc: unknown key (got 'aera'); allowed: area, share; did you mean 'area'?
    """
    if not isinstance(data, Mapping):
        raise InputError("must be an object of keys and values", key=key, value=data)
    for name in data:
        if name not in known:
            raise unknown_name_error("key", str(name), known, key=key)
    for name in required:
        if name not in data:
            raise InputError("a required key is missing", key=key, allowed=name)
    return dict(data)


def parse_object(text: str) -> object:
    """Return the value of a JSON text; NaN and infinities are refused.

    Raises
    ------
    InputError
        If the text is not JSON, with the line and column of the first fault.

    Examples
    --------
    >>> parse_object('{"a": 1}')
    {'a': 1}
    """

    def refuse(name: str) -> float:
        raise InputError("must be a finite number", value=name)

    try:
        return cast(object, json.loads(text, parse_constant=refuse))
    except json.JSONDecodeError as error:
        raise InputError(f"is not valid JSON: {error.msg}, line {error.lineno}, column {error.colno}") from None


def under(key: str, error: InputError) -> InputError:
    """Return the same error with ``key`` put before its own key, as in ``lesion.discs[0].share``.

    Examples
    --------
    >>> str(under("lesion", InputError("must be a number", key="cst_spared")))
    'lesion.cst_spared: must be a number'
    """
    joined = key if error.key is None else f"{key}.{error.key}"
    return InputError(
        error.message, file=error.file, key=joined, value=error.value, allowed=error.allowed, nearest=error.nearest
    )


def read_text(path: str | Path) -> str:
    """Return the text of a UTF-8 file; a byte-order mark is dropped.

    Raises
    ------
    InputError
        If the file is missing, cannot be read, is empty or is not UTF-8.

    Examples
    --------
    >>> read_text("no-such-file.csv")
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: no-such-file.csv: no such file
    """
    try:
        raw = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", file=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", file=path) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"is not UTF-8 text (line {line})", file=path) from None
    if not text.strip():
        raise InputError("is empty", file=path)
    return text
