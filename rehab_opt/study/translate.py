"""From the forms of a study file to the study: plain data, with the checks that need more than one table."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.patient import read_people
from rehab_opt.study.faults import FaultsError
from rehab_opt.study.form import PhaseForm, StudyForm
from rehab_opt.study.phase import Phase, PhaseStimulation
from rehab_opt.study.ranges import Number, Range
from rehab_opt.study.study import Constraint, Objective, Panels, SearchSettings, Study, enrolment_days
from rehab_opt.therapy import TASKS, Limits, Schedule, check_limits


def make_study(form: StudyForm, folder: Path) -> Study:
    """Return the study of a form.

    Parameters
    ----------
    form
        Each of its tables has been checked by itself.
    folder
        Directory of the study file, from which a table of people is found.

    Raises
    ------
    FaultsError
        With every fault that lies between the tables.
    """
    errors: list[InputError] = []
    people, sha256 = _people(form, folder, errors)
    model = _model(form, errors)
    study = Study(
        name=form.name,
        description=form.description,
        seed=form.seed,
        days=form.days,
        model=model,
        cohort=form.cohort.spec(people),
        objective=_objective(form),
        report_measures=form.objective.secondary,
        constraints=_constraints(form),
        limits=Limits(**{key: value for key, value in form.limits if key != "last_day"}),
        last_day=form.days if form.limits.last_day is None else form.limits.last_day,
        phases=tuple(_phase(phase, index) for index, phase in enumerate(form.phase)),
        locked=tuple(session for sessions in form.locked for session in sessions),
        search=SearchSettings(**dict(form.search)),
        panels=Panels(**dict(form.panels)),
        references=form.references,
        people_sha256=sha256,
    )
    errors += _between_tables(study, have_people=people is not None or form.cohort.file is None)
    if errors:
        raise FaultsError(errors)
    return study


def _people(form: StudyForm, folder: Path, errors: list[InputError]) -> tuple[str | None, str]:
    """Return the path of the table of people and its hash."""
    if form.cohort.file is None:
        return None, ""
    path = folder / form.cohort.file
    try:
        read_people(path)
    except InputError as error:
        errors.append(InputError(str(error), key="cohort.file"))
        return None, ""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if form.cohort.sha256 not in (None, found):
        errors.append(
            InputError("the table of people has changed since", key="cohort.sha256", value=form.cohort.sha256)
        )
    return str(path), found


def _model(form: StudyForm, errors: list[InputError]) -> ModelSpec:
    try:
        return ModelSpec(form.model, form.mechanisms.off, form.parameters)
    except InputError as error:
        key = {"model.off": "mechanisms.off", "model.set": "parameters"}.get(error.key or "", error.key)
        errors.append(InputError(error.message, key=key, value=error.value, allowed=error.allowed))
        return ModelSpec()


def _objective(form: StudyForm) -> Objective:
    given = form.objective
    day = form.days if given.day is None else given.day
    return Objective(
        measure=given.measure,
        day=day,
        statistic=given.statistic,
        tail=given.tail,
        trade_off=given.trade_off,
        reference_point=given.reference_point,
    )


def _constraints(form: StudyForm) -> tuple[Constraint, ...]:
    pairs = (("seizure-rate", form.constraints.seizure_rate), ("lesion-growth", form.constraints.lesion_growth))
    return tuple(Constraint(name, maximum) for name, maximum in pairs if maximum is not None)


def _phase(form: PhaseForm, index: int) -> Phase:
    values = {key: value for key, value in form if key not in ("name", "tasks", "stimulation")}
    weights = (form.tasks.reach, form.tasks.good_arm, form.tasks.touch, form.tasks.recall)
    return Phase(
        name=form.name or f"phase-{index + 1}",
        tasks=tuple(zip(TASKS, weights, strict=True)),
        stimulation=PhaseStimulation(**dict(form.stimulation)),
        **values,
    )


def _between_tables(study: Study, *, have_people: bool) -> Iterator[InputError]:
    """Yield the faults that no table has by itself."""
    names = Counter(phase.name for phase in study.phases)
    for index, phase in enumerate(study.phases):
        if names[phase.name] > 1:
            yield InputError("stands twice", key=f"phase[{index}].name", value=phase.name, allowed="a name of its own")
    yield from _objectives(study)
    if study.objective.day > study.days:
        allowed = f"at most days = {study.days}"
        yield InputError(
            "lies after the last day simulated", key="objective.day", value=study.objective.day, allowed=allowed
        )
    if study.last_day > study.days:
        allowed = f"at most days = {study.days}"
        yield InputError(
            "lies after the last day simulated", key="limits.last_day", value=study.last_day, allowed=allowed
        )
    if have_people:
        yield from _against_enrolment(study)


def _objectives(study: Study) -> Iterator[InputError]:
    goal = study.objective
    if goal.reference_point and len(goal.reference_point) != len(goal.names):
        allowed = f"{len(goal.names)} numbers, for {', '.join(goal.names)}"
        value = list(goal.reference_point)
        yield InputError("has one number an objective", key="objective.reference_point", value=value, allowed=allowed)
    if goal.trade_off and study.search.until == "noise":
        message = "weighs one objective only, and objective.trade_off names others"
        yield InputError(message, key="search.until", value="noise", allowed='"budget", with trials or hours')


def _against_enrolment(study: Study) -> Iterator[InputError]:
    earliest, latest = enrolment_days(study.cohort)
    for key, day in (("objective.day", study.objective.day), ("limits.last_day", study.last_day)):
        if day <= latest:
            allowed = f"after day {latest}, the latest enrolment"
            yield InputError("lies before somebody is enrolled", key=key, value=day, allowed=allowed)
            return
    window = study.last_day - latest
    for index, phase in enumerate(study.phases):
        first = _least(phase.start)
        if first > window:
            allowed = (
                f"at most {window}: from the latest enrolment, day {latest}, to the last day, day {study.last_day}"
            )
            yield InputError(
                "begins after the last day of therapy", key=f"phase[{index}].start", value=first, allowed=allowed
            )
    yield from _locked(study, earliest, window)


def _locked(study: Study, earliest: int, window: int) -> Iterator[InputError]:
    """Yield what locked sessions break: they are kept as they are, so they must keep the limits themselves."""
    plan = Schedule(name="locked", sessions=study.locked)
    for broken in check_limits(plan, study.limits, enrolled_day=earliest):
        if broken.severity == "error":
            message = f"day {broken.day}: {broken.message}"
            yield InputError(message, key="locked", value=broken.value, allowed=broken.allowed)
    for day in plan.days:
        if day > window:
            yield InputError("lies after the last day of therapy", key="locked", value=day, allowed=f"at most {window}")


def _least(value: Number) -> float:
    return value.low if isinstance(value, Range) else value
