"""Many virtual patients: drawn from distributions or made from a table of people, in panels that share nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.errors import InputError
from rehab_opt.parameters.streams import derive_seed, stream
from rehab_opt.patient.cohort_spec import CohortSpec
from rehab_opt.patient.people import Person, read_people
from rehab_opt.patient.person import DEFAULT_WIRINGS, Patient
from rehab_opt.patient.plain import check_count, check_mapping, check_name, parse_object, read_text, under

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "rehab-opt.cohort/1"


@dataclass(frozen=True, slots=True)
class Cohort:
    """Virtual patients in a fixed order.

    Attributes
    ----------
    patients
        The patients; no two have the same id.
    notes
        Sentences for the user on how the cohort came about, for example which columns of a table are not used.

    Raises
    ------
    InputError
        If two patients have the same id.

    Examples
    --------
    >>> cohort = Cohort.sample(3, seed=1)
    >>> [patient.id for patient in cohort]
    ['search-0000', 'search-0001', 'search-0002']
    >>> len(cohort), cohort[0].wiring, cohort[1].wiring
    (3, 0, 1)
    """

    patients: tuple[Patient, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "patients", tuple(self.patients))
        object.__setattr__(self, "notes", tuple(self.notes))
        seen: set[str] = set()
        for patient in self.patients:
            if patient.id in seen:
                raise InputError("two patients have the same id", key="patients", value=patient.id)
            seen.add(patient.id)

    def __len__(self) -> int:
        return len(self.patients)

    def __iter__(self) -> Iterator[Patient]:
        return iter(self.patients)

    def __getitem__(self, index: int) -> Patient:
        return self.patients[index]

    @classmethod
    def sample(cls, n: int, seed: int, spec: CohortSpec | None = None, panel: str = "search") -> Cohort:
        """Draw ``n`` patients.

        Patient ``i`` depends on the seed, the panel and ``i`` only: a larger cohort starts with the smaller one, and
        two panels share no patient (they may share wirings, see `CohortSpec`).

        Parameters
        ----------
        n
            Number of patients, 1 or more.
        seed
            Root of the seed tree.
        spec
            What to draw from; by default `CohortSpec()`. With ``spec.people``, people are taken in the order of the
            table, again and again until there are ``n`` patients, each time with traits and wiring of their own.
        panel
            Name of the panel, for example ``"search"``, ``"choice"`` or ``"confirm"``.

        Raises
        ------
        InputError
            If a value is out of range or the table of people cannot be used.

        Examples
        --------
        >>> spec = CohortSpec(fm_mean=33.8, fm_sd=15.4, enrolled_low=7, enrolled_high=30)
        >>> first = Cohort.sample(4, seed=1, spec=spec)[0]
        >>> first.needs_fit, 7 <= first.enrolled_day <= 30
        (True, True)
        """
        spec = spec or CohortSpec()
        n = check_count("patients", n, 1)
        _check_panel(panel)
        if spec.people is not None:
            return _from_people(spec.people, seed, panel, spec, n)
        return cls(tuple(_drawn(index, seed, spec, panel) for index in range(n)))

    @classmethod
    def from_people(
        cls, path: str | Path, seed: int, panel: str = "search", wirings: int = DEFAULT_WIRINGS, n: int | None = None
    ) -> Cohort:
        """Make patients from a table of people (see `read_people`), to be fitted to each one's baseline.

        A patient depends on the seed, the panel and the person's id only. By default each person becomes one patient;
        with ``n``, people are taken in the order of the table, again and again, as in `sample`.

        Raises
        ------
        InputError
            If the table cannot be used; all faults in it are named at once.

        Examples
        --------
        >>> Cohort.from_people("no-such-file.csv", seed=1)
        Traceback (most recent call last):
            ...
        rehab_opt.errors.InputError: no-such-file.csv: no such file
        """
        _check_panel(panel)
        return _from_people(str(path), seed, panel, CohortSpec(people=str(path), wirings=wirings), n)

    def to_json(self) -> str:
        """Return the cohort as JSON text.

        Examples
        --------
        >>> cohort = Cohort.sample(2, seed=1)
        >>> Cohort.from_json(cohort.to_json()) == cohort
        True
        """
        patients = [patient.to_data() for patient in self.patients]
        data = {"format": FORMAT, "notes": list(self.notes), "patients": patients}
        return json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Cohort:
        """Read a cohort from the text that `to_json` writes.

        Raises
        ------
        InputError
            If the text is no cohort, with the place of the first fault.

        Examples
        --------
        >>> len(Cohort.from_json('{"patients": [{"id": "p1"}, {"id": "p2"}]}'))
        2
        """
        data = check_mapping(None, parse_object(text), ["format", "notes", "patients"], required=["patients"])
        check_name("format", data.get("format", FORMAT), (FORMAT,))
        rows, notes = data["patients"], data.get("notes", [])
        for key, value in (("patients", rows), ("notes", notes)):
            if not isinstance(value, list):
                raise InputError("must be a list", key=key, value=value)
        patients = []
        for number, row in enumerate(rows):  # type: ignore[var-annotated, arg-type]
            try:
                patients.append(Patient.from_data(row))
            except InputError as error:
                raise under(f"patients[{number}]", error) from None
        return cls(tuple(patients), tuple(str(note) for note in notes))  # type: ignore[attr-defined]

    @classmethod
    def from_file(cls, path: str | Path) -> Cohort:
        """Read a cohort from a JSON file; see `from_json`. Errors name the file.

        Examples
        --------
        >>> Cohort.from_file("no-such-file.json")
        Traceback (most recent call last):
            ...
        rehab_opt.errors.InputError: no-such-file.json: no such file
        """
        try:
            return cls.from_json(read_text(path))
        except InputError as error:
            raise error.within(path) from None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per patient: id, start, baseline, lesion, then ``traits.*`` and ``info.*`` columns.

        ``disc_share`` is the share of the discs that are given by their share, summed.

        Examples
        --------
        >>> frame = Cohort.sample(2, seed=1).to_frame()
        >>> list(frame.columns[:4])
        ['patient', 'seed', 'wiring', 'affected_side']
        """
        import pandas as pd

        return pd.DataFrame([_row(patient) for patient in self.patients])


