"""Study files: what is read, what is refused and how, the normal form and the hash."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from studies_for_tests import studies, study_of

from rehab_opt.course import ModelSpec
from rehab_opt.patient import CohortSpec
from rehab_opt.study import Range, Study, StudyError, load_study, new_study, parse_study
from rehab_opt.study.toml_writer import write_toml
from rehab_opt.therapy import Limits

PLAIN = """
name = "plain"
days = 84
[[phase]]
weeks = { low = 2, high = 6 }
sessions_per_week = 5
minutes = 45
repetitions_per_minute = 1.5
"""
HEAD, PHASE = PLAIN.split("[[phase]]")


def with_table(text: str) -> str:
    return f"{HEAD}\n{text}\n[[phase]]{PHASE}"


def faults(text: str) -> list[str]:
    with pytest.raises(StudyError) as caught:
        parse_study(text, file="a.toml")
    assert all(str(error).startswith("a.toml: ") for error in caught.value.errors)
    return [str(error).removeprefix("a.toml: ") for error in caught.value.errors]


def test_a_plain_study_takes_the_defaults_of_the_rooms_below() -> None:
    study = parse_study(PLAIN)
    assert study.cohort == CohortSpec()
    assert study.limits == Limits()
    assert study.model == ModelSpec()
    assert (study.objective.day, study.last_day) == (84, 84)
    assert study.phases[0].name == "phase-1"
    assert study.phases[0].weeks == Range(2, 6)
    assert study.references == ("no-therapy", "usual-care")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            with_table("[limits]\ntotal_hour = 15"),
            "limits.total_hour: unknown key (got 'total_hour'); did you mean 'total_hours'?",
        ),
        (PLAIN + "minuets = 3", "phase[0].minuets: unknown key (got 'minuets'); did you mean 'minutes'?"),
        (with_table("seed = 1.5"), "seed: must be a whole number (got 1.5)"),
        (with_table("seed = true"), "seed: must be a number (got True)"),
        (with_table("description = 3"), "description: must be text in quotes (got 3)"),
        (with_table('name2 = "x"'), "name2: unknown key (got 'name2'); did you mean 'name'?"),
        (
            PLAIN.replace('"plain"', '"a/b"'),
            "name: is no such text (got 'a/b'); allowed: letters, digits, dots, dashes",
        ),
        (PLAIN.replace("days = 84", ""), "days: is missing"),
        (PLAIN.replace("84", "nan"), "days: must be a number (got nan)"),
        (PLAIN.replace("45", "inf"), "phase[0].minutes: must be a number (got inf)"),
        (
            PLAIN.replace("45", "0"),
            "phase[0].minutes: is out of range (got 0); allowed: whole number from 1 to 720 minutes",
        ),
        (PLAIN.replace("45", "{ low = 50, high = 40 }"), "phase[0].minutes.high: must be above low"),
        (PLAIN.replace("45", "{ low = 50 }"), "phase[0].minutes.high: is missing"),
        (PLAIN.replace("45", "{ low = 20, high = 90, stop = 5 }"), "phase[0].minutes.stop: unknown key"),
        (PLAIN.replace("45", "{ low = 20, high = 90, step = 0 }"), "phase[0].minutes.step: is out of range"),
        (
            PLAIN.replace("45", "{ low = 20, high = 90, step = 71 }"),
            "phase[0].minutes.step: does not fit between low and high",
        ),
        (PLAIN + 'order = "blokced"', "phase[0].order: unknown order (got 'blokced')"),
        (PLAIN + 'order = ["random", "random"]', "phase[0].order[1]: stands twice"),
        (PLAIN + "order = []", "phase[0].order: needs at least one name"),
        (PLAIN + 'clock = "25:00"', "phase[0].clock: must be a clock time (got '25:00')"),
        (PLAIN + "[phase.tasks]\nreech = 1", "phase[0].tasks.reech: unknown key (got 'reech'); did you mean 'reach'?"),
        (
            PLAIN + '[phase.stimulation]\nmodality = "tcds"',
            "phase[0].stimulation.modality: unknown modality (got 'tcds')",
        ),
        (with_table('references = ["usual-cera"]'), "references[0]: unknown protocol (got 'usual-cera')"),
        (with_table("[cohort]\nfm_mean = 33\nfm_sd = 33"), "cohort.fm_sd: is too large (got 33.0)"),
        (
            with_table("[cohort]\nenrolled_low = 9\nenrolled_high = 8"),
            "cohort.enrolled_high: ends before enrolled_low (got 8)",
        ),
        (
            with_table("[cohort.trait_spreads]\n'traits.groth-rate' = 1"),
            "cohort.trait_spreads.traits.groth-rate: unknown trait",
        ),
        (with_table('[cohort]\nfile = "nobody.csv"'), "cohort.file: nobody.csv: no such file"),
        (with_table('[objective]\nmeasure = "fm"'), "objective.measure: unknown measure (got 'fm')"),
        (
            with_table("[objective]\nday = 85"),
            "objective.day: lies after the last day simulated (got 85); allowed: at most days = 84",
        ),
        (with_table("[objective]\nday = 30"), "objective.day: lies before somebody is enrolled (got 30)"),
        (with_table("[limits]\nlast_day = 90"), "limits.last_day: lies after the last day simulated (got 90)"),
        (with_table('[limits]\ndays_off = ["sunday"]'), "limits.days_off[0]: unknown weekday (got 'sunday')"),
        (
            with_table('[limits]\ndays_off = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'),
            "limits.days_off: leaves no day for therapy",
        ),
        (PLAIN + "start = 60", "phase[0].start: begins after the last day of therapy (got 60); allowed: at most 54"),
        (PLAIN + 'name = "a"\n[[phase]]\nname = "a"' + PHASE, "phase[0].name: stands twice (got 'a')"),
        (with_table('[parameters]\n"network.unit" = 3'), "parameters.network.unit: unknown parameter"),
        (with_table("[parameters.network]\nunits = -3"), "parameters.network.units: is out of its range (got -3)"),
        (with_table('model = "my.model"'), "model: must name an object in a module (got 'my.model')"),
        (
            with_table('model = "my:Model"\n[parameters]\n"network.units" = 600'),
            "parameters: applies to the built-in model, not to a plug (got 'my:Model')",
        ),
        (HEAD + "phase = 3", "phase: must be a list of tables"),
        (HEAD + "phase = []", "phase: needs at least one table"),
        (
            HEAD + "[phase]" + PHASE,
            "phase: must be a list of tables, each written under double brackets such as [[phase]]",
        ),
        (with_table("search = 3"), "search: must be a table of keys and values (got 3)"),
        (PLAIN + "[[locked]]\nday = 3", "locked[0].minutes: is missing"),
        (PLAIN + "[[locked]]\nday = 3\nminutes = 30\nrepetitons = 30", "locked[0].repetitons: unknown key"),
        (
            PLAIN + "[[locked]]\nday = [0, -1]\nminutes = 30\nrepetitions = 30",
            "locked[0].day: is out of range (got -1)",
        ),
        (
            PLAIN + "[[locked]]\nday = 80\nminutes = 30\nrepetitions = 30",
            "locked: lies after the last day of therapy (got 80)",
        ),
        (
            PLAIN + "[[locked]]\nday = 1\nminutes = 400\nrepetitions = 30",
            "locked: day 1: too much practice on one day (got 400.0); allowed: at most 360 minutes a day",
        ),
        ("name = ", "is not TOML: Invalid value (at end of document)"),
    ],
)
def test_each_fault_is_one_short_line(text: str, message: str) -> None:
    found = faults(text)
    assert found[0].startswith(message)
    assert len(found) == (2 if text.count('name = "a"') == 2 else 1)
    assert "\n" not in found[0]


def test_all_faults_are_reported_at_once() -> None:
    text = (
        with_table("sed = 4\n[panels]\nsearch = 0\n[limits]\ntdcs_ma = 'x'")
        + 'order = "x"\ndifficulty = { low = -1, high = 3 }'
    )
    assert [line.split(":")[0] for line in faults(text)] == [
        "limits.tdcs_ma",
        "phase[0].order",
        "phase[0].difficulty.low",
        "phase[0].difficulty.high",
        "panels.search",
        "sed",
    ]


def test_the_message_of_several_faults_lists_them_under_the_file() -> None:
    with pytest.raises(StudyError) as caught:
        parse_study(PLAIN.replace("{ low = 2, high = 6 }", "-1") + "feedback = 2", file="b.toml")
    assert str(caught.value).splitlines() == [
        "2 faults in the study:",
        "  b.toml: phase[0].weeks: is out of range (got -1); allowed: whole number from 0 to 520",
        "  b.toml: phase[0].feedback: is out of range (got 2); allowed: number from 0 to 1",
    ]


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(StudyError, match="is not UTF-8 text"):
        load_study(path)
    with pytest.raises(StudyError, match="cannot be read"):
        load_study(tmp_path)


def test_locked_sessions_repeat_over_days_and_weeks() -> None:
    rows = '[[locked]]\nday = [0, 2]\nweeks = 2\nstart = "14:00"\nminutes = 30\nrepetitions = 60\n'
    study = parse_study(PLAIN + rows)
    assert [(session.day, session.start) for session in study.locked] == [
        (0, 840.0),
        (2, 840.0),
        (7, 840.0),
        (9, 840.0),
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(studies())
def test_the_normal_form_reads_back_as_the_same_study(study: Study) -> None:
    text = study.normalised()
    again = parse_study(text) if _fits(study) else study
    assert again == study
    assert again.normalised() == text
    assert again.hash == study.hash


def _fits(study: Study) -> bool:
    """Return whether the study, made without the checks of a file, passes them."""
    window = study.last_day - study.enrolment[1]
    return all((p.start.low if isinstance(p.start, Range) else p.start) <= window for p in study.phases)


def test_the_hash_knows_what_matters() -> None:
    study = parse_study(PLAIN)
    spaced = parse_study("# a remark\n" + PLAIN.replace("days = 84", "days   = 84").replace("1.5", "1.50"))
    assert spaced.hash == study.hash
    assert parse_study(PLAIN + "feedback = 1").hash == study.hash
    assert parse_study(PLAIN.replace("45", "46")).hash != study.hash
    assert len(study.hash) == 64


def test_a_study_made_in_python_is_checked_like_a_file() -> None:
    good = parse_study(PLAIN)
    assert good.checked() == good
    with pytest.raises(StudyError, match=r"phase\[0\]\.minutes: is out of range"):
        study_of(
            good.phases[0].__class__(name="a", weeks=2, sessions_per_week=3, minutes=0, repetitions_per_minute=1.0)
        ).checked()


def test_text_of_every_kind_survives_the_normal_form() -> None:
    text = 'tab\t "quotes" \\ new\nline, é 漢 \u2028 \x7f'
    study = parse_study(PLAIN.replace("days = 84", "days = 84\ndescription = " + write_toml({"a": text})[4:].strip()))
    assert study.description == text
    assert parse_study(study.normalised()) == study


def test_the_template_is_a_study_and_takes_the_name() -> None:
    study = parse_study(new_study("spring"))
    assert study.name == "spring"
    assert study.space.dimensions
    with pytest.raises(ValueError, match="cannot name a study"):
        new_study("../spring")
