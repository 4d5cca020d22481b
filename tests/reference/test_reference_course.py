"""Two weeks of a patient's life: the model in double precision agrees with the slow reference on every morning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
import pytest
import reference_course

from rehab_opt import Model, Patient, Schedule, Session
from rehab_opt.course import Course
from rehab_opt.course.day import new_day
from rehab_opt.course.timeline import timeline
from rehab_opt.mechanisms import MECHANISMS, Context, Draws
from rehab_opt.mechanisms.safety import runaway_guard
from rehab_opt.network.state import Anatomy, Rows, Skill, State
from rehab_opt.parameters import derive_seed
from rehab_opt.patient.build import build
from rehab_opt.therapy import Stimulation, as_policy

DAYS, SEED = 14, 5
READOUTS = ("fm_ue", "arat", "use", "function_motor", "function_sensory", "function_cognitive")
OFF = tuple(row.name for row in MECHANISMS if row.name != "runaway-guard")
BY_MORNING = (*READOUTS, "turnover", "lesion_growth")
PATIENTS = {"moderate": Patient.sample(seed=1, severity=0.45), "severe": Patient.sample(seed=2, severity=0.7)}
Readouts = Mapping[str, np.ndarray[Any, Any]]
ITBS = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-10)
RTMS = Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=110, pulses=900, offset_minutes=-30)
TDCS = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=2, minutes=20)
CATHODAL = Stimulation(modality="tdcs", site="contralesional-motor", polarity="cathodal", strength=1, minutes=30)
VNS = Stimulation(modality="vns", site="vagus-nerve", strength=0.8, minutes=30)
SESSIONS = (
    Session(day=2, minutes=60, repetitions=900, constraint=0.5),
    Session(day=3, minutes=30, repetitions=90, order="blocked", difficulty=0.3),
    Session(day=4, minutes=0, repetitions=0, constraint=0.9),
    Session(day=5, minutes=45, repetitions=120, stimulation=ITBS),
    Session(day=6, minutes=30, repetitions=80, order="blocked", stimulation=TDCS),
    Session(day=6, start=840, minutes=20, repetitions=60, task="touch", feedback=0.7),
    Session(day=7, minutes=30, repetitions=100, stimulation=VNS, constraint=0.8),
    Session(day=8, minutes=30, repetitions=60, task="recall", difficulty=0.8),
    Session(day=9, minutes=30, repetitions=90, stimulation=RTMS, feedback=0.5),
    Session(day=10, minutes=30, repetitions=90, stimulation=CATHODAL),
    Session(day=11, minutes=15, repetitions=40, task="good-arm"),
    Session(day=12, minutes=0, repetitions=0, stimulation=ITBS, sling=0.6),
    Session(day=13, minutes=60, repetitions=150),
)


def _copies(source: Any, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """The fields of a dataclass as a dict, its arrays copied."""
    values = {field.name: getattr(source, field.name) for field in fields(source) if field.name not in leave_out}
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in values.items()}


def _skill(skill: Skill) -> dict[str, Any]:
    path = skill.path
    return _copies(skill, ("path",)) | {"units": path.units, "weight": path.weight, "credit": path.credit}


def _world(anatomy: Anatomy) -> dict[str, Any]:
    layout = anatomy.layout
    return _copies(anatomy, ("layout", "skills", "dynamics", "intact_rates")) | {
        "excitatory": layout.excitatory,
        "hemisphere": layout.hemisphere,
        "area": layout.area,
        "step": anatomy.dynamics.step,
        "ceiling": anatomy.dynamics.ceiling,
        "softness": anatomy.dynamics.softness,
        "intact": anatomy.intact_rates,
        "skills": [_skill(skill) for skill in anatomy.skills],
    }


def _state(state: State) -> dict[str, Any]:
    found = _copies(state)
    return {name: _copies(value) if isinstance(value, Rows) else value for name, value in found.items()}


def _reference(model: Model, patient: Patient, sessions: tuple[Session, ...]) -> Readouts:
    """The same patient, sessions and random numbers, as plain arrays and dicts."""
    brain = build(patient, model.parameters, np.float64)
    draws = Draws(derive_seed(SEED, "course", patient.seed))
    days = []
    for index in range(DAYS + 1):
        today = [session for session in sessions if session.day == index]
        bouts = [asdict(bout) for bout in timeline(today, brain.anatomy.lesioned, brain.numbers)]
        mitt, sling = (max((getattr(s, name) for s in today), default=0.0) for name in ("constraint", "sling"))
        days.append({"index": index, "mitt": mitt, "sling": sling, "bouts": bouts})
    real = np.dtype(np.float64)
    return reference_course.course(
        _world(brain.anatomy),
        _state(brain.state),
        dict(brain.numbers),
        days,
        lambda use, shape: draws.uniform(use, shape, real),
        draws.ticks,
        draws.normal,
    )


def _model(**numbers: float) -> Model:
    """The model of today's parameters on a small network: nothing here knows a number of it."""
    return Model(precision="double", set={"network.units": 240, **numbers})


