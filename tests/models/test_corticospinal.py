"""The corticospinal search fits the plug; practice, lesion and feedback act on it as published."""

import numpy as np
import pytest

from rehab_opt.course import ModelSpec
from rehab_opt.course.testing import SimulatorContract
from rehab_opt.errors import InputError
from rehab_opt.models.corticospinal import CorticospinalModel, TargetedFeedback
from rehab_opt.patient import Disc, Lesion, Patient, Traits
from rehab_opt.therapy import Schedule, Session, as_policy

SMALL = {"cells.number": 200}
PATIENT = Patient(id="p1", seed=11, wiring=1, lesion=Lesion.disc(share=0.3, cst_spared=0.8), enrolled_day=7)


def therapy(repetitions=200.0, days=10, task="reach"):
    sessions = [Session(day=day, minutes=60, repetitions=repetitions, task=task) for day in range(days)]
    return as_policy(Schedule(name="block", sessions=tuple(sessions), origin="enrolment"))


REST = as_policy(Schedule(name="none", sessions=(), origin="enrolment"))


def final(policy, patient=PATIENT, measure="force", **settings):
    return CorticospinalModel(**{"set": SMALL} | settings).simulate(patient, policy, 42, 1).at(measure, -1)


class PlugContract(SimulatorContract):
    @pytest.fixture
    def patients(self):
        return (PATIENT, Patient(id="p2", seed=12, wiring=2, lesion=Lesion(cst_spared=0.4), enrolled_day=10))

    @pytest.fixture
    def policy(self):
        return therapy()


class TestNorman(PlugContract):
    @pytest.fixture
    def spec(self):
        return ModelSpec("rehab_opt.models.corticospinal:NORMAN_2022")


class TestNormanTargeted(PlugContract):
    @pytest.fixture
    def spec(self):
        return ModelSpec("rehab_opt.models.corticospinal:NORMAN_2022_TARGETED")


class TestReinkensmeyer(PlugContract):
    @pytest.fixture
    def spec(self):
        return ModelSpec("rehab_opt.models.corticospinal:REINKENSMEYER_2012")


@pytest.mark.parametrize("variant", ["norman-2022", "reinkensmeyer-2012"])
def test_more_practice_gives_more_force_with_diminishing_returns(variant):
    forces = [final(therapy(dose), variant=variant) for dose in (0, 200, 2000, 3800)]
    steps = np.diff(forces)
    assert (steps > 0).all()
    assert steps[0] / 200 > steps[1] / 1800 > steps[2] / 1800


def test_strength_never_exceeds_what_the_spared_cells_can_do():
    course = CorticospinalModel(set=SMALL).simulate(PATIENT, therapy(4000), 42, 1)
    force, capacity = course.measures["force"], course.measures["capacity"]
    assert (np.diff(force) >= 0).all()
    assert 0.8 * capacity[0] < force[-1] < capacity[0] < 1


def test_only_practice_of_the_affected_arm_counts():
    rest = final(REST)
    assert all(final(therapy(task=task)) == rest for task in ("good-arm", "touch", "recall"))
    assert final(therapy()) > rest


def test_daily_life_is_practice_and_a_trait_scales_it():
    course = CorticospinalModel(set=SMALL).simulate(PATIENT, REST, 42, 1)
    assert course.at("force", -1) > course.at("force", 0)
    idle = {**SMALL, "life.repetitions": 0}
    assert final(REST, set=idle) == course.at("force", 0)
    busy = Patient(id="p1", seed=11, wiring=1, lesion=PATIENT.lesion, traits=Traits(life_activity=4.0))
    assert final(REST, patient=busy) > course.at("force", -1)


def test_fractions_of_repetitions_add_up():
    halves, none = (final(therapy(dose, days=14), set={**SMALL, "life.repetitions": 0}) for dose in (0.5, 0.07))
    assert halves > none
    assert none == final(REST, set={**SMALL, "life.repetitions": 0})


def test_larger_lesions_leave_less_and_contain_smaller_ones():
    capacities = [
        final(REST, patient=Patient(id="p", seed=3, lesion=Lesion(cst_spared=share)), measure="capacity")
        for share in (1.0, 0.7, 0.3, 0.0)
    ]
    assert capacities[0] == pytest.approx(1.0)
    assert (np.diff(capacities) < 0).all()
    assert 0 < capacities[-1] < 0.1  # the other hemisphere's weak path


def test_nothing_is_forgotten_without_a_lesion():
    whole = CorticospinalModel(set=SMALL).simulate(Patient(id="p", seed=3), REST, 10, 1)
    assert (whole.measures["fm_ue"] == 66).all()


def test_complete_loss_of_the_only_population_leaves_no_force():
    lost = Patient(id="p", seed=3, lesion=Lesion(cst_spared=0.0))
    course = CorticospinalModel("reinkensmeyer-2012", set=SMALL).simulate(lost, therapy(), 20, 1)
    assert (course.measures["force"] == 0).all()
    assert (course.measures["fm_ue"] == 0).all()


def test_targeted_feedback_needs_therapy_and_lateralises():
    target = TargetedFeedback(share=0.5, side="ipsilesional")
    assert final(REST, targeted=target) == final(REST)
    many = therapy(1000, days=20)
    assert final(many, targeted=target, measure="lateralisation") > final(many, measure="lateralisation")


def test_policies_see_noisy_scores_and_what_was_done():
    seen = []

    class Watcher:
        def next_week(self, observation):
            seen.append(observation)
            return therapy(days=3).next_week(observation)

    course = CorticospinalModel(set=SMALL).simulate(PATIENT, Watcher(), 42, 1)
    assert [row.day for row in seen] == [0, 7, 14, 21, 28, 35, 42]
    assert [row.sessions_done for row in seen][:3] == [0, 0, 3]
    assert seen[2].minutes_done == 180
    assert seen[3].fm_ue != course.at("fm_ue", 21)
    assert abs(seen[3].fm_ue - course.at("fm_ue", 21)) < 12


@pytest.mark.parametrize(
    "lesion",
    [Lesion(units=(3,)), Lesion.responders(2), Lesion.interneurons(2), Lesion(discs=(Disc(radius_mm=2.0),))],
)
def test_lesions_by_place_or_unit_are_refused(lesion):
    with pytest.raises(InputError, match="corticospinal model has no"):
        final(REST, patient=Patient(id="p", lesion=lesion))


def test_bad_input_is_refused_by_name():
    with pytest.raises(InputError, match="norman-2022"):
        CorticospinalModel("norman")
    with pytest.raises(InputError, match=r"allowed: 0\.001 to 1"):
        CorticospinalModel(set={"exploration.sd": 2.0})
    with pytest.raises(InputError, match="must be a number"):
        CorticospinalModel(set={"exploration.sd": True})
    with pytest.raises(InputError, match="fitted first"):
        final(REST, patient=Patient(id="p", baseline_fm=30))
    with pytest.raises(InputError, match="at least one day"):
        CorticospinalModel(set=SMALL).simulate(PATIENT, REST, 0, 1)


def test_a_session_outside_the_week_is_refused():
    class Hasty:
        def next_week(self, observation):
            return (Session(day=observation.day + 7, minutes=10, repetitions=10),)

    with pytest.raises(InputError, match="outside the week"):
        final(Hasty())
