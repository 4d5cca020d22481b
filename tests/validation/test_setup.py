"""What experiments are given: counts, seeds, ensemble members, courses that are shared, kept and independent of
workers."""

import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest
from experiments_for_tests import square_and_count, toy_job

from rehab_opt.course import AdverseEvent, Course, Outcome
from rehab_opt.errors import InputError
from rehab_opt.parameters import derive_seed
from rehab_opt.therapy import Session
from rehab_opt.validation import Bench, Job, Setup, virtual_patients
from rehab_opt.validation.courses import course_bytes, read_course
from rehab_opt.validation.signature import ROOM, _files_hash, signature, sources_in

MEMBERS = ({"network.units": 480.0}, {"network.units": 540.0}, {})


def test_numbers_of_patients_follow_quick_and_seeds():
    assert Setup().count(200, 48) == 200
    assert Setup(quick=True, seeds=0.5).count(200, 48) == 24
    assert Setup(seeds=0.001).count(200, 48) == 2


@pytest.mark.parametrize("changes", [{"off": ("prunning",)}, {"set": {"network.unit": 1.0}}, {"seeds": float("nan")}])
def test_wrong_conditions_are_refused(changes):
    with pytest.raises(InputError):
        Setup(**changes)


def test_seeds_of_validation_are_in_no_panel_of_a_search():
    people = virtual_patients(Setup(), "population", 50)
    panels = ("search", "choice", "confirm", "compare", "simulate")
    searched = {derive_seed(root, "panel", p, "patient", i) for root in range(20) for p in panels for i in range(50)}
    assert not {patient.seed for patient in people} & searched


def test_patients_of_a_use_are_the_same_however_many_are_drawn():
    few, many = (virtual_patients(Setup(), "a", n) for n in (3, 12))
    assert many[:3] == few
    assert [patient.wiring for patient in many] == [*range(8), *range(4)]
    assert virtual_patients(Setup(), "b", 3)[0].traits != few[0].traits


def test_members_are_dealt_in_turn_and_stay_with_their_patient():
    setup = Setup(set={"network.units": 600.0, "network.threshold-sd": 0.05}, members=MEMBERS)
    people = virtual_patients(setup, "a", 4)
    units = [dict(setup.spec(patient).set)["network.units"] for patient in people]
    assert units == [480.0, 540.0, 600.0, 480.0]
    assert setup.spec(replace(people[1], enrolled_day=90)) == setup.spec(people[1])


def test_a_job_adds_to_the_setup():
    setup = Setup(off=("pruning",), set={"network.units": 480.0})
    patient = virtual_patients(setup, "a", 1)[0]
    spec = setup.spec(patient, {"network.units": 540.0}, ("callosal", "pruning"))
    assert spec.off == ("pruning", "callosal")
    assert dict(spec.set) == {"network.units": 540.0}


def test_courses_come_in_order_and_are_simulated_once(setup, monkeypatch):
    people = virtual_patients(setup, "a", 4)
    jobs = [toy_job(patient) for patient in (*people, people[0])]
    first = setup.courses(jobs)
    assert [course.patient_id for course in first] == [job.patient.id for job in jobs]
    assert len(list(setup.bench.folder.rglob("*.npz"))) == 4
    monkeypatch.setattr("rehab_opt.models.toy.ToyModel.simulate", None)
    again = setup.courses(list(reversed(jobs)))
    for before, after in zip(reversed(first), again, strict=True):
        assert all(np.array_equal(before.measures[name], after.measures[name]) for name in before.measures)


def test_arms_of_one_patient_share_their_noise(setup):
    patient = virtual_patients(setup, "a", 1)[0]
    rest, other = toy_job(patient, "no-therapy"), toy_job(patient, "no-therapy", seed=5)
    same, different = setup.courses([rest, other])
    assert setup.courses([toy_job(patient)])[0].at("fm_ue", 10) == same.at("fm_ue", 10)
    assert different.at("fm_ue", 10) != same.at("fm_ue", 10)


