"""The study file as strict forms: every key with what it may be, its default and its meaning. Unknown keys are refused.

The forms only read; `rehab_opt.study.translate` turns them into the plain dataclasses that everything else uses.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from rehab_opt.course.result import RECOVERY_MEASURES
from rehab_opt.errors import InputError
from rehab_opt.patient import CohortSpec
from rehab_opt.study.catalogues import LockedSessions, MechanismNames, Overrides, ProtocolNames, Spreads
from rehab_opt.study.kinds import Amount, Choice, Clock, Name, NameList, NumberList, Searched, Text, as_pydantic
from rehab_opt.study.phase import CORTEX, MODALITY_CHOICES
from rehab_opt.study.ranges import Names, Number
from rehab_opt.study.study import DEFAULT_REFERENCES, STATISTICS, STOPS, TRADE_OFFS
from rehab_opt.therapy import ORDERS, POLARITIES, WEEKDAYS, Session

SAMPLERS = ("tpe", "cma-es", "nsga-ii", "nsga-iii", "gp", "qmc", "random")
_DAY = Amount(0, 36_500, whole=True, unit="days since the lesion")
_SHARE = Amount(0, 1)
_SEARCHED_SHARE = Searched(0, 1)
_PATIENTS = Amount(1, 100_000, whole=True, unit="patients")


class Form(BaseModel):
    """A table of the study file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CohortForm(Form):
    """``[cohort]``: who is treated, drawn from distributions or read from a table of people."""

    file: Annotated[str | None, Text("path of a CSV file, from the directory of the study file")] = Field(
        default=None,
        description="Table of people (`id, days_since_stroke, fm_ue`, ...), each fitted to the baseline. "
        "Then no key below that begins with `fm_`, `severity_` or `enrolled_`.",
    )
    sha256: Annotated[str | None, Text("64 hexadecimal digits", "[0-9a-f]{64}")] = Field(
        default=None, description="Of the table; the stored copy of a study has it, so that a changed table is noticed."
    )
    fm_mean: Annotated[float | None, Amount(0, 66, unit="points")] = Field(
        default=None, description="Mean of the measured baseline FM-UE; each patient is fitted to the one drawn."
    )
    fm_sd: Annotated[float | None, Amount(0, 33, unit="points")] = Field(
        default=None, description="Standard deviation of it; 0 if left out."
    )
    fm_low: Annotated[float | None, Amount(0, 66, unit="points")] = Field(
        default=None, description="Lowest baseline; 0 if left out."
    )
    fm_high: Annotated[float | None, Amount(0, 66, unit="points")] = Field(
        default=None, description="Highest baseline; 66 if left out."
    )
    severity_alpha: Annotated[float | None, Amount(0.01, 1000)] = Field(
        default=None,
        description="Without `fm_mean`: lesions are drawn by severity, a Beta distribution; 2.5 if left out.",
    )
    severity_beta: Annotated[float | None, Amount(0.01, 1000)] = Field(
        default=None, description="Second number of it; 2 if left out."
    )
    enrolled_low: Annotated[int | None, _DAY] = Field(
        default=None, description="Earliest day of enrolment; 7 if left out."
    )
    enrolled_high: Annotated[int | None, _DAY] = Field(
        default=None, description="Latest day of enrolment, all days between are equally likely; 30 if left out."
    )
    left_share: Annotated[float, _SHARE] = Field(
        default=0.5, description="Share of patients whose left arm is affected."
    )
    wirings: Annotated[int, Amount(1, 100_000, whole=True)] = Field(
        default=8, description="Healthy networks that the patients share; each has to learn its tasks once."
    )
    trait_spread: Annotated[float, Amount(0, 3)] = Field(
        default=1.0, description="Factor on how much patients differ in physiology."
    )
    trait_spreads: Annotated[tuple[tuple[str, float], ...], Spreads()] = Field(
        default=(), description="Spread of single traits."
    )

    def spec(self, people: str | None) -> CohortSpec:
        """Return the cohort; ``people`` is the path of the table as it can be opened."""
        own = {"file", "sha256"}
        given = {key: value for key, value in self if value is not None and key not in own}
        return CohortSpec(people=people, **given)

    @model_validator(mode="after")
    def _fits(self, info: ValidationInfo) -> CohortForm:
        try:
            self.spec(self.file)
        except InputError as error:
            raise as_pydantic([error]) from None
        return self


