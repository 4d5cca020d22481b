"""Checks of single values, shared by the room: each returns the value in its normal form or raises an `InputError`."""

from __future__ import annotations

import math
import numbers
import sys
from collections.abc import Iterable, Sequence

from rehab_opt.errors import InputError, unknown_name_error

LAST_DAY = 40_000
"""Largest day number (about 109 years) that a session may have."""


def number(key: str, value: object, low: float, high: float) -> float:
    """Return ``value`` as a finite float in ``low`` to ``high``; equal values get one form (-0.0 becomes 0.0).

    Examples
    --------
    >>> number("minutes", 45, 0, 1440)
    45.0
    """
    allowed = f"a number from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise InputError("must be a number", key=key, value=value, allowed=allowed)
    try:
        plain = float(value)
    except OverflowError:
        plain = math.inf
    if not (math.isfinite(plain) and low <= plain <= high):
        raise InputError("is out of range", key=key, value=plain, allowed=allowed)
    return plain + 0.0


def whole(key: str, value: object, low: int, high: int) -> int:
    """Return ``value`` as an int in ``low`` to ``high``; a whole float is taken too, for JSON has one kind of number.

    Examples
    --------
    >>> whole("day", 3.0, 0, 10)
    3
    """
    plain = number(key, value, -sys.float_info.max, sys.float_info.max)
    allowed = f"a whole number from {low} to {high}"
    if not plain.is_integer():
        raise InputError("must be a whole number", key=key, value=plain, allowed=allowed)
    if not low <= plain <= high:
        raise InputError("is out of range", key=key, value=int(plain), allowed=allowed)
    return int(plain)


def one_of(key: str, value: object, names: Sequence[str]) -> str:
    """Return ``value`` when it is one of ``names``.

    Examples
    --------
    >>> one_of("order", "random", ("blocked", "random"))
    'random'
    """
    if isinstance(value, str) and value in names:
        return value
    raise unknown_name_error(key.rpartition(".")[2], str(value), names, key=key)


def names(key: str, value: object, known: Sequence[str]) -> tuple[str, ...]:
    """Return a list of names, each one of ``known``, as a tuple.

    Examples
    --------
    >>> names("days_off", ["sat", "sun"], ("fri", "sat", "sun"))
    ('sat', 'sun')
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise InputError("must be a list of names", key=key, value=value, allowed=", ".join(known))
    return tuple(one_of(f"{key}[{index}]", name, known) for index, name in enumerate(value))


def line(key: str, value: object) -> str:
    """Return ``value`` when it is one line of text that is not blank.

    Examples
    --------
    >>> line("name", "usual care")
    'usual care'
    """
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise InputError("must be one line of text", key=key, value=value)
    return value
