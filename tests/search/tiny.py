"""A study of seconds on the toy model, and models that count, fail or kill; importable in worker processes too."""

import copy
import os
import time
from dataclasses import replace

from rehab_opt.course import ModelSpec
from rehab_opt.models.toy import ToyModel
from rehab_opt.patient import CohortSpec
from rehab_opt.study import Constraint, Objective, Panels, Phase, PhaseStimulation, Range, SearchSettings, Study
from rehab_opt.therapy import Limits, Observation

TOY = "rehab_opt.models.toy:ToyModel"
PATIENTS = 5


def tiny_study(sampler="tpe", trials=14, lag=3, seed=7, plug=TOY, maximum=0.2, modalities=("none", "itbs")):
    """Four searched ranges and a choice of stimulation; strong stimulation breaks the constraint."""
    if sampler == "cma-es":  # which knows neither constraints nor names
        modalities = ("itbs",)
    return Study(
        name="tiny",
        seed=seed,
        days=100,
        model=ModelSpec(plug),
        cohort=CohortSpec(enrolled_low=5, enrolled_high=20),
        objective=Objective(measure="fm_ue", day=98),
        report_measures=("arat",),
        constraints=(Constraint("seizure-rate", maximum),) if sampler != "cma-es" else (),
        limits=Limits(days_off=("sat", "sun")),
        last_day=90,
        phases=(
            Phase(
                name="main",
                start=Range(0, 30, 2),
                weeks=Range(1, 6),
                sessions_per_week=5,
                minutes=Range(20, 120, 5),
                repetitions_per_minute=Range(0.5, 6.0),
                stimulation=PhaseStimulation(modality=modalities, strength=Range(0.0, 1.0)),
            ),
        ),
        search=SearchSettings(sampler=sampler, trials=trials, lag=lag, startup=5, block=2),
        panels=Panels(search=PATIENTS, choice=4, confirm=6, finalists=2),
    )


def with_search(study, **changes):
    return replace(study, search=replace(study.search, **changes))


class CountingModel:
    """The toy, slower by TINY_SLEEP seconds, that notes every course it simulates in the file named by TINY_COUNT."""

    def simulate(self, patient, policy, days, seed):
        time.sleep(float(os.environ.get("TINY_SLEEP", "0.002")))
        course = ToyModel().simulate(patient, policy, days, seed)
        line = f"{patient.id} {course.at('fm_ue', -1)!r}\n".encode()
        descriptor = os.open(os.environ["TINY_COUNT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, line)
        os.close(descriptor)
        return course


class BrokenModel:
    """Raises on every patient."""

    def simulate(self, patient, policy, days, seed):
        raise ZeroDivisionError("no such synapse")


class FussyModel:
    """Refuses stimulation: some trials fail, others work."""

    def simulate(self, patient, policy, days, seed):
        ahead, first = copy.deepcopy(policy), patient.enrolled_day
        for day in range(first, days + 1, 7):
            seen = Observation(day=day, enrolled_day=first, fm_ue=20.0, arat=10.0, use=1.0)
            if any(session.stimulation is not None for session in ahead.next_week(seen)):
                raise ValueError("this model knows no stimulation")
        return ToyModel().simulate(patient, policy, days, seed)


class DeadlyModel:
    """Kills its own process on every stimulated course."""

    def simulate(self, patient, policy, days, seed):
        try:
            return FussyModel().simulate(patient, policy, days, seed)
        except ValueError:
            os._exit(13)


class HangingModel:
    """Never comes back from a stimulated course."""

    def simulate(self, patient, policy, days, seed):
        try:
            return FussyModel().simulate(patient, policy, days, seed)
        except ValueError:
            if "TINY_COUNT" in os.environ:
                open(os.environ["TINY_COUNT"] + "-hangs", "w").close()
            time.sleep(600)
            raise


class NanModel:
    """Returns NaN as a score."""

    def simulate(self, patient, policy, days, seed):
        course = ToyModel().simulate(patient, policy, days, seed)
        return replace(course, measures={**course.measures, "fm_ue": course.measures["fm_ue"] * float("nan")})
