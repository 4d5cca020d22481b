"""Panels of patients: disjoint, reproducible, drawn from distributions or from a table of people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from studies_for_tests import one_phase, study_of

from rehab_opt.errors import InputError
from rehab_opt.study import StudyError, load_study, new_study, parse_study

PEOPLE = "id,days_since_stroke,fm_ue\nA,8,12\nB,20,40\nC,15,33\n"


def people_study(folder: Path, extra: str = "") -> Path:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "people.csv").write_text(PEOPLE)
    text = new_study("people")
    cut = text.index("[cohort]"), text.index("[objective]")
    path = folder / "people.toml"
    path.write_text(f'{text[: cut[0]]}[cohort]\nfile = "data/people.csv"\n{extra}\n{text[cut[1] :]}')
    return path


def test_panels_share_no_patient_and_no_seed() -> None:
    study = study_of(one_phase())
    panels = [study.patients(name) for name in ("search", "choice", "confirm")]
    assert [len(panel) for panel in panels] == [12, 24, 48]
    seeds = [patient.seed for panel in panels for patient in panel]
    ids = [patient.id for panel in panels for patient in panel]
    assert len(set(seeds)) == len(set(ids)) == 84


def test_a_larger_panel_begins_with_the_smaller_one() -> None:
    study = study_of(one_phase())
    assert study.patients("confirm", 50)[:48] == study.patients("confirm")


def test_other_panels_need_a_number() -> None:
    study = study_of(one_phase())
    assert len(study.patients("compare", 5)) == 5
    with pytest.raises(InputError, match="needs a number of patients"):
        study.patients("compare")


def test_enrolment_stays_inside_the_days_of_the_cohort() -> None:
    study = study_of(one_phase(), enrolled=(9, 11))
    assert {patient.enrolled_day for patient in study.patients("confirm")} == {9, 10, 11}
    assert study.enrolment == (9, 11)


def test_a_table_of_people_gives_each_panel_its_own_twins(tmp_path: Path) -> None:
    study = load_study(people_study(tmp_path))
    search, choice = study.patients("search", 4), study.patients("choice", 4)
    assert [patient.baseline_fm for patient in search] == [12.0, 40.0, 33.0, 12.0]
    assert [patient.baseline_fm for patient in choice] == [12.0, 40.0, 33.0, 12.0]
    assert len({patient.seed for patient in (*search, *choice)}) == 8
    assert study.enrolment == (8, 20)


def test_the_normal_form_of_people_is_the_same_in_every_directory(tmp_path: Path) -> None:
    study = load_study(people_study(tmp_path))
    run = tmp_path / "run"
    run.mkdir()
    (run / "study.toml").write_text(study.normalised())
    with pytest.raises(StudyError, match=r"cohort\.file: .*no such file"):
        load_study(run / "study.toml")
    shutil.copy(tmp_path / "data" / "people.csv", run / "people.csv")
    again = load_study(run / "study.toml")
    assert again.normalised() == study.normalised()
    assert again.hash == study.hash
    assert again.patients("search") == study.patients("search")


def test_a_changed_table_is_a_changed_study(tmp_path: Path) -> None:
    path = people_study(tmp_path)
    study = load_study(path)
    (tmp_path / "data" / "people.csv").write_text(PEOPLE.replace("33", "34"))
    assert load_study(path).hash != study.hash
    people_path = tmp_path / "data" / "kept.toml"
    people_path.write_text(study.normalised())
    with pytest.raises(StudyError, match=r"cohort\.sha256: the table of people has changed since"):
        load_study(people_path)


def test_a_faulty_table_is_named_with_its_lines(tmp_path: Path) -> None:
    path = people_study(tmp_path)
    (tmp_path / "data" / "people.csv").write_text(PEOPLE.replace("40", "400"))
    with pytest.raises(StudyError, match=r"line 3, column fm_ue: is out of its range"):
        load_study(path)


def test_distributions_beside_a_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"cohort\.fm_mean: is stated, but the people come from a table"):
        load_study(people_study(tmp_path, "fm_mean = 30"))


def test_courses_count_what_a_run_simulates() -> None:
    study = parse_study(new_study("count"))
    assert study.courses() == {"references": 24, "search": 1200, "choice": 72, "confirm": 144}
