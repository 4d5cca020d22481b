"""The studies that come with the project, their documentation and their description in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rehab_opt.study import StudyError, describe, describe_schedule, load_study, new_study, parse_study
from rehab_opt.study.reference import renew
from rehab_opt.therapy import check_limits, protocols

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / "studies" / f"{name}.toml" for name in ("first_study", "subacute_upper_limb", "recovery_per_hour")]


def test_the_tables_of_keys_are_up_to_date() -> None:
    page = (ROOT / "docs" / "studies.md").read_text()
    assert renew(page) == page, "renew it: page.write_text(rehab_opt.study.reference.renew(page.read_text()))"


def test_the_message_in_the_documentation_is_real() -> None:
    page = (ROOT / "docs" / "studies.md").read_text()
    shown = re.search(r"```\n(2 faults.*?)```", page, re.DOTALL)
    assert shown is not None
    text = new_study("mine").replace("minutes = { low = 20, high = 120, step = 5 }", "minutes = -45")
    with pytest.raises(StudyError) as caught:
        parse_study(text.replace("total_hours", "total_hour"), file="my-study.toml")
    assert sorted(str(caught.value).splitlines()) == sorted(shown[1].splitlines())


def test_the_example_of_locked_sessions_is_one() -> None:
    page = (ROOT / "docs" / "studies.md").read_text()
    example = re.search(r"```toml\n(\[\[locked\]\].*?)```", page, re.DOTALL)
    assert example is not None
    assert len(parse_study(f"{new_study('mine')}\n{example[1]}").locked) == 12


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_studies_hold_usual_care(path: Path) -> None:
    study = load_study(path)
    point = study.reference_points()["usual-care"]
    plan = study.space.decode(point)
    assert plan.sessions == protocols["usual-care"].course.sessions
    assert not check_limits(plan, study.limits, enrolled_day=study.enrolment[0])
    assert study.panels.confirm >= 48
    assert "no-therapy" in study.references


def test_the_first_study_gives_no_more_hours_than_usual_care() -> None:
    study = load_study(SHIPPED[0])
    assert study.limits.total_hours == protocols["usual-care"].course.hours == 15.0
    assert study.cohort.wirings == 8
    assert sum(study.courses().values()) < 600


def test_the_subacute_study_is_the_cohort_of_its_source() -> None:
    study = load_study(SHIPPED[1])
    assert (study.cohort.fm_mean, study.cohort.fm_sd, study.cohort.enrolled_high) == (33.8, 15.4, 30)
    assert (study.limits.total_hours, study.last_day, study.objective.day) == (45.0, 120, 182)
    assert "arat" in study.report_measures
    assert study.panels.confirm >= 51


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_study_in_words_names_what_is_searched(path: Path) -> None:
    study = load_study(path)
    words = "\n".join(describe(study))
    for part in ("FM-UE", f"{study.limits.total_hours:g} h in total", "usual-care", str(study.panels.confirm), "weeks"):
        assert part in words
    assert f"{len(study.space.dimensions)} dimensions" in words


def test_a_schedule_in_words() -> None:
    usual = describe_schedule(protocols["usual-care"].course)
    assert usual == "15 h in 20 sessions, from day 0 to 25 after enrolment: 20 x 45 min, 32 repetitions of reach."
    stimulated = describe_schedule(protocols["itbs-ipsilesional"].course, enrolled_day=200)
    assert "from day 200 to 211 after the lesion" in stimulated
    assert "with iTBS ipsilesional-motor, 90 % of motor threshold, 600 pulses, 5 min before the start" in stimulated
    assert describe_schedule(protocols["no-therapy"].course) == "No practice."