def _check_panel(panel: str) -> None:
    if not isinstance(panel, str) or not panel:
        raise InputError("must be a text that is not empty", key="panel", value=repr(panel))


def _drawn(index: int, seed: int, spec: CohortSpec, panel: str) -> Patient:
    own = derive_seed(seed, "panel", panel, "patient", index)
    return Patient.sample(
        own,
        id=f"{panel}-{index:04d}",
        # In turn, not drawn: a small panel then already covers all the wirings.
        wiring=index % spec.wirings,
        enrolled_day=spec.draw_enrolled_day(stream(own, "patient", "enrolment")),
        affected_side=spec.draw_side(stream(own, "patient", "side")),
        severity=spec.draw_severity(stream(own, "patient", "severity")),
        baseline_fm=spec.draw_baseline(stream(own, "patient", "baseline-fm")),
        spread=spec.trait_spread,
        spreads=dict(spec.trait_spreads),
    )


def _from_people(path: str, seed: int, panel: str, spec: CohortSpec, n: int | None) -> Cohort:
    table = read_people(path)
    size = len(table)
    count = size if n is None else check_count("patients", n, 1)
    twins = (_twin(table.people[index % size], index // size, seed, panel, spec) for index in range(count))
    return Cohort(tuple(twins), table.notes())


def _twin(person: Person, copy: int, seed: int, panel: str, spec: CohortSpec) -> Patient:
    own = derive_seed(seed, "panel", panel, "person", person.id, copy)
    info: dict[str, str | float] = {"person": person.id, **person.info}
    if person.cst_lesion_load is not None:
        info["cst_lesion_load"] = person.cst_lesion_load
    return Patient.sample(
        own,
        id=f"{panel}-{person.id}" + (f"-twin-{copy + 1}" if copy else ""),
        wirings=spec.wirings,
        enrolled_day=person.days_since_stroke,
        affected_side=person.affected_side or spec.draw_side(stream(own, "patient", "side")),
        baseline_fm=person.fm_ue,
        spread=spec.trait_spread,
        spreads=dict(spec.trait_spreads),
        info=info,
    )


def _row(patient: Patient) -> Mapping[str, object]:
    row: dict[str, object] = {"patient": patient.id}
    for key in ("seed", "wiring", "affected_side", "enrolled_day", "baseline_fm", "target_day", "fitted"):
        row[key] = getattr(patient, key)
    row["disc_share"] = sum(disc.share or 0.0 for disc in patient.lesion.discs)
    row["cst_spared"] = patient.lesion.cst_spared
    row |= {f"traits.{key}": value for key, value in patient.traits.to_data().items()}
    return row | {f"info.{key}": value for key, value in patient.info.items()}
