"""How long a study takes, from the timing of a few days of two of its patients."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.study import Study

PANEL = "timing"
WEEK = 7


@dataclass(frozen=True, slots=True)
class Estimate:
    """The run time of a study on this machine.

    Parameters
    ----------
    seconds_per_course
        One patient from the lesion to the last day, on one core.
    seconds_per_patient
        Once for each patient: learning the network and fitting the lesion, as far as they are not at hand already.
    workers
        Cores that work at the same time.
    seconds
        The whole run.
    """

    seconds_per_course: float
    seconds_per_patient: float
    workers: int
    seconds: float


def estimate(study: Study) -> Estimate:
    """Time a few days of two patients under usual care and return what the whole study would take.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from rehab_opt.course import ModelSpec
    >>> from rehab_opt.study import new_study, parse_study
    >>> study = parse_study(new_study("mine"))
    >>> estimate(replace(study, model=ModelSpec("rehab_opt.models.toy:ToyModel"))).seconds < 600
    True
    """
    from rehab_opt.search import usable_cores

    first, second = study.patients(PANEL, 2)
    _made(study, first)  # compiles; what is needed once on a machine is not counted
    second, to_make = _made(study, second)
    short, long = second.enrolled_day, second.enrolled_day + WEEK
    before, after = _seconds(study, second, short), _seconds(study, second, long)
    # A patient that has been made once is at hand: the second timing of a day holds the simulation alone.
    per_patient = max(0.0, to_make - _seconds(study, second, 1))
    per_day = max(after / long, (after - before) / WEEK)
    per_course = per_day * study.days
    workers = usable_cores()
    people = study.panels.search + study.panels.choice + study.panels.confirm
    total = (per_course * sum(study.courses().values()) + per_patient * people) / workers
    return Estimate(per_course, per_patient, workers, total)


def _made(study: Study, patient: Patient) -> tuple[Patient, float]:
    """Return the patient with a lesion and the seconds it took until the first day was simulated."""
    from rehab_opt.course import load_model
    from rehab_opt.fitting import fit_patient

    began = time.perf_counter()
    whole = fit_patient(patient, load_model(study.model)) if patient.needs_fit else patient
    _seconds(study, whole, 1)
    return whole, time.perf_counter() - began


def _seconds(study: Study, patient: Patient, days: int) -> float:
    from rehab_opt.course import load_model
    from rehab_opt.therapy import protocols

    model, policy = load_model(study.model), protocols["usual-care"].policy()
    began = time.perf_counter()
    model.simulate(patient, policy, max(days, 1), study.seed)
    return time.perf_counter() - began
