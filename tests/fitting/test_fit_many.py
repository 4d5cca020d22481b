"""Many patients: any executor gives the same ones, and what is kept on disk is not simulated again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.fitting import fit_patients
from rehab_opt.fitting.store import default_folder, file_name
from rehab_opt.patient import Cohort, CohortSpec, Patient
from rehab_opt.search import make_executor

SPEC = ModelSpec("models_for_fitting:SlopeModel")
PATIENTS = (
    *Cohort.sample(6, seed=3, spec=CohortSpec(fm_mean=33.8, fm_sd=15.4)).patients,
    Patient.sample(9, id="drawn", severity=0.5),
)


@pytest.fixture
def courses(tmp_path, monkeypatch):
    file = tmp_path / "count"
    monkeypatch.setenv("FIT_COUNT", str(file))
    return lambda: file.read_text().splitlines() if file.exists() else []


def test_everyone_who_needs_it_is_fitted_and_the_order_is_kept() -> None:
    fitted = fit_patients(PATIENTS, SPEC)
    assert [patient.id for patient in fitted] == [patient.id for patient in PATIENTS]
    assert not any(patient.needs_fit for patient in fitted)
    assert fitted[-1] is PATIENTS[-1]
    assert all("fit" in patient.info for patient in fitted[:-1])


@pytest.mark.parametrize(("name", "workers"), [("serial", 1), ("threads", 3), ("processes", 2)])
def test_every_executor_gives_the_same_patients(name: str, workers: int) -> None:
    pool = make_executor(name, workers)
    try:
        assert fit_patients(PATIENTS, SPEC, pool=pool) == fit_patients(PATIENTS, SPEC)
    finally:
        pool.shutdown()


def test_what_is_on_disk_is_not_simulated_again(tmp_path, courses) -> None:
    folder = tmp_path / "fits"
    first = fit_patients(PATIENTS, SPEC, folder=folder)
    made = len(courses())
    assert fit_patients(PATIENTS, SPEC, folder=folder) == first
    assert (len(courses()), len(list(folder.iterdir()))) == (made, 6)
    assert made >= 6


def test_another_patient_noise_or_model_is_another_fit(tmp_path) -> None:
    patient, settings = PATIENTS[0], (0.75, 182, 8)
    others = [
        file_name(patient, SPEC, 1, settings),
        file_name(patient, SPEC, 2, settings),
        file_name(patient, SPEC, 1, (0.5, 182, 8)),
        file_name(replace(patient, baseline_fm=31.0), SPEC, 1, settings),
        file_name(replace(patient, target_day=60), SPEC, 1, settings),
        file_name(patient, ModelSpec(off=("consolidation",)), 1, settings),
        file_name(patient, ModelSpec(set=(("a.b", 1.0),)), 1, settings),
    ]
    assert len(set(others)) == len(others)


def test_a_broken_file_is_replaced(tmp_path, courses) -> None:
    folder = tmp_path / "fits"
    first = fit_patients(PATIENTS[:1], SPEC, folder=folder)
    (file,) = folder.iterdir()
    file.write_text('{"patient_id": ')
    made = len(courses())
    assert fit_patients(PATIENTS[:1], SPEC, folder=folder) == first
    assert len(courses()) > made
    assert fit_patients(PATIENTS[:1], SPEC, folder=folder) == first


def test_a_folder_that_cannot_be_written_stops_nobody(tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert fit_patients(PATIENTS[:1], SPEC, folder=blocked / "fits") == fit_patients(PATIENTS[:1], SPEC)


def test_only_the_built_in_model_has_a_folder_by_default(tmp_path) -> None:
    assert default_folder(SPEC) is None
    built_in = default_folder(ModelSpec())
    assert built_in is not None
    assert built_in.name == "fits"


def test_the_noise_can_be_stated_for_each_patient(courses) -> None:
    fit_patients(PATIENTS[:2], SPEC, seeds={PATIENTS[0].id: 12})
    seeds = {line.split()[0]: line.split()[2] for line in courses()}
    assert seeds[PATIENTS[0].id] == "12"
    assert seeds[PATIENTS[1].id] != "12"


def test_a_model_that_fails_is_reported_with_the_patient() -> None:
    with pytest.raises(InputError, match=r"search-0000 could not be fitted .*ZeroDivisionError: no such synapse"):
        fit_patients(PATIENTS[:1], ModelSpec("models_for_fitting:FaultyModel"))
