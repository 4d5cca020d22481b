"""A study and a schedule in plain words, for `rehab-opt check` and for the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.study.phase import NO_STIMULATION, Phase
from rehab_opt.study.ranges import Names, Number, Range
from rehab_opt.therapy import WEEKDAYS, Limits, Schedule, Session, Stimulation

if TYPE_CHECKING:
    from rehab_opt.study.study import Study

MEASURE_WORDS = {
    "fm_ue": "FM-UE",
    "arat": "ARAT",
    "use": "use of the arm",
    "function_motor": "motor function",
    "function_sensory": "sensory function",
    "function_cognitive": "cognitive function",
}
MODALITY_WORDS = {"tdcs": "tDCS", "itbs": "iTBS", "rtms-1hz": "1 Hz rTMS", "vns": "vagus-nerve stimulation"}


def describe(study: Study) -> list[str]:
    """Return what a study asks, one sentence an item.

    Examples
    --------
    >>> from rehab_opt.study import new_study, parse_study
    >>> print(describe(parse_study(new_study("mine")))[1])
    Patients: baseline FM-UE 34 ± 15 (0 to 66), enrolled on day 7 to 30 after the lesion, sharing 8 healthy networks.
    """
    sides = len(study.space.dimensions)
    courses = study.courses()
    return [
        f"Study {study.name}: {study.days} days after the lesion, seed {study.seed}.",
        _cohort_words(study),
        f"Raises: {_objective_words(study)}.",
        *_bounds_words(study),
        *(_phase_words(phase) for phase in study.phases),
        *([f"Kept: {len(study.locked)} locked sessions."] if study.locked else []),
        f"Limits: {'; '.join(_limit_words(study.limits, study.last_day))}.",
        f"Search: {study.search.trials} trials by {study.search.sampler} in a box of {sides} dimensions, "
        f"{study.panels.search} patients each; the best {study.panels.finalists} on {study.panels.choice} others; "
        f"the result on {study.panels.confirm} fresh patients.",
        *_ending_words(study),
        _reference_words(study),
        *_model_words(study),
        f"Simulates at most {sum(courses.values())} courses of {study.days} days ({courses['search']} to search).",
    ]


def describe_schedule(schedule: Schedule, enrolled_day: int | None = None) -> str:
    """Return a schedule in a few sentences.

    Parameters
    ----------
    schedule
        Any schedule.
    enrolled_day
        Of one patient, days since the lesion: days are then given from the lesion.

    Examples
    --------
    >>> plan = Schedule(name="plan", sessions=(Session(day=2, minutes=45, repetitions=90),))
    >>> describe_schedule(plan)
    '0.75 h in 1 session, from day 2 to 2 after enrolment: 1 x 45 min, 90 repetitions of reach.'
    >>> describe_schedule(plan, enrolled_day=10)[:57]
    '0.75 h in 1 session, from day 12 to 12 after the lesion: '
    """
    practice = [session for session in schedule.sessions if session.is_practice]
    if not practice:
        return "No practice."
    to_enrolment = schedule.origin == "enrolment" and enrolled_day is None
    shift = enrolled_day or 0 if schedule.origin == "enrolment" else 0
    days = f"from day {practice[0].day + shift} to {practice[-1].day + shift}"
    kinds = Counter(_session_words(session) for session in schedule.sessions if session.needs_clinic)
    dose = f"{schedule.hours:.4g} h in {len(practice)} session{'s' if len(practice) > 1 else ''}"
    what = "; ".join(f"{times} x {words}" for words, times in kinds.items())
    return f"{dose}, {days} after {'enrolment' if to_enrolment else 'the lesion'}: {what}."


def _session_words(session: Session) -> str:
    if not session.is_practice:
        return _stimulation_words(session.stimulation)
    parts = [f"{session.minutes:g} min, {session.repetitions:g} repetitions of {session.task}"]
    if session.order != "random":
        parts.append(f"{session.order} order")
    if session.constraint > 0:
        parts.append(f"mitt {session.constraint:.0%} of the day")
    if session.sling > 0:
        parts.append(f"sling {session.sling:.0%} of the day")
    if session.stimulation is not None:
        parts.append(f"with {_stimulation_words(session.stimulation)}")
    return ", ".join(parts)


def _stimulation_words(part: Stimulation | None) -> str:
    if part is None:
        return "no stimulation"
    unit = " mA" if part.pulses is None else " % of motor threshold"
    amount = f"{part.minutes:g} min" if part.pulses is None else f"{part.pulses} pulses"
    polarity = f"{part.polarity} " if part.polarity else ""
    when = f"{abs(part.offset_minutes):g} min {'before' if part.offset_minutes < 0 else 'after'} the start"
    return f"{polarity}{MODALITY_WORDS[part.modality]} {part.site}, {part.strength:g}{unit}, {amount}, {when}"


def _cohort_words(study: Study) -> str:
    spec, (earliest, latest) = study.cohort, study.enrolment
    if spec.people is not None:
        who = f"the people of {Path(spec.people).name}"
    elif spec.fm_mean is None:
        who = f"severity from a Beta distribution ({spec.severity_alpha:g}, {spec.severity_beta:g})"
    else:
        who = f"baseline FM-UE {spec.fm_mean:g} ± {spec.fm_sd:g} ({spec.fm_low:g} to {spec.fm_high:g})"
    when = f"day {earliest}" if earliest == latest else f"day {earliest} to {latest}"
    return f"Patients: {who}, enrolled on {when} after the lesion, sharing {spec.wirings} healthy networks."


def _objective_words(study: Study) -> str:
    goal = study.objective
    over = "mean over patients" if goal.statistic == "mean" else f"mean of the worst {goal.tail:.0%} of patients"
    words = f"{MEASURE_WORDS[goal.measure]} on day {goal.day}, {over}"
    if goal.trade_off:
        words += f", weighed against {', '.join(name.replace('-', ' ') for name in goal.trade_off)}"
    also = [MEASURE_WORDS[measure] for measure in study.report_measures if measure != goal.measure]
    return f"{words}; also reported: {', '.join(also)}" if also else words


def _bounds_words(study: Study) -> list[str]:
    words = {"seizure-rate": "share of patients with a seizure", "lesion-growth": "growth of the lesion in %"}
    bounds = [f"{words[bound.name]} at most {bound.maximum:g}" for bound in study.constraints]
    return [f"Feasible: {', '.join(bounds)}."] if bounds else []


def _phase_words(phase: Phase) -> str:
    searched = [f"{key} {_open_words(value)}" for key, value in phase.parts() if _is_open(value)]
    fixed = [
        f"{key} {_open_words(value)}" for key, value in phase.parts() if not _is_open(value) and _matters(phase, key)
    ]
    return f"Phase {phase.name}: searched: {', '.join(searched) or 'nothing'}; fixed: {', '.join(fixed) or 'nothing'}."


def _matters(phase: Phase, key: str) -> bool:
    if key.startswith("tasks."):
        return dict(phase.tasks)[key.removeprefix("tasks.")] != 0
    stimulated = phase.stimulation.modality != (NO_STIMULATION,)
    return stimulated or not key.startswith("stimulation.")


def _is_open(value: Number | Names) -> bool:
    return isinstance(value, Range) or (isinstance(value, tuple) and len(value) > 1)


def _open_words(value: Number | Names) -> str:
    if isinstance(value, tuple):
        return " or ".join(value)
    if isinstance(value, Range):
        step = "" if value.step is None else f" by {value.step:g}"
        return f"{value.low:g} to {value.high:g}{step}"
    return f"{value:g}"


def _limit_words(limits: Limits, last_day: int) -> Iterable[str]:
    yield f"{limits.practice_minutes_per_day:g} minutes a day"
    if limits.total_hours is not None:
        yield f"{limits.total_hours:g} h in total"
    if limits.days_off:
        yield f"no sessions on {', '.join(day for day in WEEKDAYS if day in limits.days_off)}"
    yield f"none after day {last_day} since the lesion"
    if limits.acute_window_days:
        yield f"no stimulation before day {limits.acute_window_days}"


def _ending_words(study: Study) -> list[str]:
    own, words = study.search, []
    if own.early_stopping:
        words.append(f"A trial that is clearly worse is stopped early (chance of a mistake {own.early_stopping:g}).")
    if own.hours is not None:
        words.append(f"No trial begins after {own.hours:g} h of search.")
    if own.until == "noise":
        words.append("The search also ends when going on is worth less than the noise of its panel.")
    return words


def _reference_words(study: Study) -> str:
    if not study.references:
        return "Compared with nothing."
    inside = [name for name in study.references if name in study.reference_points()]
    first = f"; first trials, because the box can express them: {', '.join(inside)}" if inside else ""
    return f"Compared with {', '.join(study.references)} on the same patients{first}."


def _model_words(study: Study) -> list[str]:
    model = study.model
    if model.plug is not None:
        return [f"Model: {model.plug}."]
    changes = [f"without {name}" for name in model.off] + [f"{name} = {value:g}" for name, value in model.set]
    return [f"Model: the built-in network, {', '.join(changes)}."] if changes else []
