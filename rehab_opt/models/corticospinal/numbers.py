"""The numbers of the corticospinal search models as data: one file a publication, the same dotted names in each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.parameters import Parameter

VARIANTS = ("norman-2022", "reinkensmeyer-2012")
"""Publications whose numbers are there; `numbers_of` reads them."""


@cache
def corticospinal_parameters(variant: str) -> Mapping[str, Parameter]:
    """Return value, unit, source and prior range of every number of a variant by dotted name.

    Raises
    ------
    InputError
        If there is no such variant.

    Examples
    --------
    >>> corticospinal_parameters("reinkensmeyer-2012")["exploration.sd"].value
    0.04
    """
    if variant not in VARIANTS:
        raise unknown_name_error("variant", variant, VARIANTS, key="variant")
    text = (files("rehab_opt.models.corticospinal") / "data" / f"{variant}.toml").read_text("utf-8")
    found: dict[str, Parameter] = {}
    for group, keys in tomllib.loads(text).items():
        for key, row in keys.items():
            low, high = row["prior"]
            name = f"{group}.{key}"
            found[name] = Parameter(name, float(row["value"]), row["unit"], row["source"], (float(low), float(high)))
    return found


def numbers_of(variant: str, overrides: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the numbers of a variant, some of them replaced.

    Raises
    ------
    InputError
        If the variant or a name is unknown, or a value lies outside its prior range.

    Examples
    --------
    >>> numbers_of("norman-2022", {"cells.number": 500})["cells.number"]
    500.0
    >>> numbers_of("norman-2022", {"cells.count": 500})
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: set: unknown parameter (got 'cells.count'); did you mean 'cells.number'?
    """
    known = corticospinal_parameters(variant)
    values = {name: row.value for name, row in known.items()}
    for name, value in (overrides or {}).items():
        if name not in known:
            error = unknown_name_error("parameter", name, known)
            raise InputError(error.message, key="set", value=name, nearest=error.nearest)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError("must be a number", key=f"set.{name}", value=value)
        low, high = known[name].prior
        if not low <= value <= high:
            raise InputError(
                "is out of its range", key=f"set.{name}", value=value, allowed=f"{low:g} to {high:g} {known[name].unit}"
            )
        values[name] = float(value)
    return values
