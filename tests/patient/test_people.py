"""Tables of people: what is read, what is kept, and that every fault is named with its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehab_opt.errors import InputError
from rehab_opt.patient import Cohort, CohortSpec, read_people

EXAMPLE = Path(__file__).parents[2] / "studies" / "example_people.csv"
HEADER = "id,days_since_stroke,fm_ue"


def _write(folder: Path, text: str) -> Path:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_people(path)
    assert caught.value.file == str(path)
    return str(caught.value)


def test_example_is_read_and_unused_columns_are_kept() -> None:
    table = read_people(EXAMPLE)
    assert len(table) == 12
    assert table.unused == ("arat", "age", "dominant_side", "mep", "safe", "ward")
    first, eleventh = table.people[0], table.people[10]
    assert (first.id, first.days_since_stroke, first.fm_ue, first.cst_lesion_load) == ("A01", 8, 12.0, 0.78)
    assert first.info == {
        "arat": 3.0,
        "age": 71.0,
        "dominant_side": "right",
        "mep": "no",
        "safe": 2.0,
        "ward": "north",
    }
    assert eleventh.affected_side is None
    assert "mep" not in table.people[8].info
    assert "does not use arat, age, dominant_side, mep, safe, ward" in table.notes()[0]


def test_people_become_unfitted_patients() -> None:
    cohort = Cohort.from_people(EXAMPLE, seed=1)
    patient = cohort[0]
    assert (patient.id, patient.enrolled_day, patient.target_day) == ("search-A01", 8, 8)
    assert (patient.baseline_fm, patient.needs_fit, patient.affected_side) == (12.0, True, "right")
    assert (patient.info["person"], patient.info["cst_lesion_load"], patient.info["ward"]) == ("A01", 0.78, "north")
    assert cohort.notes == read_people(EXAMPLE).notes()


def test_more_patients_than_people_are_twins_with_traits_of_their_own() -> None:
    cohort = Cohort.sample(13, 1, CohortSpec(people=str(EXAMPLE)), "confirm")
    assert (cohort[12].id, cohort[12].baseline_fm) == ("confirm-A01-twin-2", cohort[0].baseline_fm)
    assert cohort[12].traits != cohort[0].traits


def test_a_person_added_in_front_changes_no_other(tmp_path: Path) -> None:
    before = Cohort.from_people(_write(tmp_path, f"{HEADER}\nb,9,20\nc,9,30\n"), seed=1)
    after = Cohort.from_people(_write(tmp_path, f"{HEADER}\na,9,40\nb,9,20\nc,9,30\n"), seed=1)
    assert after.patients[1:] == before.patients
    other = Cohort.from_people(tmp_path / "people.csv", seed=1, panel="confirm")
    assert not {patient.seed for patient in other} & {patient.seed for patient in after}


def test_header_is_forgiving_and_kinds_are_by_column(tmp_path: Path) -> None:
    text = "\ufeff# note\n\n ID ,Days_Since_Stroke,FM_UE,score,code,Affected_Side\n\na,12.0,31,1,7,Left\nb,3,2,NA,x,\n"
    table = read_people(_write(tmp_path, text))
    assert table.people[0].info == {"score": 1.0, "code": "7"}
    assert table.people[0].affected_side == "left"
    assert table.people[1].info == {"code": "x"}


def test_misspelt_optional_column_is_pointed_out(tmp_path: Path) -> None:
    notes = read_people(_write(tmp_path, f"{HEADER},affected_sid\na,1,2,left\n")).notes()
    assert any("did you mean 'affected_side'" in note for note in notes)


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    rows = "a,1,67,64\n,1,20,64\nb,-1,20,64\nb,2,nan,64\nc,2.5,x,200\nd,2,20\n"
    message = _refused(_write(tmp_path, f"# people\n{HEADER},age\n{rows}"))
    for part in (
        "9 values cannot be used",
        "line 3, column fm_ue: is out of its range (got 67.0); allowed: 0 to 66 points",
        "line 4, column id: a value is required",
        "line 5, column days_since_stroke: is out of its range (got -1.0)",
        "line 6, column fm_ue: a value is required (got 'nan')",
        "line 6, column id: the id stands in line 5 already (got 'b')",
        "line 7, column days_since_stroke: must be a whole number",
        "line 7, column fm_ue: must be a finite number (got 'x'); allowed: 0 to 66 points",
        "line 7, column age",
        "line 8: wrong number of values (got 3); allowed: 4",
    ):
        assert part in message


@pytest.mark.parametrize(
    ("column", "value"),
    [("arat", "58"), ("safe", "-1"), ("cst_lesion_load", "1.5"), ("affected_side", "up"), ("dominant_side", "both")],
)
def test_known_optional_columns_are_checked(tmp_path: Path, column: str, value: str) -> None:
    message = _refused(_write(tmp_path, f"{HEADER},{column}\na,1,20,{value}\n"))
    assert f"line 2, column {column}" in message
    assert "allowed" in message


def test_long_lists_of_faults_are_cut(tmp_path: Path) -> None:
    rows = "".join(f"p{i},1,99\n" for i in range(50))
    message = _refused(_write(tmp_path, f"{HEADER}\n{rows}"))
    assert message.count("\n") == 21
    assert "and 30 more" in message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "is empty"),
        (f"{HEADER}\n", "holds no people"),
        ("# only a comment\n", "holds no people"),
        ("id,days_since_stroke,fm-ue\na,1,2\n", "is 'fm-ue' meant to be 'fm_ue'?"),
        ("id;days_since_stroke;fm_ue\na;1;2\n", "separated by commas"),
        (f"{HEADER},fm_ue\na,1,2,3\n", "occurs twice"),
        (f"{HEADER},\na,1,2,3\n", "has no name"),
        (f'{HEADER}\n"a,1,2\n', "not valid CSV"),
    ],
)
def test_unusable_file_is_explained(tmp_path: Path, text: str, part: str) -> None:
    assert part in _refused(_write(tmp_path, text))


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    assert "no such file" in _refused(tmp_path / "none.csv")
    assert "cannot be read" in _refused(tmp_path)
    path = tmp_path / "latin.csv"
    path.write_bytes(f"{HEADER}\nJos\u00e9,1,2\n".encode("latin-1"))
    assert "is not UTF-8 text (line 2)" in _refused(path)
