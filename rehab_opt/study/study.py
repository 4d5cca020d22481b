"""A study as plain data: who, for how long, what is searched within which limits, what counts, how much is tried."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.patient import Cohort, CohortSpec, Patient
from rehab_opt.study.phase import Phase
from rehab_opt.study.space import SearchSpace
from rehab_opt.therapy import Limits, Schedule, Session, protocols

PANELS = ("search", "choice", "confirm")
STATISTICS = ("mean", "lower-tail")
CONSTRAINTS = ("seizure-rate", "lesion-growth")
TRADE_OFFS = ("therapist-hours", "sessions", "repetitions", "adverse-events")
"""What recovery can be weighed against; each is a mean a patient, and less is better."""
STOPS = ("budget", "noise")
DEFAULT_REFERENCES = ("no-therapy", "usual-care")


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What the search raises: the true value of a measure on a day, over the patients of a panel.

    Attributes
    ----------
    measure
        One of the measures of recovery, such as ``"fm_ue"``.
    day
        Days since the lesion.
    statistic
        ``"mean"``, or ``"lower-tail"``: the mean over the worst share of patients.
    tail
        That share, above 0 to 1.
    trade_off
        Further objectives, some of `TRADE_OFFS`; the search then looks for a Pareto front.
    reference_point
        Of the hypervolume: one number an objective, the measure first; by default a little beyond the worst seen.
    """

    measure: str = "fm_ue"
    day: int
    statistic: str = "mean"
    tail: float = 0.25
    trade_off: tuple[str, ...] = ()
    reference_point: tuple[float, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All objectives: the measure, which is raised, and what it is weighed against, which is lowered."""
        return (self.measure, *self.trade_off)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a schedule must not pass: ``"seizure-rate"`` (share of patients) or ``"lesion-growth"`` (mean, per cent)."""

    name: str
    maximum: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How the box is searched.

    Attributes
    ----------
    sampler
        ``"tpe"``, ``"cma-es"``, ``"nsga-ii"``, ``"nsga-iii"``, ``"gp"``, ``"qmc"`` or ``"random"``.
    trials
        Schedules tried.
    lag
        Trials under way at once, at most; it belongs to the study, so that results do not depend on the machine.
    startup
        Trials drawn at random before the sampler models anything.
    block
        Patients simulated in one unit of work.
    early_stopping
        Largest chance (0 to 0.5) that a trial is stopped before its last patient although it would have beaten the
        best; 0 evaluates every trial in full.
    hours
        Hours after which no further trial is begun, or None.
    until
        ``"budget"``, or ``"noise"``: also end when further search is worth less than the noise of the panel.
    """

    sampler: str = "tpe"
    trials: int = 100
    lag: int = 8
    startup: int = 10
    block: int = 4
    early_stopping: float = 0.0
    hours: float | None = None
    until: str = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Numbers of patients: of a trial, of the choice among the ``finalists`` best trials, of the confirmation, and of
    the variants of the best schedule (0: none are tried)."""

    search: int = 12
    choice: int = 24
    confirm: int = 48
    finalists: int = 3
    what_if: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study. `rehab_opt.study.load_study` reads one from a file and checks it; made in Python, see `checked`.

    Attributes
    ----------
    name
        Letters, digits, dots, dashes; names the directory of its runs.
    description
        Free text.
    seed
        Root of all random numbers.
    days
        Days simulated, from the lesion.
    model
        The model and its settings.
    cohort
        Whom the patients are drawn from.
    objective, report_measures, constraints
        What counts, what is reported beside it, what must not be passed.
    limits, last_day
        What a schedule may ask for; no session for anybody after ``last_day``, in days since the lesion.
    phases, locked
        What is searched; sessions that are always kept (days since enrolment).
    search, panels
        How much is tried, and on how many patients.
    references
        Published protocols evaluated on the same patients.
    people_sha256
        Of the table of people, if there is one: a changed table is a changed study.
    """

    name: str
    description: str = ""
    seed: int = 1
    days: int
    model: ModelSpec = field(default_factory=ModelSpec)
    cohort: CohortSpec = field(default_factory=CohortSpec)
    objective: Objective
    report_measures: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    limits: Limits = field(default_factory=Limits)
    last_day: int
    phases: tuple[Phase, ...]
    locked: tuple[Session, ...] = ()
    search: SearchSettings = SearchSettings()
    panels: Panels = Panels()
    references: tuple[str, ...] = DEFAULT_REFERENCES
    people_sha256: str = ""

    @property
    def space(self) -> SearchSpace:
        """The fixed box of the study, with the way from a point to a schedule and back."""
        return _space(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the normal form."""
        return hashlib.sha256(self.normalised().encode()).hexdigest()

    @property
    def enrolment(self) -> tuple[int, int]:
        """Earliest and latest day of enrolment in the cohort, days since the lesion."""
        return self.space.enrolment

    def checked(self) -> Study:
        """Return the same study after all the checks that a study file goes through; for studies made in Python.

        Raises
        ------
        StudyError
            With every fault found, under the keys of the study file.
        """
        from rehab_opt.study.file import parse_study

        folder = "." if self.cohort.people is None else str(Path(self.cohort.people).parent)
        return parse_study(self.normalised(), file=Path(folder, f"{self.name}.toml"))

    def normalised(self) -> str:
        """Return the study as TOML in its normal form: every key, in a fixed order; reading it gives the same study."""
        from rehab_opt.study.normal_form import write_study

        return write_study(self)

    def patients(self, panel: str, n: int | None = None) -> tuple[Patient, ...]:
        """Return the patients of one panel.

        Patient ``i`` of a panel depends on the seed of the study, the name of the panel and ``i`` only. With a table of
        people every panel holds the same people, in the order of the table, each time as another twin: own traits, own
        wiring, own noise. So panels are disjoint sets of virtual patients even there.

        Parameters
        ----------
        panel
            ``"search"``, ``"choice"``, ``"confirm"``, or any other name for patients of their own.
        n
            Number of patients; by default that of the study.

        Raises
        ------
        InputError
            If the panel is none of the study and ``n`` is not given.
        """
        if n is None and panel not in PANELS:
            raise InputError("needs a number of patients", key="panel", value=panel, allowed=", ".join(PANELS))
        count = int(getattr(self.panels, panel)) if n is None else n
        return Cohort.sample(count, self.seed, self.cohort, panel=panel).patients

    def reference_schedule(self, name: str) -> Schedule | None:
        """Return a published protocol as one schedule that counts from enrolment, or None.

        None is for protocols that begin on a day since the lesion which some of the cohort have not reached at
        enrolment: then each patient has a schedule of their own, and no point of the box can be that.

        Raises
        ------
        InputError
            If there is no such protocol.
        """
        placed = []
        for day in self.enrolment:
            plan = protocols[name].schedule(SimpleNamespace(enrolled_day=day))
            placed.append(Schedule(name=name, sessions=plan.shift(-day).sessions, origin="enrolment", notes=plan.notes))
        first, last = placed
        return first if first.sessions == last.sessions else None

    def reference_points(self) -> dict[str, dict[str, float | int | str]]:
        """Return the references that the box expresses exactly, each with its point."""
        found = {}
        for name in self.references:
            plan = self.reference_schedule(name)
            point = None if plan is None else self.space.encode(plan)
            if point is not None:
                found[name] = point
        return found

    def courses(self) -> dict[str, int]:
        """Return how many courses of one patient each part of a run simulates, at most."""
        policies = len(self.references)
        return {
            "references": policies * self.panels.search,
            "search": self.search.trials * self.panels.search,
            "choice": self.panels.finalists * self.panels.choice,
            "confirm": (policies + 1) * self.panels.confirm,
        }


@lru_cache(maxsize=16)
def _space(study: Study) -> SearchSpace:
    return SearchSpace(
        name=study.name,
        phases=study.phases,
        locked=study.locked,
        limits=study.limits,
        enrolment=enrolment_days(study.cohort),
        last_day=study.last_day,
    )


def enrolment_days(cohort: CohortSpec) -> tuple[int, int]:
    """Return the earliest and the latest day of enrolment, days since the lesion.

    Examples
    --------
    >>> enrolment_days(CohortSpec(enrolled_low=5, enrolled_high=30))
    (5, 30)
    """
    if cohort.people is None:
        return cohort.enrolled_low, cohort.enrolled_high
    from rehab_opt.patient import read_people

    days = [person.days_since_stroke for person in read_people(cohort.people)]
    return min(days), max(days)