def test_workers_change_no_number(tmp_path):
    people = virtual_patients(Setup(), "a", 5)
    found = []
    for workers in (1, 2):
        with Bench(workers, tmp_path / str(workers)) as bench:
            found.append(Setup(bench=bench).courses([toy_job(patient) for patient in people]))
    for one, two in zip(*found, strict=True):
        assert one.patient_id == two.patient_id
        assert all(np.array_equal(one.measures[name], two.measures[name]) for name in one.measures)


def test_a_course_survives_being_kept(tmp_path):
    measures = {"fm_ue": np.array([1.0, 0.1, 1 / 3]), "use": np.zeros(3)}
    course = Course("p", 2, Outcome.RUNAWAY, measures, (AdverseEvent(1, "seizure", "why"),))
    file = tmp_path / "a.npz"
    file.write_bytes(course_bytes(course))
    again = read_course(file)
    assert (again.patient_id, again.outcome, again.events) == ("p", Outcome.RUNAWAY, course.events)
    assert np.array_equal(again.measures["fm_ue"], measures["fm_ue"])
    file.write_bytes(b"half a fi")
    assert read_course(file) is None


def test_map_keeps_what_was_computed(setup, tmp_path):
    arguments = [(str(tmp_path), number) for number in (3, 1, 3)]
    first = setup.map(square_and_count, arguments)
    assert [int(row[0]) for row in first] == [9, 1, 9]
    assert [int(row[0]) for row in setup.map(square_and_count, arguments[:2])] == [9, 1]
    assert (tmp_path / "3.mark").read_text() == "x"
    next(setup.bench.folder.rglob("*.pickle")).write_bytes(pickle.dumps(1)[:-1])
    assert [int(row[0]) for row in setup.map(square_and_count, arguments)] == [9, 1, 9]


@dataclass(frozen=True)
class Stepwise:
    """A policy of one's own."""

    minutes: float

    def next_week(self, observation):
        return (Session(day=observation.day, minutes=self.minutes, repetitions=10),)


class Nameless:
    def next_week(self, observation):
        return ()


def test_policies_of_ones_own_are_told_apart_and_must_be_plain(setup):
    patient = virtual_patients(setup, "a", 1)[0]
    short, long = (replace(toy_job(patient), policy=Stepwise(minutes)) for minutes in (10.0, 90.0))
    few, many = setup.courses([short, long])
    assert many.at("practice_minutes", 14) > few.at("practice_minutes", 14)
    with pytest.raises(InputError, match="plain data"):
        setup.courses([Job(patient=patient, policy=Nameless())])


def test_a_signature_tells_values_apart():
    values = [1, 1.0, "1", True, None, (1,), ((1,),), {"a": 1}, np.ones(2), np.ones(2, dtype=np.float32), Stepwise(1.0)]
    assert len({signature(value) for value in values}) == len(values)


def test_kept_results_depend_on_all_that_groups_share_and_on_numbers():
    groups, sheet = ROOM / "groups", ROOM / "sheet"
    shared = {ROOM / "population.py", groups / "rodents.py", sheet / "life.py", sheet / "sheet.toml"}
    assert shared <= set(sources_in(ROOM))
    assert sources_in(groups) == sources_in(ROOM)
    assert {sheet / "life.py", sheet / "sheet.toml"} <= set(sources_in(sheet))
    assert not shared & set(sources_in(groups / "timing"))
    assert groups / "timing" / "onset.py" in sources_in(groups / "timing")
    assert {path.suffix for path in sources_in(groups / "timing")} == {".py"}


def test_a_changed_number_changes_the_hash_of_its_room(tmp_path):
    for name, text in (("life.py", "x = 1"), ("numbers.toml", "size = 1")):
        (tmp_path / name).write_text(text)
    before = sources_hash(tmp_path)
    (tmp_path / "numbers.toml").write_text("size = 2")
    assert sources_hash(tmp_path) != before


def sources_hash(folder):
    return _files_hash.__wrapped__(sources_in(folder))  # unwrapped: a process keeps what it has read
