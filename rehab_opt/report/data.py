"""Everything a report shows, as plain frozen data: template and figures need nothing else and can be tested alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rehab_opt.errors import InputError
from rehab_opt.study.words import MEASURE_WORDS

if TYPE_CHECKING:
    from rehab_opt.compare.comparison import Comparison
    from rehab_opt.compare.curse import Curse
    from rehab_opt.compare.curves import Curve
    from rehab_opt.therapy import Schedule
    from rehab_opt.therapy.calendar import Calendar

DISCLAIMER = (
    "Simulation, not clinical advice: every patient here is virtual, "
    "and no person has been treated this way because of it."
)

LONGEST_LABEL = 28
"""Characters that fit beside a bar or a line; a protocol with a longer title goes by its name there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHistory:
    """What the search saw, trial by trial; larger values are better.

    ``values`` holds None for a trial without a value; ``feasible`` says whether all constraints held. ``references``
    are the values of published protocols on the same panel. ``chosen`` is the number of the chosen schedule's trial;
    ``confirmed`` is its value on fresh patients and ``confirmed_reference`` that of the comparison's reference there.
    ``stopped`` says which trials were stopped early, so that their values are estimates; ``curse`` is the gap between
    the search and fresh patients; ``ended`` says in words why the search ended before its budget.
    """

    values: tuple[float | None, ...]
    feasible: tuple[bool, ...]
    references: Mapping[str, float] = field(default_factory=dict)
    chosen: int | None = None
    confirmed: float | None = None
    confirmed_reference: float | None = None
    patients: int = 0
    stopped: tuple[bool, ...] = ()
    curse: Curse | None = None
    ended: str = ""

    def __post_init__(self) -> None:
        if len(self.values) != len(self.feasible):
            message = (
                f"one entry a trial in both lists, got {len(self.values)} values and {len(self.feasible)} feasible"
            )
            raise InputError(message, key="SearchHistory")
        if self.chosen is not None and not 0 <= self.chosen < len(self.values):
            raise InputError(
                "no such trial", key="SearchHistory.chosen", value=self.chosen, allowed=f"0 to {len(self.values) - 1}"
            )

    @property
    def best(self) -> float | None:
        """The best feasible value seen in the search, which flatters itself; None when no trial was feasible."""
        rows = enumerate(zip(self.values, self.feasible, strict=True))
        found = (value for i, (value, feasible) in rows if feasible and value is not None and not self.was_stopped(i))
        return max(found, default=None)

    def was_stopped(self, number: int) -> bool:
        """Return whether a trial was stopped early."""
        return bool(self.stopped) and self.stopped[number]

    @property
    def chosen_value(self) -> float | None:
        """The chosen trial's value on the search panel; the best one's when the chosen one is not known."""
        return self.best if self.chosen is None else self.values[self.chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPlot:
    """The front of a search with several objectives; the first of ``names`` is raised, the others are lowered.

    ``trials`` are the objectives of all feasible trials by number, ``members`` the numbers on the front from its knee
    outwards, ``references`` the objectives of published protocols on the same panel. ``hypervolume`` is measured from
    ``reference_point``.
    """

    names: tuple[str, ...]
    trials: Mapping[int, tuple[float, ...]]
    members: tuple[int, ...]
    chosen: int
    references: Mapping[str, tuple[float, ...]]
    hypervolume: float
    reference_point: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class WhatIfLine:
    """A small change of the best schedule: its paired difference with interval, or why it was ``left_out``."""

    name: str
    patients: int
    difference: float | None
    low: float | None
    high: float | None
    hours: float | None
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """One report.

    Parameters
    ----------
    name, description
        Of the study.
    question
        What was asked, one plain sentence each.
    best
        Name of the searched schedule among the protocols of ``comparison``.
    schedule, reference_schedule
        The best schedule and the reference's, to be shown side by side; None where there is none.
    comparison
        On fresh patients; its first measure is the one in the headline.
    day
        Day of the values compared, in days since the lesion.
    curves, difference
        Mean weekly curves of the leading measure and the paired difference of the best schedule to the reference.
    first_week
        Week since the lesion of the curves' first value.
    history
        Of the search; None for a comparison without one.
    front
        Of a search with several objectives.
    what_if
        Small changes of the best schedule.
    importances, importances_note
        Searched quantity -> share; a sentence instead when there are none.
    settings
        Tables of settings, versions and seeds: title -> name -> value.
    study_text
        The normalised study file.
    titles
        Protocol -> title; what is too long for a label is explained below the tables.
    calendar
        Where the days of the schedule fall; None for days counted from its origin.
    """

    name: str
    question: tuple[str, ...]
    comparison: Comparison
    best: str
    day: int
    description: str = ""
    schedule: Schedule | None = None
    reference_schedule: Schedule | None = None
    curves: tuple[Curve, ...] = ()
    difference: Curve | None = None
    first_week: int = 0
    history: SearchHistory | None = None
    front: FrontPlot | None = None
    what_if: tuple[WhatIfLine, ...] = ()
    importances: tuple[tuple[str, float], ...] = ()
    importances_note: str = ""
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    study_text: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar | None = None

    def __post_init__(self) -> None:
        self.comparison.row(self.best, self.comparison.measures[0])

    @property
    def level(self) -> str:
        """Coverage of the intervals in words."""
        return f"{100 * self.comparison.level:g}\N{NO-BREAK SPACE}%"

    def title(self, name: str) -> str:
        """Return the short words for a protocol or a measure, for labels and tables."""
        if name in MEASURE_WORDS:
            return MEASURE_WORDS[name]
        words = self.titles.get(name, "")
        if not 0 < len(words) <= LONGEST_LABEL:
            return name
        # "Usual care" stands inside sentences; "Queen Square" and "EXCITE" keep their capitals.
        return words.lower() if words[1:].islower() else words

    def long_titles(self) -> tuple[tuple[str, str], ...]:
        """Return ``(name, full title)`` of the protocols whose title is too long for a label."""
        pairs = ((name, self.titles.get(name, "")) for name in self.comparison.protocols)
        return tuple((name, words) for name, words in pairs if len(words) > LONGEST_LABEL)