def _course(model: Model, patient: Patient, sessions: tuple[Session, ...]) -> Course:
    schedule = Schedule(name="everything", sessions=sessions, origin="lesion")
    return model.simulate(patient, as_policy(schedule), DAYS, SEED)


@pytest.fixture(scope="module")
def references() -> dict[str, Readouts]:
    return {name: _reference(_model(), patient, SESSIONS) for name, patient in PATIENTS.items()}


@pytest.mark.parametrize("name", PATIENTS)
def test_readouts_agree_on_every_morning(name: str, references: dict[str, Readouts]) -> None:
    course = _course(_model(), PATIENTS[name], SESSIONS)
    for readout in BY_MORNING:
        assert course.measures[readout].shape == (DAYS + 1,)
        found, wanted = course.measures[readout], references[name][readout]
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-6, err_msg=readout)


def test_bundles_that_have_branched_as_far_as_they_can_agree_too() -> None:
    """In two weeks few get there by themselves."""
    model, patient = _model(**{"structural-plasticity.fibre-most": 1.001}), PATIENTS["moderate"]
    course, reference = _course(model, patient, SESSIONS), _reference(model, patient, SESSIONS)
    free = _course(_model(), patient, SESSIONS)
    np.testing.assert_allclose(course.measures["fm_ue"], reference["fm_ue"], rtol=0, atol=1e-6)
    assert np.abs(course.measures["fm_ue"] - free.measures["fm_ue"]).max() > 1e-2


@pytest.mark.parametrize("name", PATIENTS)
def test_the_course_moves_what_is_compared(name: str, references: dict[str, Readouts]) -> None:
    """Agreement would mean little if nothing happened: readouts change, synapses come and go."""
    reference = references[name]
    assert all(np.ptp(reference[readout]) > 1e-3 for readout in BY_MORNING)
    assert reference["formed"].sum() > 0
    assert reference["removed"].sum() > 0


@pytest.mark.parametrize("left_out", sorted({session.day for session in SESSIONS} - {DAYS - 1}))
def test_leaving_out_one_day_of_therapy_breaks_the_agreement(left_out: int, references: dict[str, Readouts]) -> None:
    """The comparison is sharp enough to see any single session."""
    fewer = _course(_model(), PATIENTS["moderate"], tuple(s for s in SESSIONS if s.day != left_out))
    assert np.abs(fewer.measures["fm_ue"] - references["moderate"]["fm_ue"]).max() > 1e-5


@pytest.mark.parametrize("name", OFF)
def test_removing_a_mechanism_breaks_the_agreement(name: str, references: dict[str, Readouts]) -> None:
    """Every mechanism that acts in these two weeks is in the reference."""
    model = Model(off=(name,), precision="double", set={"network.units": 240})
    without = _course(model, PATIENTS["moderate"], SESSIONS)
    gaps = [np.abs(without.measures[row] - references["moderate"][row]).max() for row in BY_MORNING]
    assert max(gaps) > 1e-5


def test_a_seizure_has_the_same_aftermath() -> None:
    """No seizure happens in the two weeks, so that activity is driven up by hand."""
    brain = build(PATIENTS["moderate"], _model().parameters, np.float64)
    layout, dynamics = brain.anatomy.layout, brain.anatomy.dynamics
    fired = layout.select(brain.anatomy.lesioned, 1, excitatory=True)[::2]
    brain.state.rates[fired, :3] = 0.95 * dynamics.ceiling[fired, None]
    copied, before = _state(brain.state), brain.state.excitability.copy()
    day = new_day(brain.anatomy, 40, 0.0, ())
    context = Context(brain.anatomy, brain.state, day, brain.numbers, Draws(0))
    runaway_guard.step(context)
    sheet: dict[str, Any] = {"index": 40, "practice": day.practice}
    reference_course.guard(_world(brain.anatomy), copied, dict(brain.numbers), sheet)
    assert day.seizure
    assert sheet["seizure"]
    assert np.ptp(brain.state.excitability - before) > 1e-3
    np.testing.assert_allclose(brain.state.excitability, copied["excitability"], rtol=1e-12)
    np.testing.assert_array_equal(brain.state.resource, copied["resource"])
