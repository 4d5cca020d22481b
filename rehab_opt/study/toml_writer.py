"""Write plain data as TOML in one fixed way: tables of values, tables in tables, lists of tables, and inline ranges."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_INLINE = frozenset(("low", "high", "step"))


def write_toml(data: Mapping[str, object]) -> str:
    """Return TOML text: within each table plain values first, then the tables in it, all in the order of ``data``.

    Parameters
    ----------
    data
        Values are text, whole numbers, finite numbers, true or false, lists of these, mappings, and lists of mappings.

    Raises
    ------
    TypeError
        If a value is anything else.

    Examples
    --------
    >>> print(write_toml({"name": "x", "phase": [{"weeks": {"low": 2, "high": 6}}]}))
    name = "x"
    <BLANKLINE>
    [[phase]]
    weeks = { low = 2, high = 6 }
    <BLANKLINE>
    """
    return "\n".join(_lines(data, "")).strip("\n") + "\n"


def _lines(table: Mapping[str, object], path: str) -> Iterator[str]:
    for key, value in table.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        inner = f"{path}.{_key(key)}" if path else _key(key)
        if _is_tables(value):
            for row in value:  # type: ignore[attr-defined]
                yield from ("", f"[[{inner}]]")
                yield from _lines(row, inner)
        elif isinstance(value, Mapping) and _is_table(value):
            yield from ("", f"[{inner}]")
            yield from _lines(value, inner)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) and not (value and _INLINE.issuperset(value))


def _is_tables(value: object) -> bool:
    return isinstance(value, (list, tuple)) and bool(value) and all(_is_table(item) for item in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_value(item) for item in value)}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{_key(key)} = {_value(item)}' for key, item in value.items())} }}"
    raise TypeError(f"{type(value).__name__} has no form in TOML")


def _text(text: str) -> str:
    # The escapes of JSON are those of TOML, except for the one control character that JSON lets pass.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
