"""A virtual patient as plain data: which healthy network, what was lost, which traits, and when therapy may begin."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import cast

from rehab_opt.errors import InputError
from rehab_opt.parameters.streams import stream
from rehab_opt.patient.lesion import Lesion
from rehab_opt.patient.plain import check_count, check_mapping, check_name, check_number, parse_object, read_text, under
from rehab_opt.patient.traits import Traits

FORMAT = "rehab-opt.patient/1"
SIDES = ("left", "right")
DEFAULT_ENROLLED_DAY = 14
DEFAULT_WIRINGS = 8
# Shape of the Beta distribution of severities, set by hand on the natural-history groups: very mild to very severe,
# more of the mild.
DEFAULT_SEVERITY = (0.65, 1.0)
_DAY_OF_ENROLMENT = -1
# SD of the logarithm of the patient's own factors on tissue and on fibre loss at one severity (chosen).
_SIZE_SD, _TRACT_SD = 0.20, 0.30


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One virtual patient. Plain data: everything else about the patient follows from it and from the model's numbers.

    Attributes
    ----------
    id
        Name, unique in a cohort.
    seed
        Root of the patient's own random streams (0 or more).
    wiring
        Number of the healthy network that the lesion strikes; patients may share one, because learning it takes time.
    lesion, traits
        What is lost; how the patient's physiology differs from the average.
    enrolled_day
        First day of therapy, days since the lesion (0 to 36500).
    affected_side
        Side of the affected arm, ``"left"`` or ``"right"``; the lesion is in the other hemisphere.
    baseline_fm
        Measured FM-UE (0 to 66) that the lesion has to give; None when the lesion was stated or drawn.
    target_day
        Day on which ``baseline_fm`` was measured, days since the lesion; by default the day of enrolment.
    fitted
        True when ``lesion`` is the one found for ``baseline_fm``.
    info
        Anything else known: text or numbers, for subgroups. The model reads ``cst_lesion_load`` only (see `lesion_at`).

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range, or the lesion lies on the side of the affected arm.

    Examples
    --------
    >>> patient = Patient(id="p1", lesion=Lesion.disc(share=0.2, cst_spared=0.5), affected_side="left")
    >>> patient.ipsilesional, patient.target_day, patient.needs_fit
    ('right', 14, False)
    """

    id: str
    seed: int = 0
    wiring: int = 0
    lesion: Lesion = field(default_factory=Lesion)
    traits: Traits = field(default_factory=Traits)
    enrolled_day: int = DEFAULT_ENROLLED_DAY
    affected_side: str = "right"
    baseline_fm: float | None = None
    target_day: int = _DAY_OF_ENROLMENT
    fitted: bool = False
    info: Mapping[str, str | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id.strip():
            raise InputError("must be a text that is not empty", key="id", value=repr(self.id))
        for key, high in (("seed", math.inf), ("wiring", 2**31), ("enrolled_day", 36500)):
            object.__setattr__(self, key, check_count(key, getattr(self, key), high=high))
        day = self.enrolled_day if self.target_day == _DAY_OF_ENROLMENT else check_count("target_day", self.target_day)
        object.__setattr__(self, "target_day", day)
        check_name("affected_side", self.affected_side, SIDES)
        if not isinstance(self.fitted, bool):
            raise InputError("must be true or false", key="fitted", value=self.fitted)
        if not isinstance(self.lesion, Lesion) or not isinstance(self.traits, Traits):
            raise InputError("must hold a Lesion and Traits", key="lesion")
        if self.lesion.hemisphere == self.affected_side:
            raise InputError("must be opposite to affected_side", key="lesion.hemisphere", value=self.affected_side)
        if self.baseline_fm is not None:
            object.__setattr__(self, "baseline_fm", check_number("baseline_fm", self.baseline_fm, 0, 66, "points"))
        object.__setattr__(self, "info", _checked_info(self.info))

    def __hash__(self) -> int:
        return hash((self.id, self.seed))

    @property
    def ipsilesional(self) -> str:
        """The hemisphere of the lesion: ``"left"`` or ``"right"``."""
        return "left" if self.affected_side == "right" else "right"

    @property
    def contralesional(self) -> str:
        """The intact hemisphere: ``"left"`` or ``"right"``."""
        return self.affected_side

    @property
    def needs_fit(self) -> bool:
        """True as long as a measured baseline has not been turned into a lesion."""
        return self.baseline_fm is not None and not self.fitted

    @classmethod
    def sample(
        cls,
        seed: int = 1,
        *,
        id: str | None = None,
        wiring: int | None = None,
        wirings: int = DEFAULT_WIRINGS,
        enrolled_day: int = DEFAULT_ENROLLED_DAY,
        affected_side: str | None = None,
        severity: float | None = None,
        baseline_fm: float | None = None,
        spread: float = 1.0,
        spreads: Mapping[str, float] | None = None,
        info: Mapping[str, str | float] | None = None,
    ) -> Patient:
        """Draw a patient. Each property has a stream of its own under ``seed``: stating one leaves the others alone.

        Parameters
        ----------
        seed
            Any number from 0.
        id
            Name; by default ``patient-<seed>``.
        wiring, wirings
            The healthy network, or the number of networks from which it is drawn.
        enrolled_day
            First day of therapy, days since the lesion.
        affected_side
            Side of the affected arm; drawn if left out.
        severity
            Position in the patient's own family of lesions (0 to 1, see `lesion_at`); drawn if left out.
        baseline_fm
            Measured FM-UE on the day of enrolment. The patient then has no lesion until one has been fitted.
        spread, spreads
            As in `Traits.sample`.
        info
            As in `Patient`.

        Raises
        ------
        InputError
            If a value is out of range, or both ``severity`` and ``baseline_fm`` are given.

        Examples
        --------
        >>> Patient.sample(seed=1).traits == Patient.sample(seed=1, severity=0.2).traits
        True
        >>> Patient.sample(seed=1, baseline_fm=30).needs_fit
        True
        """
        if severity is not None and baseline_fm is not None:
            raise InputError("severity and baseline_fm exclude each other", key="severity", value=severity)
        seed = check_count("seed", seed)
        if wiring is None:
            wiring = int(stream(seed, "patient", "wiring").integers(check_count("wirings", wirings, 1, 2**31)))
        if affected_side is None:
            affected_side = SIDES[int(stream(seed, "patient", "side").integers(2))]
        patient = cls(
            id=f"patient-{seed}" if id is None else id,
            seed=seed,
            wiring=wiring,
            traits=Traits.sample(stream(seed, "patient", "traits"), spread, spreads),
            enrolled_day=enrolled_day,
            affected_side=affected_side,
            baseline_fm=baseline_fm,
            info=info or {},
        )
        if baseline_fm is not None:
            return patient
        if severity is None:
            severity = float(stream(seed, "patient", "severity").beta(*DEFAULT_SEVERITY))
        return replace(patient, lesion=patient.lesion_at(severity))

    def lesion_at(self, severity: float) -> Lesion:
        """Return the member of this patient's own family of lesions, `Lesion.severity`, at one severity (0 to 1).

        The factor on tissue loss is drawn from the patient's seed; so is the factor on fibre loss, unless
        ``info["cst_lesion_load"]`` (0 to 1) is known: it then runs from one half (no load) to two (full load).

        Examples
        --------
        >>> mild, severe = (Patient(id="p1", seed=3).lesion_at(x) for x in (0.2, 0.8))
        >>> mild.cst_spared > severe.cst_spared
        True
        """
        size = _lognormal(self.seed, "size", _SIZE_SD)
        load = self.info.get("cst_lesion_load")
        if load is None:
            tract = _lognormal(self.seed, "tract", _TRACT_SD)
        else:
            tract = 2.0 ** (2.0 * check_number("info.cst_lesion_load", load, 0, 1) - 1.0)
        return Lesion.severity(severity, size_factor=size, tract_factor=tract)

    def with_lesion(self, lesion: Lesion) -> Patient:
        """Return the patient with a lesion; a measured baseline then counts as fitted.

        Examples
        --------
        >>> Patient.sample(seed=1, baseline_fm=30).with_lesion(Lesion.disc(share=0.1)).needs_fit
        False
        """
        return replace(self, lesion=lesion, fitted=self.baseline_fm is not None)

    def to_data(self) -> dict[str, object]:
        """Return the patient as JSON-ready data.

        Examples
        --------
        >>> Patient(id="p1").to_data()["format"]
        'rehab-opt.patient/1'
        """
        data: dict[str, object] = {"format": FORMAT}
        data |= {item.name: getattr(self, item.name) for item in fields(self)}
        return data | {"lesion": self.lesion.to_data(), "traits": self.traits.to_data(), "info": dict(self.info)}

    def to_json(self) -> str:
        """Return the patient as JSON text.

        Examples
        --------
        >>> patient = Patient.sample(seed=1)
        >>> Patient.from_json(patient.to_json()) == patient
        True
        """
        return json.dumps(self.to_data(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_data(cls, data: object) -> Patient:
        """Read a patient from the form that `to_data` writes; only ``id`` is required.

        Raises
        ------
        InputError
            If the format or a key is unknown or a value cannot be used.

        Examples
        --------
        >>> Patient.from_data({"id": "p1", "lesion": {"cst_spared": 0.5}}).lesion.cst_spared
        0.5
        """
        names = [item.name for item in fields(cls)]
        values = check_mapping(None, data, ["format", *names], required=["id"])
        check_name("format", values.pop("format", FORMAT), (FORMAT,))
        for key, read in (("lesion", Lesion.from_data), ("traits", Traits.from_data)):
            if key in values:
                try:
                    values[key] = read(values[key])
                except InputError as error:
                    raise under(key, error) from None
        return cls(**values)  # type: ignore[arg-type]

    @classmethod
    def from_json(cls, text: str) -> Patient:
        """Read a patient from JSON text; see `from_data` for the errors raised.

        Examples
        --------
        >>> Patient.from_json('{"id": "p1", "baseline_fm": 31, "enrolled_day": 9}').needs_fit
        True
        """
        return cls.from_data(parse_object(text))

    @classmethod
    def from_file(cls, path: str | Path) -> Patient:
        """Read a patient from a JSON file; see `from_data`. Errors name the file.

        Examples
        --------
        >>> Patient.from_file("no-such-file.json")
        Traceback (most recent call last):
            ...
        rehab_opt.errors.InputError: no-such-file.json: no such file
        """
        try:
            return cls.from_json(read_text(path))
        except InputError as error:
            raise error.within(path) from None


def _lognormal(seed: int, name: str, sd: float) -> float:
    draw = float(stream(seed, "patient", "lesion", name).standard_normal())
    return math.exp(sd * min(2.5, max(-2.5, draw)))


def _checked_info(info: Mapping[str, str | float]) -> dict[str, str | float]:
    if not isinstance(info, Mapping):
        raise InputError("must be an object of keys and values", key="info", value=info)
    checked: dict[str, str | float] = {}
    for key, value in info.items():
        if not isinstance(key, str) or not key:
            raise InputError("must have keys that are not empty", key="info", value=repr(key))
        text = cast(object, value)
        checked[key] = text if isinstance(text, str) else check_number(f"info.{key}", text, -math.inf, math.inf)
    return checked
