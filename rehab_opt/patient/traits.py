"""How one patient's cells differ from the average: factors on physiology, never a recovery rate or a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from rehab_opt.errors import unknown_name_error
from rehab_opt.patient.plain import check_mapping, check_number

# The spread of each trait over patients: SD of the natural logarithm, of the value itself for the orientation. All are
# chosen, and meant to be calibrated: about half of people respond to stimulation, and lesion and wiring alone make
# patients of one severity too alike (SD of the chronic gain 0.3 FM points, published 4.2).
DEFAULT_SPREADS: Mapping[str, float] = MappingProxyType(
    {
        "learning_rate": 0.30,
        "labile_decay_tau": 0.25,
        "trophic_sensitivity": 0.30,
        "growth_rate": 0.30,
        "callosal_strength": 0.25,
        "stimulation_coupling": 0.40,
        "stimulation_orientation": 0.60,
        "threshold_tau": 0.30,
        "fatigue_rate": 0.30,
        "use_threshold": 0.15,
        "life_activity": 0.30,
        "oedema_width": 0.80,
        "conduction_tau": 0.60,
    }
)
_PREFIX = "traits."
# A draw further out than this is brought back to it: one patient in a hundred must not be a different species.
_FURTHEST_SD = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Factors on one patient's physiology and anatomy; 1 is the average patient.

    Attributes
    ----------
    learning_rate
        On the size of a synaptic change in the three-factor rule.
    labile_decay_tau
        On the time constant with which fresh change decays.
    trophic_sensitivity
        On the release of trophic factor at which consolidation is half-maximal (above 1: more is needed).
    growth_rate
        On the growth rate of axonal and dendritic elements.
    callosal_strength
        On the links between the hemispheres.
    stimulation_coupling
        On the current that reaches the tissue per unit of stimulation.
    stimulation_orientation
        Mean orientation of the pyramidal cells in the field of direct current: normal around 1; below 0 the current
        acts in reverse.
    threshold_tau
        On the time constant of the sliding threshold (metaplasticity).
    fatigue_rate
        On the cost of practice in the day's resources.
    use_threshold
        On the success below which the arm is given up.
    life_activity
        On the repetitions of daily life.
    oedema_width
        On the width of the oedema round the cut in the tract.
    conduction_tau
        On the time in which blocked fibres conduct again.

    Raises
    ------
    InputError
        If a factor is not a number from 0.01 to 100, or the orientation not one from -10 to 10.

    Examples
    --------
    >>> Traits().learning_rate, Traits(callosal_strength=1.5).callosal_strength
    (1.0, 1.5)
    """

    learning_rate: float = 1.0
    labile_decay_tau: float = 1.0
    trophic_sensitivity: float = 1.0
    growth_rate: float = 1.0
    callosal_strength: float = 1.0
    stimulation_coupling: float = 1.0
    stimulation_orientation: float = 1.0
    threshold_tau: float = 1.0
    fatigue_rate: float = 1.0
    use_threshold: float = 1.0
    life_activity: float = 1.0
    oedema_width: float = 1.0
    conduction_tau: float = 1.0

    SPREADS: ClassVar[Mapping[str, float]] = DEFAULT_SPREADS

    def __post_init__(self) -> None:
        for field in fields(self):
            low, high = (-10.0, 10.0) if field.name == "stimulation_orientation" else (0.01, 100.0)
            object.__setattr__(self, field.name, check_number(field.name, getattr(self, field.name), low, high))

    @classmethod
    def sample(
        cls, rng: np.random.Generator, spread: float = 1.0, spreads: Mapping[str, float] | None = None
    ) -> Traits:
        """Draw one patient's traits: lognormal with median 1, the orientation normal with mean 1.

        Parameters
        ----------
        rng
            A generator of its own; it gives one number per trait, in the order of the attributes.
        spread
            Factor on every spread, 0 to 3; 0 gives the average patient.
        spreads
            Spreads that replace the defaults, see `trait_spreads`.

        Raises
        ------
        InputError
            If a spread is unknown or out of range.

        Examples
        --------
        >>> import numpy as np
        >>> Traits.sample(np.random.default_rng(1), spread=0.0) == Traits()
        True
        """
        spread = check_number("spread", spread, 0, 3)
        table = trait_spreads(spreads or {})
        draws = np.clip(rng.standard_normal(len(table)), -_FURTHEST_SD, _FURTHEST_SD)
        values = {}
        for (name, sd), draw in zip(table.items(), draws, strict=True):
            step = float(draw) * sd * spread
            values[name] = 1.0 + step if name == "stimulation_orientation" else float(np.exp(step))
        return cls(**values)

    def to_data(self) -> dict[str, float]:
        """Return the traits as JSON-ready data.

        Examples
        --------
        >>> Traits().to_data()["growth_rate"]
        1.0
        """
        return asdict(self)

    @classmethod
    def from_data(cls, data: object) -> Traits:
        """Read traits from the form that `to_data` writes; traits that are left out are 1.

        Raises
        ------
        InputError
            If a key is unknown or a value cannot be used.

        Examples
        --------
        >>> Traits.from_data({"growth_rate": 2}).growth_rate
        2.0
        """
        return cls(**check_mapping(None, data, list(DEFAULT_SPREADS)))  # type: ignore[arg-type]


def trait_spreads(values: Mapping[str, float]) -> dict[str, float]:
    """Return the spread of every trait: the defaults, with those in ``values`` put in their place.

    Parameters
    ----------
    values
        Dotted parameter names with group ``traits`` (``"traits.learning-rate"``) to the spread, 0 to 2. Names of other
        groups are left alone, so that all the numbers of a model may be handed over.

    Raises
    ------
    InputError
        If a name of the group is unknown or a spread is out of range.

    Examples
    --------
    >>> trait_spreads({"traits.learning-rate": 0.1})["learning_rate"]
    0.1
    """
    known = {_PREFIX + name.replace("_", "-"): name for name in DEFAULT_SPREADS}
    table = dict(DEFAULT_SPREADS)
    for key, value in values.items():
        if key in known:
            table[known[key]] = check_number(key, value, 0, 2)
        elif key.startswith(_PREFIX):
            raise unknown_name_error("trait", key, known)
    return table
