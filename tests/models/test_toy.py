"""The toy model fits the plug and has the optimum it was built to have."""

from types import SimpleNamespace

import pytest

from rehab_opt.course import ModelSpec
from rehab_opt.course.testing import SimulatorContract
from rehab_opt.models.toy import ToyModel
from rehab_opt.therapy import Schedule, Session, Stimulation, as_policy

TOY = ModelSpec("rehab_opt.models.toy:ToyModel")
PATIENT = SimpleNamespace(id="p1", seed=11, enrolled_day=10)


def therapy(first_day: int, minutes: float = 60, days: int = 10, stimulation: Stimulation | None = None):
    sessions = [
        Session(day=first_day + day, minutes=minutes, repetitions=200, stimulation=stimulation) for day in range(days)
    ]
    return as_policy(Schedule(name="block", sessions=tuple(sessions), origin="enrolment"))


def final(policy, seed: int = 0) -> float:
    return ToyModel().simulate(PATIENT, policy, 180, seed).at("fm_ue", 180)


class TestToyModel(SimulatorContract):
    @pytest.fixture
    def spec(self):
        return TOY

    @pytest.fixture
    def patients(self):
        return (PATIENT, SimpleNamespace(id="p2", seed=12, enrolled_day=7))

    @pytest.fixture
    def policy(self):
        return therapy(0)


def test_more_hours_help_until_the_daily_limit():
    assert final(therapy(0, 30)) < final(therapy(0, 60)) < final(therapy(0, 120))
    assert final(therapy(0, 120)) == final(therapy(0, 240))


def test_the_best_start_lies_inside_the_range():
    early, best, late = (final(therapy(start)) for start in (0, 20, 120))
    assert best > early > late


def test_strong_stimulation_causes_seizures_and_weak_helps():
    def with_strength(strength: float):
        stimulation = Stimulation(modality="itbs", site="ipsilesional-motor", strength=strength, pulses=600)
        return ToyModel().simulate(PATIENT, therapy(0, stimulation=stimulation), 180, 0)

    plain = ToyModel().simulate(PATIENT, therapy(0), 180, 0)
    assert with_strength(70).at("fm_ue", -1) > plain.at("fm_ue", -1)
    assert with_strength(70).count("seizure") == 0
    assert with_strength(140).count("seizure") == 10


def test_far_too_much_too_early_grows_the_lesion():
    early = SimpleNamespace(id="p1", seed=11, enrolled_day=3)
    assert ToyModel().simulate(early, therapy(0, 400), 90, 0).at("lesion_growth", -1) > 10.0
    assert ToyModel().simulate(early, therapy(0, 60), 90, 0).at("lesion_growth", -1) == 0.0
