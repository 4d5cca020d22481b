"""The main job from the command line: optimize, status, report, compare, simulate on the toy model."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
from rich.console import Console

from rehab_opt.cli.display import Display
from rehab_opt.therapy import load_schedule

FILES = {
    "study.toml",
    "manifest.json",
    "log.jsonl",
    "trials.csv",
    "patients.csv",
    "schedule.json",
    "schedule.csv",
    "schedule.ics",
    "comparison.csv",
    "report.html",
}


def test_optimize_writes_all_files_under_the_name_of_the_study(finished):
    directory, result = finished
    assert result.exit_code == 0, result.output
    assert {path.name for path in directory.iterdir()} >= FILES
    assert len(pd.read_csv(directory / "trials.csv")) == 8


def test_optimize_ends_with_the_schedule_in_words_its_gains_and_the_report(finished):
    directory, result = finished
    table = pd.read_csv(directory / "comparison.csv").query("grouping == 'all' and measure == 'fm_ue'")
    gain = table.set_index("protocol").loc["searched-schedule", "difference"]
    assert re.search(r"\d+\.\d h of practice in \d+ sessions", result.stdout)
    line = next(line for line in result.stdout.splitlines() if line.strip().startswith("usual-care"))
    assert f"{gain:+.1f} (" in line
    assert re.search(r"no-therapy +\+\d+\.\d \([+-]\d+\.\d to [+-]\d+\.\d\)", result.stdout)
    assert "runs/tiny/report.html" in result.stdout
    assert "not clinical advice" in result.stdout


def test_progress_tells_trials_best_value_and_feasible_share_on_standard_error(finished):
    _, result = finished
    assert re.search(r"search: 8 of 8 trials, best \d+\.\d, feasible \d+ %", result.stderr)
    assert "of 8 trials" not in result.stdout


def test_json_holds_the_same_result_and_nothing_else_is_on_standard_output(finished, tiny, command):
    directory, _ = finished
    result = command("optimize", directory.parents[1] / "tiny.toml", "--out", directory, "--json")
    found = json.loads(result.stdout)
    schedule = load_schedule(found["schedule"])
    assert found["hours"] == pytest.approx(schedule.hours)
    assert found["trials"] == 8
    assert set(found["gains"]) == {"no-therapy", "usual-care"}
    care = found["gains"]["usual-care"]
    assert care["low"] <= care["difference"] <= care["high"]


def test_options_take_the_place_of_the_studys_own(tiny, command):
    result = command("optimize", tiny, "--out", "here", "--trials", 3, "--seed", 5, "--executor", "serial", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout == "here/report.html\n"
    assert result.stderr == ""
    text = (tiny.parent / "here" / "study.toml").read_text()
    assert "trials = 3" in text
    assert "seed = 5" in text


def test_a_changed_study_is_refused_on_the_same_directory(finished, command):
    directory, _ = finished
    result = command("optimize", directory.parents[1] / "tiny.toml", "--out", directory, "--seed", 8)
    assert result.exit_code == 2
    assert "seed was 7 and is 8" in result.stderr


def test_status_in_words_and_as_json(finished, command):
    directory, _ = finished
    assert "Study tiny: finished\n8 of 8 trials" in command("status", directory).stdout
    found = json.loads(command("status", directory, "--json").stdout)
    assert (found["state"], found["trials_done"], found["seconds_left"]) == ("finished", 8, None)


def test_report_writes_the_formats_asked_for_with_real_dates(finished, command, tmp_path):
    directory, _ = finished
    dates = ("--start-date", "2026-03-02", "--tz", "Europe/Berlin", "--weekdays", "mon-fri", "--closed", "2026-03-03")
    result = command("report", directory, "--format", "csv,ics", "--out", "made", *dates)
    assert result.stdout.split() == ["made/schedule-dates.csv", "made/schedule.ics"]
    assert {path.name for path in (tmp_path / "made").iterdir()} == {"schedule-dates.csv", "schedule.ics"}
    table = pd.read_csv(tmp_path / "made" / "schedule-dates.csv", comment="#")
    assert set(table.weekday) <= {"mon", "tue", "wed", "thu", "fri"}
    assert "2026-03-03" not in set(table.date)
    assert "TZID=Europe/Berlin" in (tmp_path / "made" / "schedule.ics").read_text()


def test_compare_puts_the_found_schedule_beside_the_protocols_named(finished, command):
    directory, _ = finished
    asked = ("compare", directory, "--protocol", "cpass-early", "--patients", 6, "--executor", "serial")
    text = command(*asked).stdout
    assert all(name in text for name in ("searched-schedule", "cpass-early", "usual-care", "6 fresh virtual patients"))
    found = json.loads(command(*asked, "--json").stdout)
    assert found["patients"] == 6
    other = json.loads(command(*asked, "--json", "--seed", 99).stdout)
    assert found["rows"][0]["mean"] != other["rows"][0]["mean"]


def test_simulate_writes_a_tidy_table_of_a_cohort(tiny, command, tmp_path):
    result = command("simulate", "--protocol", "usual-care", "--cohort", tiny, "--days", 60, "--out", "new/course.csv")
    assert result.exit_code == 0, result.output
    table = pd.read_csv(tmp_path / "new" / "course.csv")
    assert list(table.columns) == ["patient", "day", "measure", "value"]
    assert table.patient.nunique() == 4
    assert set(table.day) == set(range(61))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["course.csv"]


def test_simulate_has_the_same_patients_and_noise_for_every_protocol(tiny, command, tmp_path):
    for name in ("usual-care", "no-therapy"):
        command("simulate", "--protocol", name, "--cohort", tiny, "--patients", 2, "--out", f"{name}.csv")
    care, rest = (
        pd.read_csv(tmp_path / f"{name}.csv").query("measure == 'fm_ue'") for name in ("usual-care", "no-therapy")
    )
    assert (care.query("day == 0").value.to_numpy() == rest.query("day == 0").value.to_numpy()).all()
    assert (care.query("day == 100").value.to_numpy() > rest.query("day == 100").value.to_numpy()).all()


def test_a_schedule_file_can_be_simulated(finished, tiny, command, tmp_path):
    directory, _ = finished
    file = directory / "schedule.json"
    result = command("simulate", "--protocol", file, "--cohort", tiny, "--patients", 1, "--out", "course.csv")
    assert result.exit_code == 0, result.output
    minutes = pd.read_csv(tmp_path / "course.csv").query("measure == 'practice_minutes'").value.sum()
    assert minutes == pytest.approx(60 * load_schedule(file).hours)


def test_ctrl_c_ends_with_130_and_says_how_far_it_came(tiny):
    slow = tiny.parent / "slow.py"
    slow.write_text(
        "import time\nfrom rehab_opt.models.toy import ToyModel\n\n"
        "class Slow:\n    def simulate(self, patient, policy, days, seed):\n        time.sleep(0.1)\n"
        "        return ToyModel().simulate(patient, policy, days, seed)\n"
    )
    tiny.write_text(tiny.read_text().replace("rehab_opt.models.toy:ToyModel", "slow:Slow"))
    process = subprocess.Popen(
        [sys.executable, "-c", "from rehab_opt.cli import main; main()", "optimize", "tiny.toml"],
        cwd=tiny.parent,
        env={**os.environ, "PYTHONPATH": str(tiny.parent)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    log = tiny.parent / "runs" / "tiny" / "log.jsonl"
    deadline = time.monotonic() + 30
    while not (log.exists() and log.read_text().count("\n") > 2) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted: stopped" in stderr
    assert "Traceback" not in stderr


def test_in_a_terminal_the_progress_is_one_live_display(capsys):
    console = Console(force_terminal=True, width=120, force_interactive=False, stderr=True)
    with Display(console) as display:
        display.on_stage("search", 10)
        display.on_trial(4, 10, 41.26, 0.75, 130.0)
    shown = capsys.readouterr().err
    assert "4/10" in shown
    assert "best 41.3, feasible 75 %, about 2 min 10 s left" in shown


def test_patients_given_by_a_baseline_are_fitted_before_they_are_simulated(tiny, command, tmp_path):
    (tmp_path / "strict_plug.py").write_text(
        "from rehab_opt.models.toy import ToyModel\n\n"
        "class Strict:\n    def simulate(self, patient, policy, days, seed):\n        assert not patient.needs_fit\n"
        "        return ToyModel().simulate(patient, policy, days, seed)\n"
    )
    text = tiny.read_text().replace("rehab_opt.models.toy:ToyModel", "strict_plug:Strict")
    tiny.write_text(text.replace("[cohort]", "[cohort]\nfm_mean = 30.0\nfm_sd = 6.0"))
    assert json.loads(command("check", tiny, "--json").stdout)["seconds_per_patient"] >= 0
    result = command("simulate", "--protocol", "no-therapy", "--cohort", tiny, "--patients", 3, "--out", "course.csv")
    assert result.exit_code == 0, result.output
    assert pd.read_csv(tmp_path / "course.csv").patient.nunique() == 3


def test_reproduce_says_the_same_and_leaves_with_0(finished, command):
    result = command("reproduce", finished[0], "--executor", "serial")
    assert result.exit_code == 0, result.output
    assert "The same" in result.stdout


def test_reproduce_says_what_differs_and_leaves_with_1(finished, command, tmp_path):
    copy = shutil.copytree(finished[0], tmp_path / "copy")
    table = (copy / "trials.csv").read_text()
    (copy / "trials.csv").write_text(table.replace("sampler", "simpler", 1))
    words = command("reproduce", copy, "--executor", "serial")
    assert words.exit_code == 1
    assert "trials.csv, line" in words.stdout
    data = command("reproduce", copy, "--executor", "serial", "--json")
    assert data.exit_code == 1
    assert json.loads(data.stdout)["same"] is False


def test_reproduce_without_a_run_is_bad_input(command, tmp_path):
    result = command("reproduce", tmp_path)
    assert result.exit_code == 2
    assert "there is no run" in result.stderr


def test_the_package_run_as_a_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "rehab_opt", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "optimize" in done.stdout
    assert "rehab-opt" in done.stdout