class ObjectiveForm(Form):
    """``[objective]``: what the search raises."""

    measure: Annotated[str, Name(RECOVERY_MEASURES, "measure")] = Field(
        default="fm_ue", description="True value of this measure."
    )
    day: Annotated[int | None, _DAY] = Field(
        default=None, description="Read on this day; on the last day simulated if left out."
    )
    statistic: Annotated[str, Name(STATISTICS, "statistic")] = Field(
        default="mean", description="Over all patients of the panel, or over the worst share of them."
    )
    tail: Annotated[float, Amount(0.01, 1)] = Field(default=0.25, description="That share.")
    secondary: Annotated[tuple[str, ...], NameList(RECOVERY_MEASURES, "measure")] = Field(
        default=(), description="Measures reported beside it; the search does not look at them."
    )
    trade_off: Annotated[tuple[str, ...], NameList(TRADE_OFFS, "trade-off")] = Field(
        default=(),
        description="What recovery is weighed against, means a patient, less is better. The search then looks for a "
        "Pareto front and takes its knee.",
    )
    reference_point: Annotated[tuple[float, ...], NumberList(Amount(0, 1e9))] = Field(
        default=(),
        description="Of the hypervolume of the front: one number an objective, the measure first; if left out, the "
        "worst value seen of each and a tenth of the range beyond.",
    )


class ConstraintsForm(Form):
    """``[constraints]``: trials beyond these are not feasible, whatever they gain."""

    seizure_rate: Annotated[float | None, _SHARE] = Field(
        default=None,
        description="Largest share of patients with a seizure during the course; no constraint if left out.",
    )
    lesion_growth: Annotated[float | None, Amount(0, 1000, unit="%")] = Field(
        default=None, description="Largest mean growth of the lesion; no constraint if left out."
    )


class LimitsForm(Form):
    """``[limits]``: what no schedule may ask for. Defaults of a simulator, no clinical advice."""

    practice_minutes_per_day: Annotated[float, Amount(0, 1440, unit="minutes")] = Field(
        default=360.0, description="Practice on one day."
    )
    total_hours: Annotated[float | None, Amount(0, 1e6, unit="hours")] = Field(
        default=None, description="Practice in the whole schedule, locked sessions included; no limit if left out."
    )
    days_off: Annotated[tuple[str, ...], NameList(WEEKDAYS, "weekday")] = Field(
        default=(), description="Weekdays without sessions; the day of enrolment counts as a Monday."
    )
    last_day: Annotated[int | None, _DAY] = Field(
        default=None, description="No session for anybody after this day; `days` if left out."
    )
    acute_window_days: Annotated[int, Amount(0, 40_000, whole=True, unit="days since the lesion")] = Field(
        default=0, description="No stimulation before this day."
    )
    modalities_per_day: Annotated[int, Amount(1, 4, whole=True)] = Field(
        default=1, description="Kinds of stimulation on one day."
    )
    tdcs_ma: Annotated[float, Amount(0, 200, unit="mA")] = Field(
        default=4.0, description="tDCS current; strength 1 means this."
    )
    tdcs_warn_ma: Annotated[float, Amount(0, 200, unit="mA")] = Field(
        default=2.0, description="tDCS current above which a warning is given."
    )
    tdcs_minutes: Annotated[float, Amount(0, 1440, unit="minutes")] = Field(
        default=40.0, description="tDCS a session; amount 1 means this."
    )
    tdcs_coulombs: Annotated[float, Amount(0, 1000, unit="C")] = Field(
        default=7.2, description="tDCS charge a session: current times time."
    )
    itbs_block_pulses: Annotated[int, Amount(1, 100_000, whole=True)] = Field(
        default=600, description="iTBS pulses in one block."
    )
    itbs_gap_minutes: Annotated[float, Amount(0, 1440, unit="minutes")] = Field(
        default=15.0, description="Smallest gap between two blocks."
    )
    itbs_pulses_per_day: Annotated[int, Amount(1, 100_000, whole=True)] = Field(
        default=1800, description="iTBS; amount 1 means this."
    )
    rtms_1hz_pulses: Annotated[int, Amount(1, 100_000, whole=True)] = Field(
        default=1200, description="1 Hz pulses a day; amount 1 means this."
    )
    vns_ma: Annotated[float, Amount(0, 200, unit="mA")] = Field(
        default=3.5, description="Vagus-nerve current; strength 1 means this."
    )

    @model_validator(mode="after")
    def _leaves_a_day(self) -> LimitsForm:
        if len(self.days_off) == len(WEEKDAYS):
            raise as_pydantic([InputError("leaves no day for therapy", key="days_off")])
        return self


