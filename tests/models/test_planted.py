"""The planted models have the optimum that they state, and fit the plug."""

from types import SimpleNamespace

import pytest

from rehab_opt.course import ModelSpec
from rehab_opt.course.testing import SimulatorContract
from rehab_opt.models.planted import CONSTRAINED, NOISY, SIX, PlantedModel, Stretch
from rehab_opt.therapy import Schedule, Session, Stimulation, as_policy

PATIENT = SimpleNamespace(id="p1", seed=11, enrolled_day=10)
BEST = [
    Session(day=7 * week + day, minutes=75, repetitions=270, difficulty=0.6)
    for week in range(2, 7)
    for day in (0, 1, 3, 4)
]


def plan(sessions):
    return Schedule(name="plan", sessions=tuple(sessions), origin="enrolment")


def gained(model, sessions, seed=0):
    course = model.simulate(PATIENT, as_policy(plan(sessions)), 90, seed)
    return course.at("fm_ue", -1) - course.at("fm_ue", PATIENT.enrolled_day)


class TestPlantedModel(SimulatorContract):
    @pytest.fixture
    def spec(self):
        return ModelSpec("rehab_opt.models.planted:NOISY")

    @pytest.fixture
    def patients(self):
        return (PATIENT, SimpleNamespace(id="p2", seed=12, enrolled_day=7))

    @pytest.fixture
    def policy(self):
        return as_policy(plan(BEST))


def test_the_best_schedule_gains_all_and_no_therapy_nothing():
    assert gained(SIX, BEST) == pytest.approx(40.0)
    assert gained(SIX, []) == 0.0
    assert SIX.gain(plan(BEST)) == pytest.approx(40.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda sessions: sessions[4:],  # a week is missing
        lambda sessions: [*sessions, Session(day=49, minutes=75, repetitions=270, difficulty=0.6)],  # a week too many
        lambda sessions: [s for s in sessions if s.day % 7],  # a session a week is missing
        lambda sessions: plan(sessions).scale(1.2).sessions,
        lambda sessions: plan(sessions).shift(7).sessions,
    ],
)
def test_every_step_away_from_the_best_costs(change):
    assert gained(SIX, change(BEST)) < 39.5


def test_the_gain_without_noise_is_the_formula():
    week = [Session(day=day, minutes=60, repetitions=180) for day in (0, 2)]
    model = PlantedModel((Stretch(0, 2, (("minutes", 90.0), ("sessions", 4.0))),), reach=30.0)
    distance = (30 / 60) ** 2 + (2 / 4) ** 2
    assert gained(model, week) == pytest.approx(30.0 / 2 / (1 + distance))
    assert model.gain(plan(week)) == pytest.approx(gained(model, week))


def test_noise_belongs_to_patient_seed_and_schedule_and_leaves_no_therapy_alone():
    first = gained(NOISY, BEST, seed=1)
    assert first == gained(NOISY, BEST, seed=1)
    assert first != gained(NOISY, BEST, seed=2)
    one, other = (gained(NOISY, BEST[:n], seed=1) - NOISY.gain(plan(BEST[:n])) for n in (8, 12))
    assert one != pytest.approx(other), "another schedule is another draw"
    assert gained(NOISY, [], seed=1) == 0.0
    spread = [gained(NOISY, BEST, seed) for seed in range(60)]
    mean = sum(spread) / 60
    assert (sum((value - mean) ** 2 for value in spread) / 59) ** 0.5 == pytest.approx(6.0, rel=0.3)


def test_too_strong_stimulation_and_too_many_minutes_break_the_constraints():
    def course(strength, minutes):
        part = Stimulation(modality="itbs", site="ipsilesional-motor", strength=strength, pulses=600)
        sessions = [Session(day=day, minutes=minutes, repetitions=100, stimulation=part) for day in (0, 1)]
        return CONSTRAINED.simulate(PATIENT, as_policy(plan(sessions)), 30, 0)

    assert course(72.0, 100.0).count("seizure") == 0
    assert course(73.0, 100.0).count("seizure") == 2
    assert course(72.0, 100.0).at("lesion_growth", -1) == 0.0
    assert course(72.0, 130.0).at("lesion_growth", -1) == pytest.approx(1.0)
