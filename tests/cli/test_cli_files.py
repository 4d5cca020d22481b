"""Small commands: check, init, protocols, help; and what is said about input that cannot be used."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from rehab_opt.patient import Patient
from rehab_opt.study import load_study
from rehab_opt.therapy import Schedule, Session, protocols, save_schedule

COMMANDS = ("optimize", "status", "compare", "report", "simulate", "check", "init", "protocols")


@pytest.mark.parametrize("name", [*COMMANDS, "protocols show"])
def test_every_help_shows_an_example(name, command):
    result = command(*name.split(), "--help")
    assert result.exit_code == 0
    assert f"Example:\n    rehab-opt {name}" in result.stdout


def test_the_help_of_the_program_names_every_command(command):
    text = command("--help").stdout
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "Example:\n    rehab-opt optimize studies/first_study.toml" in text


def test_init_writes_a_study_that_check_accepts_and_leaves_what_is_there_alone(command, tmp_path):
    assert command("init", "spring").exit_code == 0
    path = tmp_path / "spring.toml"
    assert load_study(path).name == "spring"
    path.write_text('model = "rehab_opt.models.toy:ToyModel"\n' + path.read_text())
    result = command("check", path)
    assert result.exit_code == 0, result.output
    assert "Study spring: 182 days" in result.stdout
    assert "Takes about" in result.stdout
    before = path.read_text()
    assert command("init", "spring").exit_code == 2
    assert path.read_text() == before


def test_check_counts_the_courses_of_a_study_and_reckons_their_time(command, tiny):
    found = json.loads(command("check", tiny, "--json").stdout)
    assert found["passed"]
    assert found["courses"] == {"references": 8, "search": 32, "choice": 8, "confirm": 18}
    assert found["dimensions"] == 3
    whole = found["seconds_per_course"] * 66 + found["seconds_per_patient"] * 14
    assert found["estimated_seconds"] == pytest.approx(whole / found["workers"])
    assert not (tiny.parent / "runs").exists()


def test_check_accepts_a_schedule_and_names_the_limits_that_another_breaks(command, tmp_path):
    day = Schedule(name="plan", sessions=(Session(day=0, minutes=45, repetitions=90),), origin="enrolment")
    good = save_schedule(day, tmp_path / "good.csv")
    assert command("check", good).exit_code == 0
    bad = save_schedule(replace(day, sessions=(Session(day=0, minutes=800, repetitions=90),)), tmp_path / "bad.json")
    result = command("check", bad, "--json")
    assert result.exit_code == 1
    assert "sessions[0].minutes" in json.loads(result.stdout)["violations"][0]


def test_check_explains_patients_and_tables_of_people(command, tmp_path):
    (tmp_path / "one.json").write_text(Patient.sample(seed=3, baseline_fm=30).to_json())
    assert "still to be fitted" in command("check", "one.json").stdout
    (tmp_path / "people.csv").write_text("id,days_since_stroke,fm_ue,ward\np1,12,31,a\np2,15,40,b\n")
    text = command("check", "people.csv").stdout
    assert "Table of 2 people: FM-UE 31 to 40" in text
    assert "does not use ward" in text


def test_protocols_are_listed_and_shown_with_their_source(command):
    assert all(name in command("protocols").stdout for name in protocols)
    shown = command("protocols", "show", "usual-care").stdout
    assert protocols["usual-care"].source in shown
    assert json.loads(command("protocols", "--json").stdout)["usual-care"]["hours"] == 15.0


def simulate(*more):
    return ("simulate", "--protocol", "usual-care", "--out", "course.csv", *more)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("optimize", "no-such.toml"), ["no-such.toml", "no such file"]),
        (("optimize", "tiny.toml", "--executor", "thread"), ["unknown executor", "did you mean 'threads'"]),
        (("optimize", "tiny.toml", "--trails", "3"), ["--trails", "--trials"]),
        (("optimize", "tiny.toml", "--trials", "none"), ["--trials", "integer"]),
        (("optimise", "tiny.toml"), ["optimise", "optimize"]),
        (("status", "nowhere"), ["nowhere", "no run"]),
        (("report", "nowhere"), ["nowhere", "no run"]),
        (("compare", "tiny.toml", "--protocol", "usual-cera"), ["usual-cera", "did you mean 'usual-care'"]),
        (("compare", "tiny.toml", "--patients", "1"), ["patients", "at least 2"]),
        (("compare", "tiny.toml", "--off", "pruning"), ["off", "not to a plug"]),
        (("compare", "tiny.toml", "--off", "prunning"), ["unknown mechanism", "did you mean 'pruning'"]),
        (simulate("--cohort", "no-such.toml"), ["no-such.toml", "no such file"]),
        (simulate("--patient", "no-such.json"), ["no-such.json", "no such file"]),
        (simulate("--patient", "a.json", "--cohort", "tiny.toml"), ["exclude each other"]),
        (simulate("--off", "consolidatoin"), ["unknown mechanism", "did you mean 'consolidation'"]),
        (simulate("--set", "network.unit=600"), ["unknown parameter", "did you mean 'network.units'"]),
        (simulate("--set", "network.units"), ["network.units", "dotted.name=value"]),
        (simulate("--set", "network.units=many"), ["network.units", "must be a number", "many"]),
        (simulate("--set", "network.units=nan"), ["network.units", "nan"]),
        (simulate("--days", "0"), ["--days", "1"]),
        (("simulate", "--protocol", "plan.csv", "--out", "course.csv"), ["plan.csv", "file not found"]),
        (("check", "tiny.text"), ["tiny.text", ".toml, .json, .csv"]),
        (("check", "no-such.csv"), ["no-such.csv", "no such file"]),
        (("protocols", "show", "usual-cera"), ["usual-cera", "did you mean 'usual-care'"]),
        (("protocols", "shwo"), ["shwo", "show"]),
        (("init", "../spring"), ["../spring", "letters, digits"]),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(arguments, words, command, tiny):
    result = command(*arguments)
    assert result.exit_code == 2, result.output
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output
    assert [path.name for path in tiny.parent.iterdir()] == ["tiny.toml"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("days = 100", "dais = 100", ["dais", "unknown key", "did you mean 'days'"]),
        ("days = 100", 'days = "long"', ["days", "'long'"]),
        ("days = 100", "days = nan", ["days", "nan"]),
        ("trials = 8", "trials = 0", ["search.trials", "0"]),
        ('model = "rehab_opt.models.toy:ToyModel"', 'model = "no_such_module:Model"', ["model", "no_such_module"]),
        ("seed = 7", 'seed = 7\nreferences = ["usual-cera"]', ["references", "did you mean 'usual-care'"]),
        ("[cohort]", '[mechanisms]\noff = ["prunning"]\n[cohort]', ["mechanisms.off", "did you mean 'pruning'"]),
        ("[cohort]", "[cohort", ["is not TOML"]),
    ],
)
@pytest.mark.parametrize("name", ["optimize", "check"])
def test_a_faulty_study_names_file_key_and_value(name, old, new, words, command, tiny):
    tiny.write_text(tiny.read_text().replace(old, new))
    result = command(name, "tiny.toml")
    assert result.exit_code == 2, result.output
    assert all(word in result.stderr for word in words), result.stderr
    assert "Traceback" not in result.output
    assert not (tiny.parent / "runs").exists()


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("people.csv", "id,days_since_stroke,fm_ue\np1,12,NaN\n", ["people.csv", "fm_ue"]),
        ("plan.csv", "day,minutes,repetitions\n0,nan,90\n", ["plan.csv", "minutes"]),
        ("plan.json", '{"format": "rehab-opt.schedule/1", "sessions": [', ["plan.json", "not JSON"]),
        ("one.json", '{"id": "p1", "affected_sid": "left"}', ["one.json", "affected_sid", "affected_side"]),
    ],
)
def test_faulty_tables_schedules_and_patients_are_named(name, text, words, command, tmp_path):
    (tmp_path / name).write_text(text)
    result = command("check", name)
    assert result.exit_code == 2, result.output
    assert all(word in result.stderr for word in words), result.stderr


def test_a_report_of_bad_dates_and_formats_is_refused(command, finished):
    directory, _ = finished
    for options, words in (
        (("--format", "htm"), "did you mean 'html'"),
        (("--tz", "Europe/Berlin"), "need a start date"),
        (("--start-date", "02.03.2026"), "year-month-day"),
        (("--start-date", "2026-03-02", "--tz", "Europe/Berln"), "did you mean 'Europe/Berlin'"),
        (("--start-date", "2026-03-02", "--weekdays", "mon-fry"), "fry"),
    ):
        result = command("report", directory, "--out", "made", *options)
        assert result.exit_code == 2, result.output
        assert words in result.stderr


def test_the_installed_program_answers_without_a_traceback(tmp_path):
    code = "from rehab_opt.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "optimize", "no-such.toml"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: no-such.toml: no such file\n"
