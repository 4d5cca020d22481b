"""Every number of the model as data: value, unit, source, prior range; read by dotted name, overridable, never
hidden in code."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rehab_opt.errors import InputError, unknown_name_error


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of the model.

    Attributes
    ----------
    name
        Dotted name, ``group.key``.
    value
        Default value, in ``unit``.
    unit
        Unit as text; ``"1"`` for a pure number.
    source
        Where the number comes from: author and year, or "chosen" for a choice of this project.
    prior
        Inclusive range in which a calibration may look, and outside of which an override is refused.
    """

    name: str
    value: float
    unit: str
    source: str
    prior: tuple[float, float]


@cache
def catalogue() -> Mapping[str, Parameter]:
    """Return every parameter of the model by dotted name, in the order of the data files.

    Examples
    --------
    >>> catalogue()["network.units"].unit
    'units'
    """
    found: dict[str, Parameter] = {}
    folder = files("rehab_opt.parameters") / "data"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for group, keys in tomllib.loads(file.read_text("utf-8")).items():
            for key, row in keys.items():
                name = f"{group}.{key}"
                low, high = row["prior"]
                found[name] = Parameter(
                    name, float(row["value"]), row["unit"], row["source"], (float(low), float(high))
                )
    return found


def check_overrides(overrides: Mapping[str, float], *, key: str = "parameters") -> None:
    """Raise `InputError` unless every name exists and every value is a number inside the parameter's prior range.

    Examples
    --------
    >>> check_overrides({"network.units": 1200})
    >>> check_overrides({"network.unit": 1200})
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: parameters: unknown parameter (got 'network.unit'); did you mean 'network.units'?
    """
    known = catalogue()
    for name, value in overrides.items():
        if name not in known:
            error = unknown_name_error("parameter", name, known, key=key)
            raise InputError(error.message, key=key, value=name, nearest=error.nearest)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise InputError("must be a number", key=f"{key}.{name}", value=value)
        low, high = known[name].prior
        if not low <= value <= high:
            allowed = f"{low:g} to {high:g} {known[name].unit}"
            raise InputError("is out of its range", key=f"{key}.{name}", value=value, allowed=allowed)


class Parameters(Mapping[str, float]):
    """The numbers of one model: the defaults with some overridden.

    Parameters
    ----------
    overrides
        Dotted name to value.

    Raises
    ------
    InputError
        If a name is unknown or a value lies outside its range.

    Examples
    --------
    >>> Parameters({"network.units": 1200})["network.units"]
    1200.0
    """

    __slots__ = ("_values", "overrides")

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        chosen = dict(overrides or {})
        check_overrides(chosen)
        self.overrides: tuple[tuple[str, float], ...] = tuple(sorted((name, float(v)) for name, v in chosen.items()))
        self._values = {name: row.value for name, row in catalogue().items()} | dict(self.overrides)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def multiplied(self, factors: Mapping[str, float]) -> Parameters:
        """Return a copy with some numbers multiplied, for one individual: prior ranges hold for the average only.

        Examples
        --------
        >>> Parameters().multiplied({"network.units": 2.0})["network.units"]
        1200.0
        """
        copy = Parameters.__new__(Parameters)
        copy.overrides = self.overrides
        copy._values = {name: value * factors.get(name, 1.0) for name, value in self._values.items()}
        return copy

    def group(self, name: str) -> dict[str, float]:
        """Return the numbers of one group by their short keys.

        Examples
        --------
        >>> sorted(Parameters().group("pruning"))[:1]
        ['hazard']
        """
        prefix = name + "."
        return {key[len(prefix) :]: value for key, value in self._values.items() if key.startswith(prefix)}
