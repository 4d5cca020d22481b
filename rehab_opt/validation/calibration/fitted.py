"""One number of the model that a calibration may move: its range, its scale, and how far a value is from today's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError, unknown_name_error

if TYPE_CHECKING:
    from optuna.distributions import FloatDistribution

SCALES = ("linear", "log")
KEYS = ("low", "high", "scale")
Given = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A parameter with the range that is searched.

    Attributes
    ----------
    name
        Dotted name in the catalogue of parameters.
    low, high
        Searched range, inside the prior range of the catalogue.
    start
        Today's value: where the search begins and what the prior is centred on.
    scale
        ``"linear"`` or ``"log"``.
    prior
        Range of the catalogue, read as plus and minus two standard deviations. On a log scale a prior that begins at 0
        begins at ``low``.
    given
        Range as the file gives it; None for an end that it leaves to the prior.

    Examples
    --------
    >>> row = resolve("practice.bout-repetitions", {"scale": "log"})
    >>> row.low, row.high, row.start, round(row.place(80.0), 2), round(row.departure(500.0), 2)
    (5.0, 500.0, 80.0, 0.6, 1.59)
    """

    name: str
    low: float
    high: float
    start: float
    scale: str
    prior: tuple[float, float]
    given: Given

    def coordinate(self, value: float) -> float:
        """Return the value on the parameter's scale."""
        return math.log(value) if self.scale == "log" else value

    def place(self, value: float) -> float:
        """Return where the value lies between the ends of the prior range, 0 to 1."""
        low, high = map(self.coordinate, self.prior)
        return (self.coordinate(value) - low) / (high - low)

    def departure(self, value: float) -> float:
        """Return how far the value is from today's, in standard deviations of the prior."""
        return 4 * (self.place(value) - self.place(self.start))

    def distribution(self) -> FloatDistribution:
        """Return the searched range as Optuna's."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(self.low, self.high, log=self.scale == "log")

    def to_data(self) -> dict[str, Any]:
        """Return the parameter as JSON-ready data."""
        return {**asdict(self), "prior": list(self.prior), "given": list(self.given)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Fitted:
        """Read the form that `to_data` writes."""
        return cls(**{**data, "prior": tuple(data["prior"]), "given": tuple(data["given"])})


def resolve(name: str, row: object) -> Fitted:
    """Return a parameter from its line in the file: ``low`` and ``high`` (default: the prior range) and ``scale``.

    Raises
    ------
    InputError
        If the parameter is unknown, the range leaves the prior or does not hold today's value, or a log scale begins
        at 0.

    Examples
    --------
    >>> resolve("practice.bout-minutes", {"high": 30}).prior
    (1.0, 60.0)
    """
    from rehab_opt.parameters import catalogue

    key = f"parameters.{name}"
    if name not in catalogue():
        nearest = unknown_name_error("parameter", name, catalogue()).nearest
        raise InputError("unknown parameter", key="parameters", value=name, nearest=nearest)
    if not isinstance(row, dict):
        raise InputError("must be a table", key=key, value=row, allowed=", ".join(KEYS))
    for word in row:
        if word not in KEYS:
            raise unknown_name_error("key", word, KEYS, key=key)
    known, scale = catalogue()[name], row.get("scale", "linear")
    if scale not in SCALES:
        raise unknown_name_error("scale", str(scale), SCALES, key=key)
    given = (_number(row, "low", key), _number(row, "high", key))
    low, high = (own if own is not None else prior for own, prior in zip(given, known.prior, strict=True))
    allowed = f"{known.prior[0]:g} to {known.prior[1]:g}"
    if not known.prior[0] <= low < high <= known.prior[1]:
        raise InputError("the range must lie in the prior range", key=key, value=(low, high), allowed=allowed)
    if not low <= known.value <= high:
        span = f"{low:g} to {high:g}"
        raise InputError("the range must hold today's value", key=key, value=known.value, allowed=span)
    if scale == "log" and low <= 0:
        raise InputError("a log scale must begin above 0; give low", key=key, value=low)
    prior = (known.prior[0] if scale == "linear" or known.prior[0] > 0 else low, known.prior[1])
    return Fitted(name=name, low=low, high=high, start=known.value, scale=scale, prior=prior, given=given)


def _number(row: Mapping[str, Any], word: str, key: str) -> float | None:
    value = row.get(word)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InputError("must be a number", key=f"{key}.{word}", value=value)
    return float(value)
