"""The sheet's own numbers as data, beside those that it shares with the model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.parameters import Parameters
from rehab_opt.parameters.registry import Parameter


@cache
def own_numbers() -> Mapping[str, Parameter]:
    """Return the sheet's own parameters by name, each with value, unit, source and prior.

    Examples
    --------
    >>> own_numbers()["units"].unit
    'units'
    """
    found: dict[str, Parameter] = {}
    rows = tomllib.loads((files("rehab_opt.validation.sheet") / "sheet.toml").read_text("utf-8"))
    for name, row in rows.items():
        low, high = row["prior"]
        found[name] = Parameter(name, float(row["value"]), row["unit"], row["source"], (float(low), float(high)))
    return found


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers of a sheet: those of the model, and its own with some in place of the defaults.

    Parameters
    ----------
    shared
        Numbers of the model, dotted names: the mechanisms and the rate dynamics read these.
    own
        Names of `own_numbers` and the values to use instead.

    Raises
    ------
    InputError
        If a name is unknown or a value lies outside its prior range.

    Examples
    --------
    >>> Numbers(Parameters(), {"units": 200})["units"]
    200.0
    """

    shared: Parameters = field(default_factory=Parameters)
    own: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = own_numbers()
        for name, value in self.own.items():
            if name not in known:
                raise unknown_name_error("number of the sheet", name, known, key="sheet")
            low, high = known[name].prior
            if not low <= value <= high:
                allowed = f"{low:g} to {high:g} {known[name].unit}"
                raise InputError("is out of its range", key=f"sheet.{name}", value=value, allowed=allowed)

    def __getitem__(self, name: str) -> float:
        return float(self.own.get(name, own_numbers()[name].value))

    def count(self, name: str) -> int:
        """Return a whole number of the sheet."""
        return round(self[name])