class TasksForm(Form):
    """``[phase.tasks]``: weights of the tasks; divided by their sum they are the shares of the sessions."""

    reach: Annotated[Number, _SEARCHED_SHARE] = Field(default=1.0, description="Reaching with the affected arm.")
    good_arm: Annotated[Number, _SEARCHED_SHARE] = Field(
        default=0.0, alias="good-arm", description="Reaching with the good arm."
    )
    touch: Annotated[Number, _SEARCHED_SHARE] = Field(default=0.0, description="Sensory discrimination.")
    recall: Annotated[Number, _SEARCHED_SHARE] = Field(default=0.0, description="Cognitive recall.")


class StimulationForm(Form):
    """``[phase.stimulation]``: stimulation with every session of the phase."""

    modality: Annotated[Names, Choice(MODALITY_CHOICES, "modality")] = Field(
        default=("none",), description='"none" is no stimulation.'
    )
    site: Annotated[Names, Choice(CORTEX, "site")] = Field(
        default=("ipsilesional-motor",), description="Where; vagus-nerve stimulation takes the nerve by itself."
    )
    polarity: Annotated[Names, Choice(POLARITIES, "polarity")] = Field(
        default=("anodal",), description="Of tDCS; others have none."
    )
    strength: Annotated[Number, _SEARCHED_SHARE] = Field(
        default=0.5, description="Share of `tdcs_ma`, of `vns_ma`, or of 120 % of the motor threshold (iTBS, 1 Hz)."
    )
    amount: Annotated[Number, _SEARCHED_SHARE] = Field(
        default=0.5, description="Share of `tdcs_minutes`, of the minutes of practice (VNS), or of the pulses a day."
    )
    offset_minutes: Annotated[Number, Searched(-240, 240, whole=True, unit="minutes")] = Field(
        default=0, description="Start of stimulation minus start of practice; negative is before practice."
    )


class PhaseForm(Form):
    """``[[phase]]``: a run of weeks of therapy; one table for each phase."""

    name: Annotated[str | None, Text("letters, digits and dashes", "[A-Za-z0-9][A-Za-z0-9-]*")] = Field(
        default=None, description="Unique in the study; `phase-1`, `phase-2`, ... if left out."
    )
    start: Annotated[Number, Searched(0, 36_500, whole=True, unit="days since enrolment")] = Field(
        default=0, description="First day, counted from each patient's own enrolment."
    )
    weeks: Annotated[Number, Searched(0, 520, whole=True)] = Field(description="Length; 0 weeks leave the phase out.")
    sessions_per_week: Annotated[Number, Searched(1, 7, whole=True)] = Field(
        description="One a day at most; on allowed weekdays, spread evenly."
    )
    minutes: Annotated[Number, Searched(1, 720, whole=True, unit="minutes")] = Field(
        description="Practice a session, before the limits shorten it."
    )
    repetitions_per_minute: Annotated[Number, Searched(0, 60)] = Field(description="How dense practice is.")
    clock: Annotated[float, Clock()] = Field(default=600.0, description="Start of the sessions.")
    order: Annotated[Names, Choice(ORDERS, "order")] = Field(
        default=("random",), description="Order of the items practised."
    )
    difficulty: Annotated[Number, _SEARCHED_SHARE] = Field(
        default=0.5, description="Share of the error demanded a repetition."
    )
    feedback: Annotated[Number, _SEARCHED_SHARE] = Field(default=1.0, description="Quality of augmented feedback.")
    constraint: Annotated[Number, _SEARCHED_SHARE] = Field(
        default=0.0, description="Share of waking hours with the good arm in a mitt, on days of sessions."
    )
    tasks: TasksForm = Field(default_factory=TasksForm, description="Mix of tasks.")
    stimulation: StimulationForm = Field(default_factory=StimulationForm, description="Stimulation.")


