"""What is lost: discs of tissue, fibres and single units of one hemisphere; plain data, silent about recovery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from rehab_opt.errors import InputError
from rehab_opt.patient.plain import check_count, check_mapping, check_name, check_number, under

AREAS = ("motor", "sensory", "cognitive")
HEMISPHERES = ("left", "right", "ipsilesional")

# The end of the one-parameter family `Lesion.severity`; all fibres are lost there.
LARGEST_SHARE = 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class Disc:
    """A disc of dead tissue in one area.

    Attributes
    ----------
    area
        ``"motor"``, ``"sensory"`` or ``"cognitive"``.
    centre_mm
        Centre in the plane of the hemisphere's sheet, mm; None stands for the centre of the area.
    radius_mm
        Radius, mm (0 to 100). A disc given by its radius may reach into a neighbouring area.
    share
        Share (0 to 1) of the area's units that die: the ones nearest to the centre. Exactly one of ``radius_mm`` and
        ``share`` is given.

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range, or both or neither of ``radius_mm`` and ``share`` are given.

    Examples
    --------
    >>> Disc(area="sensory", share=0.2).share
    0.2
    """

    area: str = "motor"
    centre_mm: tuple[float, float] | None = None
    radius_mm: float | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        check_name("area", self.area, AREAS)
        if (self.radius_mm is None) == (self.share is None):
            raise InputError("exactly one of radius_mm and share must be given", key="radius_mm", value=self.radius_mm)
        if self.radius_mm is not None:
            object.__setattr__(self, "radius_mm", check_number("radius_mm", self.radius_mm, 0, 100, "mm"))
        if self.share is not None:
            object.__setattr__(self, "share", check_number("share", self.share, 0, 1))
        if self.centre_mm is not None:
            place = _sequence("centre_mm", self.centre_mm)
            if len(place) != 2:
                raise InputError("must be two numbers, mm", key="centre_mm", value=self.centre_mm)
            centre = tuple(check_number("centre_mm", value, -1000, 1000, "mm") for value in place)
            object.__setattr__(self, "centre_mm", centre)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesion:
    """What one patient has lost: any combination of parts, all in one hemisphere.

    Attributes
    ----------
    hemisphere
        ``"left"``, ``"right"`` or ``"ipsilesional"``: the hemisphere opposite to the patient's affected arm.
    discs
        Discs of dead tissue.
    cst_spared
        Share (0 to 1) of the corticospinal fibres of the surviving motor units that is spared.
    sensory_spared
        Share (0 to 1) of the sensory fibres to the surviving sensory units that is spared.
    units
        Explicit indices of units that die.
    strongest_responders
        Number of excitatory units of ``strongest_area`` that die: those that respond most to the practised tasks.
    strongest_interneurons
        Number of inhibitory units of ``strongest_area`` that die: those with the highest rates.
    strongest_area
        Area of the strongest units.

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range.

    Examples
    --------
    >>> lesion = Lesion(discs=(Disc(share=0.2), Disc(area="sensory", radius_mm=2.5)), cst_spared=0.4)
    >>> lesion.hemisphere, lesion.is_none
    ('ipsilesional', False)
    """

    hemisphere: str = "ipsilesional"
    discs: tuple[Disc, ...] = ()
    cst_spared: float = 1.0
    sensory_spared: float = 1.0
    units: tuple[int, ...] = ()
    strongest_responders: int = 0
    strongest_interneurons: int = 0
    strongest_area: str = "motor"

    def __post_init__(self) -> None:
        check_name("hemisphere", self.hemisphere, HEMISPHERES)
        check_name("strongest_area", self.strongest_area, AREAS)
        for key in ("cst_spared", "sensory_spared"):
            object.__setattr__(self, key, check_number(key, getattr(self, key), 0, 1))
        for key in ("strongest_responders", "strongest_interneurons"):
            object.__setattr__(self, key, check_count(key, getattr(self, key)))
        discs = tuple(_sequence("discs", self.discs))
        for disc in discs:
            if not isinstance(disc, Disc):
                raise InputError("must hold discs only", key="discs", value=disc)
        units = tuple(sorted({check_count("units", unit) for unit in _sequence("units", self.units)}))
        object.__setattr__(self, "discs", discs)
        object.__setattr__(self, "units", units)

    @property
    def is_none(self) -> bool:
        """True when nothing is lost."""
        tissue = any(disc.radius_mm or disc.share for disc in self.discs) or bool(self.units)
        strongest = self.strongest_responders + self.strongest_interneurons
        return not tissue and strongest == 0 and self.cst_spared == self.sensory_spared == 1.0

    @classmethod
    def none(cls) -> Lesion:
        """Return the lesion of a healthy brain.

        Examples
        --------
        >>> Lesion.none().is_none
        True
        """
        return cls()

    @classmethod
    def disc(
        cls,
        area: str = "motor",
        *,
        share: float | None = None,
        radius_mm: float | None = None,
        centre_mm: tuple[float, float] | None = None,
        cst_spared: float = 1.0,
        sensory_spared: float = 1.0,
        hemisphere: str = "ipsilesional",
    ) -> Lesion:
        """Return one disc, with the share of fibres that it spares; see `Disc` for units, ranges and errors.

        Examples
        --------
        >>> Lesion.disc(share=0.25, cst_spared=0.4).discs
        (Disc(area='motor', centre_mm=None, radius_mm=None, share=0.25),)
        """
        disc = Disc(area=area, centre_mm=centre_mm, radius_mm=radius_mm, share=share)
        return cls(hemisphere=hemisphere, discs=(disc,), cst_spared=cst_spared, sensory_spared=sensory_spared)

    @classmethod
    def responders(cls, n: int, *, area: str = "motor", hemisphere: str = "ipsilesional") -> Lesion:
        """Return the loss of the ``n`` strongest excitatory responders of an area.

        Examples
        --------
        >>> Lesion.responders(8, area="sensory").strongest_responders
        8
        """
        return cls(hemisphere=hemisphere, strongest_responders=n, strongest_area=area)

    @classmethod
    def interneurons(cls, n: int, *, area: str = "motor", hemisphere: str = "ipsilesional") -> Lesion:
        """Return the loss of the ``n`` strongest interneurons of an area.

        Examples
        --------
        >>> Lesion.interneurons(4).strongest_interneurons
        4
        """
        return cls(hemisphere=hemisphere, strongest_interneurons=n, strongest_area=area)

    @classmethod
    def severity(
        cls,
        x: float,
        *,
        size_factor: float = 1.0,
        tract_factor: float = 1.0,
        hemisphere: str = "ipsilesional",
    ) -> Lesion:
        """Return a member of the one-parameter family of motor lesions in which tissue and fibre loss rise together.

        The disc takes the share ``0.30 * x * size_factor`` of the motor area, and the share
        ``x ** (1 / tract_factor)`` of the survivors' corticospinal fibres is lost. The fibre factor is an
        exponent, so that every patient's family reaches from no lesion (``x = 0``) to complete fibre loss
        (``x = 1``), whatever the factors.

        Parameters
        ----------
        x
            Severity, 0 to 1.
        size_factor
            The patient's own factor on tissue loss, 0.1 to 3.
        tract_factor
            The patient's own factor on fibre loss, 0.1 to 10; above 1 more fibres are lost at the same ``x``.
        hemisphere
            As in `Lesion`.

        Raises
        ------
        InputError
            If a value is out of range.

        Examples
        --------
        >>> lesion = Lesion.severity(0.5)
        >>> lesion.discs[0].share, lesion.cst_spared
        (0.15, 0.5)
        """
        x = check_number("x", x, 0, 1)
        size_factor = check_number("size_factor", size_factor, 0.1, 3)
        tract_factor = check_number("tract_factor", tract_factor, 0.1, 10)
        if x == 0.0:
            return cls(hemisphere=hemisphere)
        cst_spared = 1.0 - x ** (1.0 / tract_factor)
        return cls.disc(share=LARGEST_SHARE * x * size_factor, cst_spared=cst_spared, hemisphere=hemisphere)

    def to_data(self) -> dict[str, object]:
        """Return the lesion as JSON-ready data.

        Examples
        --------
        >>> Lesion.from_data(Lesion.responders(3).to_data()) == Lesion.responders(3)
        True
        """
        data = asdict(self)
        data["discs"] = [_without_none(disc) for disc in data["discs"]]
        data["units"] = list(self.units)
        return data

    @classmethod
    def from_data(cls, data: object) -> Lesion:
        """Read a lesion from the form that `to_data` writes; keys that are left out take their defaults.

        Raises
        ------
        InputError
            If a key is unknown or a value cannot be used.

        Examples
        --------
        >>> Lesion.from_data({"discs": [{"area": "motor", "share": 0.2}], "cst_spared": 0.5}).cst_spared
        0.5
        """
        values = check_mapping(None, data, [field.name for field in fields(cls)])
        discs = []
        for number, item in enumerate(_sequence("discs", values.pop("discs", ()))):
            try:
                discs.append(Disc(**check_mapping(None, item, [field.name for field in fields(Disc)])))  # type: ignore[arg-type]
            except InputError as error:
                raise under(f"discs[{number}]", error) from None
        return cls(discs=tuple(discs), **values)  # type: ignore[arg-type]


def _sequence(key: str, value: object) -> list[object]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise InputError("must be a list", key=key, value=value)
    return list(value)


def _without_none(disc: dict[str, object]) -> dict[str, object]:
    kept = {key: value for key, value in disc.items() if value is not None}
    if disc["centre_mm"] is not None:
        kept["centre_mm"] = list(disc["centre_mm"])  # type: ignore[call-overload]
    return kept
