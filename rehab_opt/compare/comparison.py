"""The result of a comparison: one row per protocol, measure and group of patients, with lookups and plain forms."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rehab_opt.compare.statistics import FloatArray
from rehab_opt.errors import unknown_name_error

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from rehab_opt.search.evaluate import PatientResult

WHOLE_PANEL = "all"
IMPORTANT_CHANGE: Mapping[str, float] = {"fm_ue": 5.0, "arat": 6.0, "use": 0.5}
"""Smallest change from one's own baseline that counts as clinically important, in points of each measure."""


class Difference(NamedTuple):
    """Mean paired difference to the reference in points, its interval, and p after Holm (None in subgroups)."""

    mean: float
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One protocol, one measure, one group of patients; paired differences to the reference, None if there is none.

    ``mean`` and ``sd`` are in points of the measure at the day of the objective, ``better`` and ``important`` are
    shares (0-1), ``hours``, ``sessions``, ``repetitions`` and ``adverse_events`` are means per patient,
    ``lesion_growth`` is in per cent and
    ``incomplete`` counts courses that did not end as completed.
    """

    protocol: str
    measure: str
    grouping: str
    group: str
    patients: int
    mean: float
    sd: float
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_holm: float | None = None
    better: float | None = None
    important: float | None = None
    hours: float
    sessions: float
    repetitions: float
    adverse_events: float
    lesion_growth: float
    incomplete: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Protocols side by side on the same virtual patients; made by :func:`summarise` or :func:`compare`.

    Rows are ordered by grouping, group, measure and protocol; ``results`` keeps the patients behind them, sorted by id.
    """

    reference: str
    measures: tuple[str, ...]
    protocols: tuple[str, ...]
    rows: tuple[Row, ...]
    seed: int
    resamples: int
    level: float = 0.95
    results: Mapping[str, tuple[PatientResult, ...]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def patients(self) -> int:
        """Number of virtual patients, the same for every protocol."""
        return next((row.patients for row in self.rows if row.grouping == WHOLE_PANEL), 0)

    def row(self, protocol: str, measure: str, group: str = WHOLE_PANEL) -> Row:
        """Return one row.

        Raises
        ------
        InputError
            If there is no such protocol, measure or group; it names the nearest one there is.
        """
        groups = dict.fromkeys(row.group for row in self.rows)
        for kind, name, known in (
            ("protocol", protocol, self.protocols),
            ("measure", measure, self.measures),
            ("group", group, tuple(groups)),
        ):
            if name not in known:
                raise unknown_name_error(kind, name, known)
        return next(r for r in self.rows if (r.protocol, r.measure, r.group) == (protocol, measure, group))

    def difference(self, protocol: str, measure: str, group: str = WHOLE_PANEL) -> Difference:
        """Return the mean paired difference of ``protocol`` to the reference; 0 for the reference itself.

        Raises
        ------
        InputError
            If there is no such protocol, measure or group.
        """
        row = self.row(protocol, measure, group)
        return Difference(0.0 if row.difference is None else row.difference, row.low, row.high, row.p_holm)

    def paired(self, protocol: str, measure: str) -> FloatArray:
        """Return every patient's difference to the reference, in points, in the order of their ids."""
        self.row(protocol, measure)
        ours, theirs = self.results[protocol], self.results[self.reference]
        return np.array([a.values[measure] - b.values[measure] for a, b in zip(ours, theirs, strict=True)])

    def groupings(self) -> tuple[str, ...]:
        """Return the names of the subgroup tables, for example ``("severity", "sex")``."""
        return tuple(dict.fromkeys(row.grouping for row in self.rows if row.grouping != WHOLE_PANEL))

    def to_frame(self) -> pd.DataFrame:
        """Return all rows as a pandas frame, one column a field; what does not apply is missing."""
        import pandas as pd

        names = [f.name for f in dataclasses.fields(Row)]
        return pd.DataFrame([dataclasses.asdict(row) for row in self.rows], columns=names)

    def to_dict(self) -> dict[str, object]:
        """Return the table as plain data for JSON, without the single patients."""
        return {
            "reference": self.reference,
            "patients": self.patients,
            "measures": list(self.measures),
            "seed": self.seed,
            "resamples": self.resamples,
            "level": self.level,
            "note": "simulated patients; not clinical advice",
            "rows": [dataclasses.asdict(row) for row in self.rows],
        }

    def figure(self, measure: str | None = None) -> Figure:
        """Draw the forest plot of one measure (the first by default) as a matplotlib figure."""
        from rehab_opt.compare.figure import forest_figure

        return forest_figure(self, self.measures[0] if measure is None else measure)