class SearchForm(Form):
    """``[search]``: how the box is searched."""

    sampler: Annotated[str, Name(SAMPLERS, "sampler")] = Field(default="tpe", description="Method of the search.")
    trials: Annotated[int, Amount(1, 1_000_000, whole=True)] = Field(default=100, description="Schedules tried.")
    lag: Annotated[int, Amount(1, 10_000, whole=True)] = Field(
        default=8,
        description="Trials under way at once, at most. Results depend on it, but not on the number of workers.",
    )
    startup: Annotated[int, Amount(1, 1_000_000, whole=True)] = Field(
        default=10, description="Trials drawn at random at first."
    )
    block: Annotated[int, _PATIENTS] = Field(default=4, description="Patients in one unit of work.")
    early_stopping: Annotated[float, Amount(0, 0.5)] = Field(
        default=0.0,
        description="Largest chance that a trial is stopped after some of its blocks although it would have beaten the "
        "best; 0 evaluates every trial in full.",
    )
    hours: Annotated[float | None, Amount(0, 100_000, unit="hours")] = Field(
        default=None, description="No trial is begun after so long a search; those under way are finished."
    )
    until: Annotated[str, Name(STOPS, "end of the search")] = Field(
        default="budget",
        description='"noise" also ends the search when going on is worth less than the noise of the panel.',
    )


class PanelsForm(Form):
    """``[panels]``: numbers of patients. The panels share nobody."""

    search: Annotated[int, _PATIENTS] = Field(default=12, description="Evaluate every trial.")
    choice: Annotated[int, _PATIENTS] = Field(default=24, description="Choose among the finalists.")
    confirm: Annotated[int, _PATIENTS] = Field(default=48, description="Fresh patients on whom the result is reported.")
    finalists: Annotated[int, Amount(1, 1000, whole=True)] = Field(
        default=3, description="Best trials that enter the choice."
    )
    what_if: Annotated[int, Amount(0, 100_000, whole=True, unit="patients")] = Field(
        default=0, description="Try small changes of the best schedule at the end; 0 for none (`rehab-opt what-if`)."
    )


class MechanismsForm(Form):
    """``[mechanisms]``: what is taken out of the built-in model."""

    off: Annotated[tuple[str, ...], MechanismNames()] = Field(default=(), description="Names of mechanisms to remove.")


class StudyForm(Form):
    """The top of the file."""

    name: Annotated[str, Text("letters, digits, dots, dashes", "[A-Za-z0-9][A-Za-z0-9._-]{0,79}")] = Field(
        description="Name of the study and of the directory of its runs."
    )
    description: Annotated[str, Text()] = Field(default="", description="Anything you want to remember.")
    seed: Annotated[int, Amount(0, 2**63 - 1, whole=True)] = Field(default=1, description="Root of all random numbers.")
    days: Annotated[int, Amount(1, 36_500, whole=True, unit="days")] = Field(
        description="Simulated, counted from the lesion."
    )
    model: Annotated[str | None, Text("module:object")] = Field(
        default=None, description="A model of your own; the built-in network if left out."
    )
    references: Annotated[tuple[str, ...], ProtocolNames()] = Field(
        default=DEFAULT_REFERENCES,
        description="Published protocols that run on the same patients (`rehab-opt protocols`).",
    )
    cohort: CohortForm = Field(default_factory=CohortForm, description="Who.")
    objective: ObjectiveForm = Field(default_factory=ObjectiveForm, description="What counts.")
    constraints: ConstraintsForm = Field(default_factory=ConstraintsForm, description="What must not be passed.")
    limits: LimitsForm = Field(default_factory=LimitsForm, description="What no schedule may ask for.")
    phase: list[PhaseForm] = Field(min_length=1, description="What is searched.")
    locked: list[Annotated[tuple[Session, ...], LockedSessions()]] = Field(
        default_factory=list, description="Sessions that are always kept, days since enrolment."
    )
    search: SearchForm = Field(default_factory=SearchForm, description="How the box is searched.")
    panels: PanelsForm = Field(default_factory=PanelsForm, description="Numbers of patients.")
    mechanisms: MechanismsForm = Field(default_factory=MechanismsForm, description="What is taken out of the model.")
    parameters: Annotated[tuple[tuple[str, float], ...], Overrides()] = Field(
        default=(), description="Numbers of the built-in model that differ from its own, by dotted name."
    )
