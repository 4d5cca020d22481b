"""A contract suite for models: subclass it in your own tests, return your model, its patients and a therapy, and pytest
runs it."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rehab_opt.course.plug import ModelSpec, Simulator, load_model
from rehab_opt.course.result import MEASURE_RANGES, RECOVERY_MEASURES, Course, Outcome

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy


class SimulatorContract:
    """What every model must do. Override `spec`, `patients` and `policy`; shorten ``days`` for a slow model.

    Set ``random`` to False for a model that documents that it does not use the seed.
    """

    days: int = 42
    random: bool = True

    @pytest.fixture
    def spec(self) -> ModelSpec:
        """Return the specification that names the model."""
        raise NotImplementedError("return a ModelSpec from this fixture")

    @pytest.fixture
    def patients(self) -> tuple[Patient, ...]:
        """Return at least two different patients, enrolled before ``days``."""
        raise NotImplementedError("return at least two patients from this fixture")

    @pytest.fixture
    def policy(self) -> Policy:
        """Return a therapy with sessions in the first weeks after enrolment."""
        raise NotImplementedError("return a policy from this fixture")

    @pytest.fixture
    def model(self, spec: ModelSpec) -> Simulator:
        """Return the model that the specification names."""
        return load_model(spec)

    def test_gives_a_course_of_the_right_length(
        self, model: Simulator, patients: tuple[Patient, ...], policy: Policy
    ) -> None:
        """One finite value a day from day 0 to the last, and an outcome of the enumeration."""
        course = model.simulate(patients[0], policy, self.days, 1)
        assert isinstance(course, Course)
        assert course.patient_id == patients[0].id
        assert course.days == self.days
        assert isinstance(course.outcome, Outcome)
        assert all(values.shape == (self.days + 1,) for values in course.measures.values())

    def test_measures_are_finite_and_in_range(
        self, model: Simulator, patients: tuple[Patient, ...], policy: Policy
    ) -> None:
        """The measures of recovery and the practice are there, and all known measures lie in their ranges."""
        course = model.simulate(patients[0], policy, self.days, 1)
        assert set(course.measures) >= {*RECOVERY_MEASURES, "practice_minutes", "lesion_growth"}
        for name, values in course.measures.items():
            low, high = MEASURE_RANGES.get(name, (-np.inf, np.inf))
            assert np.isfinite(values).all(), name
            assert low <= values.min() <= values.max() <= high, name

    def test_same_arguments_give_the_same_course(
        self, model: Simulator, patients: tuple[Patient, ...], policy: Policy
    ) -> None:
        """Bit for bit, also after another patient was simulated in between."""
        first = model.simulate(patients[0], copy.deepcopy(policy), self.days, 1)
        model.simulate(patients[1], copy.deepcopy(policy), self.days, 2)
        assert same_course(first, model.simulate(patients[0], copy.deepcopy(policy), self.days, 1))

    def test_threads_do_not_disturb_each_other(
        self, model: Simulator, patients: tuple[Patient, ...], policy: Policy
    ) -> None:
        """One model object serves several threads."""
        alone = [model.simulate(patient, policy, self.days, 1) for patient in patients[:2]]
        with ThreadPoolExecutor(2) as pool:
            together = list(pool.map(lambda p: model.simulate(p, copy.deepcopy(policy), self.days, 1), patients[:2]))
        assert all(same_course(a, b) for a, b in zip(alone, together, strict=True))

    def test_patients_differ(self, model: Simulator, patients: tuple[Patient, ...], policy: Policy) -> None:
        """A model in which all patients are one patient cannot be generalised from."""
        first, second = (model.simulate(patient, policy, self.days, 1) for patient in patients[:2])
        assert not same_measures(first, second)

    def test_the_seed_matters_if_the_model_is_random(
        self, model: Simulator, patients: tuple[Patient, ...], policy: Policy
    ) -> None:
        """Another seed gives another course, or the same one when ``random`` is False."""
        one, two = (model.simulate(patients[0], policy, self.days, seed) for seed in (1, 2))
        assert same_measures(one, two) is not self.random

    def test_therapy_reaches_the_patient(self, model: Simulator, patients: tuple[Patient, ...], policy: Policy) -> None:
        """Practice is recorded after enrolment, and none of it before."""
        practice = model.simulate(patients[0], policy, self.days, 1).measures["practice_minutes"]
        assert practice[patients[0].enrolled_day :].sum() > 0.0
        assert practice[: patients[0].enrolled_day].sum() == 0.0

    def test_the_specification_survives_the_way_to_a_worker(self, spec: ModelSpec) -> None:
        """It can be pickled, and equal specifications name one model."""
        again = pickle.loads(pickle.dumps(spec))
        assert again == spec
        assert load_model(again) is load_model(spec)


def same_measures(one: Course, two: Course) -> bool:
    """Return whether two courses have the same daily measures, bit for bit."""
    return one.measures.keys() == two.measures.keys() and all(
        np.array_equal(one.measures[name], two.measures[name]) for name in one.measures
    )


def same_course(one: Course, two: Course) -> bool:
    """Return whether two courses are the same in everything, bit for bit."""
    heads = [(c.patient_id, c.days, c.outcome, c.events) for c in (one, two)]
    return heads[0] == heads[1] and same_measures(one, two)
