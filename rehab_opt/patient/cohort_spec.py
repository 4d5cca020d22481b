"""What a cohort is drawn from: baselines or severities, days of enrolment, sides, wirings, spread of the traits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.patient.person import DEFAULT_SEVERITY, DEFAULT_WIRINGS, SIDES
from rehab_opt.patient.plain import check_count, check_mapping, check_number
from rehab_opt.patient.traits import trait_spreads


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortSpec:
    """Distributions of a cohort: baselines when ``fm_mean`` is given, a table when ``people`` is, else severities.

    Attributes
    ----------
    fm_mean, fm_sd, fm_low, fm_high
        Mean, SD and ends of the measured baseline FM-UE, points: a Beta distribution stretched over
        ``[fm_low, fm_high]``, so that the people drawn have this very mean and SD, as those of a published table do
        (a normal that is cut at the ends would not). Each patient is then fitted.
    severity_alpha, severity_beta
        Shape of the Beta distribution of severities, used when there is neither baseline nor table.
    enrolled_low, enrolled_high
        First and last possible day of enrolment, days since the lesion; all days between are equally likely.
    left_share
        Share of patients whose left arm is affected, 0 to 1.
    wirings
        Number of healthy networks that the patients share, in turn. All panels use the same ones, because learning
        them takes time.
    trait_spread
        Factor on the spread of all traits, 0 to 3.
    trait_spreads
        Spreads of single traits by dotted name (``"traits.learning-rate"``), as pairs or a mapping.
    people
        Path of a table of people (see `read_people`). Then ``fm_*``, ``severity_*``, ``enrolled_*`` must be left alone.

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range, or no distribution has the moments asked for.

    Examples
    --------
    >>> CohortSpec(fm_mean=33.8, fm_sd=15.4).wirings
    8
    """

    fm_mean: float | None = None
    fm_sd: float = 0.0
    fm_low: float = 0.0
    fm_high: float = 66.0
    severity_alpha: float = DEFAULT_SEVERITY[0]
    severity_beta: float = DEFAULT_SEVERITY[1]
    enrolled_low: int = 7
    enrolled_high: int = 30
    left_share: float = 0.5
    wirings: int = DEFAULT_WIRINGS
    trait_spread: float = 1.0
    trait_spreads: tuple[tuple[str, float], ...] = ()
    people: str | None = None

    def __post_init__(self) -> None:
        for key, low, high in _NUMBERS:
            object.__setattr__(self, key, check_number(key, getattr(self, key), low, high))
        object.__setattr__(self, "wirings", check_count("wirings", self.wirings, 1, 100_000))
        for key in ("enrolled_low", "enrolled_high"):
            object.__setattr__(self, key, check_count(key, getattr(self, key), 0, 36500))
        if self.enrolled_high < self.enrolled_low:
            allowed = f"{self.enrolled_low} or more"
            raise InputError("ends before enrolled_low", key="enrolled_high", value=self.enrolled_high, allowed=allowed)
        object.__setattr__(self, "trait_spreads", _checked_spreads(self.trait_spreads))
        if self.fm_mean is not None:
            self._check_baseline()
        if self.people is not None:
            self._check_people()

    def _check_baseline(self) -> None:
        if self.fm_high <= self.fm_low:
            allowed = f"more than {self.fm_low:g}"
            raise InputError("is not above fm_low", key="fm_high", value=self.fm_high, allowed=allowed)
        mean = check_number("fm_mean", self.fm_mean, self.fm_low, self.fm_high, "points")
        object.__setattr__(self, "fm_mean", mean)
        largest = math.sqrt((mean - self.fm_low) * (self.fm_high - mean))
        if self.fm_sd > 0 and self.fm_sd >= largest:
            allowed = f"below {largest:.3g} points for this mean and these ends"
            raise InputError("is too large", key="fm_sd", value=self.fm_sd, allowed=allowed)

    def _check_people(self) -> None:
        if not isinstance(self.people, str) or not self.people:
            raise InputError("must be the path of a table", key="people", value=self.people)
        for field in fields(self):
            given = getattr(self, field.name) != field.default
            if given and field.name.startswith(("fm_", "severity_", "enrolled_")):
                raise InputError("is stated, but the people come from a table", key=field.name)

    def draw_baseline(self, rng: np.random.Generator) -> float | None:
        """Return a baseline FM-UE, points; None when the specification states none.

        Examples
        --------
        >>> CohortSpec(fm_mean=40, fm_sd=0).draw_baseline(np.random.default_rng(1))
        40.0
        """
        if self.fm_mean is None or self.fm_sd == 0:
            return self.fm_mean
        extent = self.fm_high - self.fm_low
        mean, sd = (self.fm_mean - self.fm_low) / extent, self.fm_sd / extent
        total = mean * (1 - mean) / sd**2 - 1
        return self.fm_low + extent * float(rng.beta(mean * total, (1 - mean) * total))

    def draw_severity(self, rng: np.random.Generator) -> float | None:
        """Return a severity, 0 to 1; None when baselines or people are stated instead."""
        if self.fm_mean is not None or self.people is not None:
            return None
        return float(rng.beta(self.severity_alpha, self.severity_beta))

    def draw_enrolled_day(self, rng: np.random.Generator) -> int:
        """Return a day of enrolment, days since the lesion."""
        return int(rng.integers(self.enrolled_low, self.enrolled_high + 1))

    def draw_side(self, rng: np.random.Generator) -> str:
        """Return the side of the affected arm."""
        return SIDES[0] if rng.random() < self.left_share else SIDES[1]

    def to_data(self) -> dict[str, object]:
        """Return the specification as JSON-ready data.

        Examples
        --------
        >>> CohortSpec.from_data(CohortSpec(wirings=3).to_data()) == CohortSpec(wirings=3)
        True
        """
        return asdict(self) | {"trait_spreads": dict(self.trait_spreads)}

    @classmethod
    def from_data(cls, data: object) -> CohortSpec:
        """Read a specification from the form that `to_data` writes; what is left out takes its default.

        Raises
        ------
        InputError
            If a key is unknown or a value cannot be used.

        Examples
        --------
        >>> CohortSpec.from_data({"fm_mean": 33.8, "fm_sd": 15.4}).fm_high
        66.0
        """
        return cls(**check_mapping(None, data, [field.name for field in fields(cls)]))  # type: ignore[arg-type]


_NUMBERS = (
    ("fm_sd", 0.0, 33.0),
    ("fm_low", 0.0, 66.0),
    ("fm_high", 0.0, 66.0),
    ("severity_alpha", 0.01, 1000.0),
    ("severity_beta", 0.01, 1000.0),
    ("left_share", 0.0, 1.0),
    ("trait_spread", 0.0, 3.0),
)


def _checked_spreads(spreads: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(spreads, (Mapping, Iterable)) or isinstance(spreads, str):
        raise InputError("must be names with numbers", key="trait_spreads", value=spreads)
    try:
        chosen: dict[str, float] = dict(spreads)
    except (TypeError, ValueError):
        raise InputError("must be names with numbers", key="trait_spreads", value=spreads) from None
    known = ["traits." + field.replace("_", "-") for field in trait_spreads({})]
    for name in chosen:
        if name not in known:
            raise unknown_name_error("trait", str(name), known, key="trait_spreads")
    trait_spreads(chosen)
    return tuple(sorted((name, float(value)) for name, value in chosen.items()))
