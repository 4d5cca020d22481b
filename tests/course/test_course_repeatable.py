"""The same question gets the same course, bit for bit: in threads, for a longer horizon, whatever was asked before."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from rehab_opt.course import ModelSpec, Outcome
from rehab_opt.course.model import Model
from rehab_opt.course.result import MEASURE_RANGES
from rehab_opt.course.testing import SimulatorContract, same_course
from rehab_opt.errors import InputError
from rehab_opt.parameters import catalogue
from rehab_opt.patient import Patient
from rehab_opt.therapy import Session, protocols

SMALL = {"network.units": 240}
USUAL = protocols["usual-care"].policy()


class TestBuiltInModel(SimulatorContract):
    @pytest.fixture
    def spec(self):
        return ModelSpec(set=(("network.units", 240),))

    @pytest.fixture
    def patients(self):
        return Patient.sample(seed=1, severity=0.5, wiring=0), Patient.sample(seed=2, severity=0.5, wiring=0)

    @pytest.fixture
    def policy(self):
        return USUAL


def test_serial_and_threads_agree_bit_for_bit():
    model = Model(set=SMALL)
    patients = [Patient.sample(seed=seed, severity=0.5, wiring=seed % 2) for seed in range(6)]
    serial = [model.simulate(patient, USUAL, 30, 3) for patient in patients]
    with ThreadPoolExecutor(3) as pool:
        threads = list(pool.map(lambda patient: model.simulate(patient, USUAL, 30, 3), patients))
    assert all(same_course(one, two) for one, two in zip(serial, threads, strict=True))


def test_a_shorter_course_is_the_beginning_of_a_longer_one():
    patient = Patient.sample(seed=4, severity=0.5, wiring=0)
    short, long = (Model(set=SMALL).simulate(patient, USUAL, days, 3) for days in (30, 60))
    for name, values in short.measures.items():
        assert np.array_equal(values, long.measures[name][:31]), name


def test_a_therapy_that_comes_later_changes_nothing_before():
    patient = Patient.sample(seed=4, severity=0.5, wiring=0, enrolled_day=20)
    with_it, without = (
        Model(set=SMALL).simulate(patient, protocols[n].policy(), 30, 3) for n in ("usual-care", "no-therapy")
    )
    for name in ("fm_ue", "arat", "use"):
        assert np.array_equal(with_it.measures[name][:21], without.measures[name][:21]), name
    # Turnover is that of the night that follows the day's therapy.
    assert np.array_equal(with_it.measures["turnover"][:20], without.measures["turnover"][:20])
    assert not np.array_equal(with_it.measures["fm_ue"], without.measures["fm_ue"])


@pytest.mark.parametrize("severity", [0.1, 0.9])
def test_a_course_is_within_its_ranges(severity):
    course = Model(set=SMALL).simulate(Patient.sample(seed=3, severity=severity, wiring=0), USUAL, 30, 1)
    assert course.outcome is Outcome.COMPLETED
    assert set(course.measures) == set(MEASURE_RANGES)
    assert course.measures["practice_minutes"].sum() > 0
    assert all(0 <= event.day <= 30 for event in course.events)


@dataclass(frozen=True)
class Stray:
    """Plans a session eight days ahead."""

    def next_week(self, observation):
        return (Session(day=observation.day + 8, minutes=30, repetitions=100),)


def test_a_session_outside_the_asked_week_is_refused():
    with pytest.raises(InputError, match=r"outside the week.*0 to 6"):
        Model(set=SMALL).simulate(Patient.sample(seed=1, severity=0.5, wiring=0), Stray(), 20, 1)


@dataclass(frozen=True)
class Listener:
    """Keeps what it was told."""

    heard: list

    def next_week(self, observation):
        self.heard.append(observation)
        return (Session(day=observation.day + 2, minutes=30, repetitions=100),)


def test_a_policy_is_asked_weekly_and_sees_noisy_scores_within_their_range():
    listener = Listener([])
    course = Model(set=SMALL).simulate(Patient.sample(seed=1, severity=0.5, wiring=0), listener, 60, 1)
    assert [seen.day for seen in listener.heard] == list(range(0, 61, 7))
    assert [seen.sessions_done for seen in listener.heard] == list(range(9))
    assert [seen.minutes_done for seen in listener.heard] == [30.0 * week for week in range(9)]
    assert all(0 <= seen.fm_ue <= 66 and 0 <= seen.arat <= 57 and 0 <= seen.use <= 5 for seen in listener.heard)
    errors = [seen.fm_ue - course.at("fm_ue", max(seen.day - 1, 0)) for seen in listener.heard]
    assert 0 < np.std(errors) < 10


def test_wrong_names_values_and_precisions_are_refused():
    with pytest.raises(InputError, match="did you mean 'pruning'"):
        Model(off=["prunning"])
    with pytest.raises(InputError, match=r"did you mean 'network\.units'"):
        Model(set={"network.unit": 240})
    with pytest.raises(InputError, match="240 to 20000"):
        Model(set={"network.units": 100})
    with pytest.raises(InputError, match="single, double"):
        Model(precision="half")


def test_every_number_of_the_model_has_a_unit_a_source_and_lies_in_its_range():
    for name, row in catalogue().items():
        assert row.unit, name
        assert row.source, name
        assert row.prior[0] <= row.value <= row.prior[1], name
