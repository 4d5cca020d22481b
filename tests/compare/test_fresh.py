"""The verb `compare` on the toy model: fresh patients, common noise, names and files, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from rehab_opt.compare import SEARCHED, compare, named_policies
from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.study import Objective, Panels, Phase, Range, SearchSettings, Study
from rehab_opt.therapy import Schedule, Session, Stimulation, save_schedule

TOY = "rehab_opt.models.toy:ToyModel"
PLAN = Schedule(name="plan", sessions=tuple(Session(day=d, minutes=60, repetitions=300) for d in range(20)))


def study(**changes: object) -> Study:
    plain = Study(
        name="tiny",
        seed=3,
        days=100,
        model=ModelSpec(TOY),
        objective=Objective(measure="fm_ue", day=98),
        report_measures=("arat",),
        last_day=90,
        phases=(
            Phase(
                name="main",
                start=Range(0, 30),
                weeks=4,
                sessions_per_week=5,
                minutes=45,
                repetitions_per_minute=5.0,
            ),
        ),
        search=SearchSettings(block=3),
        panels=Panels(search=4, choice=4, confirm=6),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_references_of_the_study_are_compared_when_nothing_is_named() -> None:
    found = compare(study(), patients=8, executor="serial")
    assert set(found.protocols) == {"no-therapy", "usual-care"}
    assert found.measures == ("fm_ue", "arat")
    assert found.patients == 8
    difference = found.difference("no-therapy", "fm_ue")
    assert difference.high is not None
    assert difference.high < 0.0


def test_patients_are_in_no_panel_of_the_study() -> None:
    used = {p.seed for panel in ("search", "choice", "confirm") for p in study().patients(panel)}
    fresh = {p.seed for p in study().patients("compare", 8)}
    assert not used & fresh
    assert {r.patient_id for r in compare(study(), patients=8).results["usual-care"]} == {
        p.id for p in study().patients("compare", 8)
    }


@pytest.mark.parametrize(("executor", "workers"), [("threads", 1), ("threads", 3)])
def test_workers_do_not_change_a_number(executor: str, workers: int) -> None:
    serial = compare(study(), patients=7, executor="serial")
    other = compare(study(), patients=7, executor=executor, workers=workers)
    assert other == serial
    assert other.results == serial.results


def test_noise_is_common_to_all_protocols() -> None:
    twin = replace(PLAN, name="twin")
    found = compare(study(), [PLAN, twin], patients=6, reference="plan")
    assert found.difference("twin", "fm_ue")[:3] == (0.0, 0.0, 0.0)


def test_another_seed_gives_other_patients_and_another_model_other_numbers() -> None:
    first, second = compare(study(), patients=6), compare(study(), patients=6, seed=99)
    assert first.row("usual-care", "fm_ue").mean != second.row("usual-care", "fm_ue").mean
    with pytest.raises(InputError, match="module"):
        compare(study(), patients=6, model=ModelSpec("rehab_opt.models.nothing:Model"))


def test_directory_of_a_run_adds_its_schedule(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(study().normalised())
    save_schedule(PLAN, tmp_path / "schedule.json")
    found = compare(tmp_path, ["usual-care"], patients=6)
    assert found.protocols == (SEARCHED, "usual-care")
    assert found.row(SEARCHED, "fm_ue").hours == pytest.approx(PLAN.hours)
    run = SimpleNamespace(study=study(), schedule=PLAN)
    assert compare(run, ["usual-care"], patients=6) == found


def test_names_files_and_schedules_can_be_mixed(tmp_path: Path) -> None:
    path = save_schedule(replace(PLAN, name="from a file"), tmp_path / "any.csv")
    assert list(named_policies(["no-therapy", path, PLAN])) == ["no-therapy", "from a file", "plan"]
    assert list(named_policies({"mine": PLAN})) == ["mine"]


def test_weekly_curves_come_with_the_results() -> None:
    results = compare(study(), patients=6).results["usual-care"]
    assert {len(r.curve["fm_ue"]) for r in results if r.curve} == {15}


def test_what_cannot_be_compared_is_refused() -> None:
    strong = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=5, minutes=20)
    hot = Schedule(name="hot", sessions=(Session(day=0, minutes=45, repetitions=90, stimulation=strong),))
    with pytest.raises(InputError, match=r"hot: .*too strong"):
        compare(study(), [hot])
    with pytest.raises(InputError, match="did you mean 'queen-square'"):
        compare(study(), ["queen-sqare"])
    with pytest.raises(InputError, match="stands twice"):
        compare(study(), [PLAN, PLAN])
    with pytest.raises(InputError, match="at least 2 patients"):
        compare(study(), patients=1)
    with pytest.raises(InputError, match="unknown reference protocol"):
        compare(study(), [PLAN], patients=4, reference="usual-cear")
    with pytest.raises(InputError, match=r"gone\.json: file not found"):
        compare(study(), ["gone.json"])
