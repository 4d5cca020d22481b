"""Patients and cohorts: named streams, disjoint panels, JSON, pickling."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from rehab_opt.errors import InputError
from rehab_opt.patient import Cohort, CohortSpec, Lesion, Patient

FM = CohortSpec(fm_mean=33.8, fm_sd=15.4, enrolled_low=5, enrolled_high=30)


def test_patient_survives_json_and_pickling(tmp_path: Path) -> None:
    patient = replace(Patient.sample(seed=2**62 + 1, baseline_fm=30.5), info={"ward": "é", "age": 61.0})
    (tmp_path / "p.json").write_text(patient.to_json(), encoding="utf-8")
    for copy in (Patient.from_file(tmp_path / "p.json"), pickle.loads(pickle.dumps(patient))):
        assert copy == patient
        assert hash(copy) == hash(patient)


def test_stating_one_property_leaves_the_drawn_ones_alone() -> None:
    drawn = Patient.sample(seed=4)
    stated = Patient.sample(seed=4, severity=0.9, wiring=77)
    assert stated.lesion != drawn.lesion
    assert (stated.traits, stated.affected_side) == (drawn.traits, drawn.affected_side)
    assert Patient.sample(seed=5).traits != drawn.traits


def test_patients_of_one_severity_differ_in_anatomy() -> None:
    lesions = {Patient(id="p", seed=seed).lesion_at(0.5) for seed in range(5)}
    assert len({loss.cst_spared for loss in lesions}) == len({loss.discs for loss in lesions}) == 5


def test_known_lesion_load_sets_the_fibre_loss() -> None:
    spared = [Patient(id="p", seed=1, info={"cst_lesion_load": load}).lesion_at(0.5).cst_spared for load in (0.1, 0.9)]
    assert spared[0] > spared[1]
    shares = {Patient(id="p", seed=1, info={"cst_lesion_load": load}).lesion_at(0.5).discs for load in (0.1, 0.9)}
    assert len(shares) == 1


def test_measured_baseline_waits_for_a_fit() -> None:
    patient = Patient.sample(seed=1, baseline_fm=30, enrolled_day=9)
    assert patient.lesion.is_none
    assert (patient.needs_fit, patient.target_day) == (True, 9)
    fitted = patient.with_lesion(patient.lesion_at(0.4))
    assert (fitted.needs_fit, fitted.fitted, fitted.baseline_fm) == (False, True, 30)
    assert not Patient.sample(seed=1).with_lesion(Lesion()).fitted
    assert replace(patient, enrolled_day=40).target_day == 9


def test_numpy_numbers_become_plain_ones() -> None:
    patient = Patient(id="p", seed=np.int64(3), baseline_fm=np.float32(30))  # type: ignore[arg-type]
    assert (type(patient.seed), type(patient.baseline_fm)) == (int, float)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, None),
        ({"id": " "}, "id"),
        ({"id": "p", "seed": -1}, "seed"),
        ({"id": "p", "wiring": "2"}, "wiring"),
        ({"id": "p", "enrolled_day": 3.5}, "enrolled_day"),
        ({"id": "p", "target_day": -3}, "target_day"),
        ({"id": "p", "affected_side": "lefft"}, "affected_side"),
        ({"id": "p", "affected_side": "left", "lesion": {"hemisphere": "left"}}, "lesion.hemisphere"),
        ({"id": "p", "baseline_fm": 67}, "baseline_fm"),
        ({"id": "p", "baseline_fm": 10**400}, "baseline_fm"),
        ({"id": "p", "fitted": 1}, "fitted"),
        ({"id": "p", "info": {"age": None}}, "info.age"),
        ({"id": "p", "info": [1]}, "info"),
        ({"id": "p", "lesion": {"discs": [{"share": 2}]}}, "lesion.discs[0].share"),
        ({"id": "p", "traits": {"growth_rate": -1}}, "traits.growth_rate"),
        ({"id": "p", "format": "rehab-opt.patient/9"}, "format"),
    ],
)
def test_bad_patient_names_its_key(data: object, key: str | None) -> None:
    with pytest.raises(InputError) as caught:
        Patient.from_data(data)
    assert caught.value.key == key


@pytest.mark.parametrize("text", ["{", '{"id": "p", "baseline_fm": NaN}', "[]", "", "\udcff"])
def test_bad_patient_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as caught:
        Patient.from_file(path)
    assert caught.value.file == str(path)


def test_severity_and_baseline_exclude_each_other() -> None:
    with pytest.raises(InputError):
        Patient.sample(severity=0.5, baseline_fm=30)


@pytest.mark.parametrize("spec", [CohortSpec(), FM])
def test_adding_a_patient_changes_no_other(spec: CohortSpec) -> None:
    assert Cohort.sample(7, 3, spec).patients[:4] == Cohort.sample(4, 3, spec).patients


def test_panels_share_no_patient() -> None:
    panels = [Cohort.sample(20, 1, FM, panel) for panel in ("search", "choice", "confirm")]
    patients = [patient for panel in panels for patient in panel]
    for key in ("id", "seed", "traits", "baseline_fm"):
        assert len({getattr(patient, key) for patient in patients}) == 60, key
    assert Cohort.sample(2, 2).patients != Cohort.sample(2, 1).patients


def test_small_cohort_covers_all_wirings() -> None:
    assert [patient.wiring for patient in Cohort.sample(5, 1, CohortSpec(wirings=3))] == [0, 1, 2, 0, 1]


def test_drawn_baselines_have_the_stated_moments() -> None:
    rng = np.random.default_rng(1)
    drawn = np.array([FM.draw_baseline(rng) for _ in range(4000)])
    assert drawn.mean() == pytest.approx(33.8, abs=0.8)
    assert drawn.std() == pytest.approx(15.4, abs=0.5)
    assert 0 <= drawn.min() < drawn.max() <= 66


def test_default_severities_run_from_mild_to_severe() -> None:
    spared = np.array([patient.lesion.cst_spared for patient in Cohort.sample(100, 1)])
    assert spared.min() < 0.2 < 0.8 < spared.max()


def test_shares_and_spreads_are_used() -> None:
    spec = CohortSpec(left_share=1.0, trait_spread=1.0, trait_spreads={"traits.growth-rate": 0.0}, fm_mean=20)  # type: ignore[arg-type]
    for patient in Cohort.sample(6, 1, spec):
        assert patient.affected_side == "left"
        assert patient.traits.growth_rate == 1.0
        assert patient.traits.learning_rate != 1.0
        assert patient.baseline_fm == 20


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"fm_mean": 70}, "fm_mean"),
        ({"fm_mean": 60, "fm_sd": 30}, "fm_sd"),
        ({"fm_mean": 30, "fm_low": 40, "fm_high": 40}, "fm_high"),
        ({"enrolled_low": 20, "enrolled_high": 10}, "enrolled_high"),
        ({"left_share": 1.5}, "left_share"),
        ({"wirings": 0}, "wirings"),
        ({"severity_alpha": 0}, "severity_alpha"),
        ({"trait_spread": -1}, "trait_spread"),
        ({"trait_spreads": {"traits.nothing": 1}}, "trait_spreads"),
        ({"trait_spreads": 3}, "trait_spreads"),
        ({"people": ""}, "people"),
        ({"people": "a.csv", "fm_mean": 30}, "fm_mean"),
    ],
)
def test_bad_specification_names_its_key(values: object, key: str) -> None:
    with pytest.raises(InputError) as caught:
        CohortSpec.from_data(values)
    assert caught.value.key == key


def test_specification_is_hashable_and_survives_its_data() -> None:
    spec = replace(FM, trait_spreads=(("traits.growth-rate", 0.1),))
    assert CohortSpec.from_data(spec.to_data()) == spec
    assert len({spec, FM, replace(spec)}) == 2


def test_cohort_survives_json_and_refuses_repeated_ids(tmp_path: Path) -> None:
    cohort = Cohort.sample(3, 1, FM)
    (tmp_path / "c.json").write_text(cohort.to_json(), encoding="utf-8")
    assert Cohort.from_file(tmp_path / "c.json") == cohort
    with pytest.raises(InputError, match="same id"):
        Cohort((cohort[0], cohort[0]))
    with pytest.raises(InputError) as caught:
        Cohort.from_json('{"patients": [{"id": "a"}, {"id": "b", "seed": -1}]}')
    assert caught.value.key == "patients[1].seed"


def test_frame_has_a_row_per_patient_and_every_trait() -> None:
    frame = Cohort.sample(3, 1).to_frame()
    assert list(frame["patient"]) == ["search-0000", "search-0001", "search-0002"]
    assert {f"traits.{field.name}" for field in fields(Cohort.sample(1, 1)[0].traits)} <= set(frame.columns)


def test_import_stays_light() -> None:
    code = "import sys, rehab_opt.patient; print({'pandas', 'scipy', 'optuna', 'numba'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
