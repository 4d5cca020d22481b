"""A whole run on the toy model: its files, the same bytes on any executor, going on after any stop, what is refused."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tiny import PATIENTS, tiny_study, with_search

from rehab_opt.errors import InputError
from rehab_opt.pipeline import SEARCHED, export, load_run, optimize, report_data
from rehab_opt.search import SearchError, read_log, status
from rehab_opt.search.record.lock import locked

TABLES = ("study.toml", "trials.csv", "patients.csv", "schedule.json", "comparison.csv")
FILES = (*TABLES, "manifest.json", "log.jsonl", "schedule.csv", "schedule.ics", "report.html")
COUNTING = "tiny:CountingModel"


def tables(directory):
    return {name: (directory / name).read_bytes() for name in TABLES}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run in a directory that tests only read."""
    directory = tmp_path_factory.mktemp("finished") / "run"
    return optimize(tiny_study(), directory, executor="serial")


@pytest.fixture
def count(tmp_path, monkeypatch):
    """Count the courses simulated so far by the counting model."""
    file = tmp_path / "count"
    monkeypatch.setenv("TINY_COUNT", str(file))
    return lambda: len(file.read_text().splitlines()) if file.exists() else 0


def courses_in(log):
    """Return how many simulated courses a log holds; a trial that is a reference shares the courses of it."""
    trials = sum(len(trial.results) for trial in log.trials.values() if trial.origin == "sampler")
    return trials + sum(len(block.results) for block in log.blocks.values())


def test_the_directory_holds_every_file_and_nothing_half_written(finished):
    names = {path.name for path in finished.directory.iterdir()}
    assert names == {*FILES, "lock"}


@pytest.mark.parametrize(("executor", "workers"), [("serial", 1), ("threads", 2), ("processes", 2)])
def test_every_executor_writes_the_same_bytes(finished, executor, workers, tmp_path):
    optimize(tiny_study(), tmp_path / "run", executor=executor, workers=workers)
    assert tables(tmp_path / "run") == tables(finished.directory)


def test_the_result_is_the_confirmed_value_not_the_best_of_the_search(finished):
    first, *others = finished.finalists
    assert all(first.choice_value >= other.choice_value for other in others if other.feasible)
    row = finished.comparison.row(SEARCHED, "fm_ue")
    values = [result.values["fm_ue"] for result in finished.results[SEARCHED]]
    assert row.mean == pytest.approx(sum(values) / len(values))
    assert row.patients == 6
    assert finished.comparison.reference == "usual-care"
    assert row.difference > 0


def test_the_three_panels_share_no_patient(finished):
    log = read_log(finished.directory / "log.jsonl")
    panels = {"search": {r.patient_id for trial in log.trials.values() for r in trial.results}}
    for (panel, _, _), block in log.blocks.items():
        panels.setdefault({"reference": "search"}.get(panel, panel), set()).update(r.patient_id for r in block.results)
    assert {name: len(ids) for name, ids in panels.items()} == {"search": 5, "choice": 4, "confirm": 6}
    assert len(set.union(*panels.values())) == 15


def test_a_finished_run_is_read_back_without_simulating(finished, monkeypatch):
    monkeypatch.setattr("rehab_opt.search.desk.evaluate_block", None)
    again = load_run(finished.directory)
    assert again.trials == finished.trials
    assert again.schedule == finished.schedule
    assert again.comparison == finished.comparison
    assert len(again.trials_frame()) == 14
    assert set(again.patients_frame()["policy"]) == {SEARCHED, "no-therapy", "usual-care"}


def test_tables_hold_no_times_and_full_numbers(finished):
    header, *rows = (finished.directory / "trials.csv").read_text().splitlines()
    assert header.startswith("number,origin,outcome,feasible,value,mean_arat,mean_hours,")
    first = dict(zip(header.split(","), rows[0].split(","), strict=True))
    assert (first["number"], first["origin"], first["main.weeks"]) == ("0", "usual-care", "4")
    assert float(first["value"]) == finished.trials[0].value


def test_the_manifest_names_versions_seed_and_times(finished):
    manifest = json.loads((finished.directory / "manifest.json").read_text())
    assert manifest["seed"] == 7
    assert manifest["versions"]["optuna"].startswith("5.")
    assert manifest["started"] <= manifest["finished"]
    assert len(manifest["source"]) == 64
    assert manifest["study"]["hash"] == tiny_study().hash


def test_status_of_a_finished_run(finished):
    found = status(finished.directory)
    assert (found.state, found.trials_done, found.trials_total, found.study) == ("finished", 14, 14, "tiny")
    assert found.best == max(trial.value for trial in finished.trials if trial.feasible)
    assert found.seconds_left is None


def run_in_a_process(directory):
    """Return what starts the tiny study in a process of its own, slow enough to be stopped in the middle."""
    code = (
        "from tiny import tiny_study\n"
        "from rehab_opt.pipeline import optimize\n"
        "import sys\n"
        "if __name__ == '__main__':\n"
        "    try:\n"
        f"        optimize(tiny_study(plug={COUNTING!r}), {str(directory)!r}, executor=sys.argv[1], workers=2)\n"
        "    except KeyboardInterrupt:\n"
        "        sys.exit(130)\n"
    )
    helpers = str(Path(__file__).parents[1] / "search")
    variables = {**os.environ, "PYTHONPATH": helpers, "TINY_SLEEP": "0.04"}
    return lambda executor: subprocess.Popen([sys.executable, "-c", code, executor], env=variables)


def wait_for_trials(directory, number):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (directory / "log.jsonl").exists() and len(read_log(directory / "log.jsonl").trials) >= number:
            return
        time.sleep(0.005)
    raise AssertionError("the search did not come that far")


def test_killed_half_way_and_run_again_it_is_identical_and_repeats_no_finished_evaluation(tmp_path, count):
    directory, whole = tmp_path / "killed", tmp_path / "whole"
    start = run_in_a_process(directory)
    first = start("threads")
    wait_for_trials(directory, 6)
    assert status(directory).state == "running"
    first.send_signal(signal.SIGKILL)
    first.wait()
    kept = read_log(directory / "log.jsonl")
    assert 6 <= len(kept.trials) < 14
    assert status(directory).state == "stopped"
    before = count()
    optimize(tiny_study(plug=COUNTING), directory, executor="processes", workers=2)
    after = count()
    optimize(tiny_study(plug=COUNTING), whole)
    assert tables(directory) == tables(whole)
    assert after - before == courses_in(read_log(directory / "log.jsonl")) - courses_in(kept)


def test_ctrl_c_ends_cleanly_and_the_same_command_goes_on(tmp_path, count, finished):
    directory = tmp_path / "run"
    process = run_in_a_process(directory)("processes")
    wait_for_trials(directory, 3)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130
    assert courses_in(read_log(directory / "log.jsonl")) == count()
    run = optimize(tiny_study(plug=COUNTING), directory)
    assert count() == courses_in(read_log(directory / "log.jsonl"))
    assert [trial.value for trial in run.trials] == [trial.value for trial in finished.trials]


@pytest.mark.parametrize("kept", [1, 4, 9, 20, 23, 28, 31])
def test_from_any_line_of_the_log_the_run_goes_on_to_the_same_end(kept, finished, tmp_path, count):
    optimize(tiny_study(plug=COUNTING), tmp_path / "whole")
    before, log = count(), tmp_path / "whole" / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:kept]) + lines[kept][:50])
    missing = courses_in(read_log(log))
    manifest = tmp_path / "whole" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "finished": None}))
    run = optimize(tiny_study(plug=COUNTING), tmp_path / "whole")
    assert count() - before == courses_in(read_log(log)) - missing
    assert run.schedule == finished.schedule
    assert tables(tmp_path / "whole")["patients.csv"] == tables(finished.directory)["patients.csv"]


def test_a_finished_run_given_again_simulates_nothing_and_changes_nothing(tmp_path, count):
    optimize(tiny_study(plug=COUNTING), tmp_path / "run")
    before, done = tables(tmp_path / "run"), count()
    optimize(tiny_study(plug=COUNTING), tmp_path / "run")
    assert (tables(tmp_path / "run"), count()) == (before, done)


def test_a_changed_study_is_refused_by_its_first_differing_keys(finished):
    with pytest.raises(InputError, match=r"another study: .*search\.trials was 14 and is 15") as caught:
        optimize(tiny_study(), finished.directory, trials=15)
    assert "Give another directory" in str(caught.value)
    with pytest.raises(InputError, match="seed was 7 and is 8"):
        optimize(tiny_study(), finished.directory, seed=8)


def test_a_second_coordinator_is_refused_while_the_first_lives(tmp_path):
    directory = tmp_path / "run"
    directory.mkdir()
    with locked(directory), pytest.raises(InputError, match=f"another search works .*process {os.getpid()} on"):
        optimize(tiny_study(), directory)
    assert status_or_none(directory) is None


def status_or_none(directory):
    try:
        return status(directory)
    except InputError:
        return None


def test_the_lock_file_of_a_dead_process_holds_nobody_up(tmp_path):
    (tmp_path / "lock").write_text("process 999999 on elsewhere\n")
    assert optimize(with_search(tiny_study(), trials=3), tmp_path).directory == tmp_path


def test_other_sources_of_the_model_are_refused_while_work_is_left(tmp_path, finished, monkeypatch):
    log = (finished.directory / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "study.toml").write_bytes((finished.directory / "study.toml").read_bytes())
    (tmp_path / "log.jsonl").write_bytes(b"".join(log[:8]))
    monkeypatch.setattr("rehab_opt.search.record.directory.source_hash", lambda plug: "f" * 64)
    with pytest.raises(SearchError, match=r"other sources of the model.*Recorded with python.*--accept-changes model"):
        optimize(tiny_study(), tmp_path)


def test_an_edited_log_and_a_log_without_its_study_are_refused(tmp_path, finished):
    log = (finished.directory / "log.jsonl").read_bytes()
    (tmp_path / "log.jsonl").write_bytes(log)
    with pytest.raises(InputError, match=r"no study\.toml"):
        optimize(tiny_study(), tmp_path)
    (tmp_path / "study.toml").write_bytes((finished.directory / "study.toml").read_bytes())
    (tmp_path / "log.jsonl").write_bytes(log.replace(b'"seizures":0', b'"seizures":1', 1))
    with pytest.raises(SearchError, match="line 2 is not what the search wrote"):
        optimize(tiny_study(), tmp_path)


def test_an_unfinished_run_cannot_be_read_as_a_result(tmp_path, finished):
    (tmp_path / "study.toml").write_bytes((finished.directory / "study.toml").read_bytes())
    lines = (finished.directory / "log.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "log.jsonl").write_bytes(b"".join(lines[:8]))
    with pytest.raises(InputError, match=r"not finished .* of 14 trials"):
        load_run(tmp_path)
    (tmp_path / "log.jsonl").write_bytes(b"".join(lines[:-1]))
    with pytest.raises(InputError, match="not finished"):
        load_run(tmp_path)


def test_a_failing_reference_is_left_out_unless_it_is_the_one_to_compare_with(tmp_path):
    study = replace(
        tiny_study(plug="tiny:FussyModel", modalities=("none",)), references=("usual-care", "rtms-1hz-contralesional")
    )
    run = optimize(study, tmp_path / "a")
    assert run.references["rtms-1hz-contralesional"].message == "ValueError: this model knows no stimulation"
    assert set(run.results) == {SEARCHED, "usual-care"}
    with pytest.raises(SearchError, match="rtms-1hz-contralesional cannot be simulated"):
        optimize(replace(study, references=("rtms-1hz-contralesional",)), tmp_path / "b")


def test_bad_arguments_are_refused_before_anything_is_written(tmp_path):
    for changes, words in (
        ({"trials": 0}, "at least 1"),
        ({"executor": "dusk"}, "unknown executor"),
        ({"executor": "dask"}, "needs the address of a running scheduler"),
        ({"workers": 0}, "at least 1"),
    ):
        with pytest.raises(InputError, match=words):
            optimize(tiny_study(), tmp_path / "run", **changes)
    with pytest.raises(InputError, match="no_such_plug"):
        optimize(tiny_study(plug="no_such_plug:Model"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_panel_of_a_trial_has_the_size_the_study_says(finished):
    assert {len(trial.results) for trial in finished.trials} == {PATIENTS}


def test_export_writes_only_what_is_asked_for_and_knows_its_formats(finished, tmp_path):
    written = export(finished, tmp_path / "out", ["json", "ics"])
    assert [path.name for path in written] == ["schedule.json", "schedule.ics"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"schedule.json", "schedule.ics"}
    assert written[0].read_bytes() == (finished.directory / "schedule.json").read_bytes()
    with pytest.raises(InputError, match="did you mean 'html'"):
        export(finished, tmp_path / "out", ["htm"])


def test_the_report_shows_the_search_and_the_confirmed_values(finished):
    data = report_data(finished)
    assert data.history is not None
    assert len(data.history.values) == 14
    assert set(data.history.references) == {"no-therapy", "usual-care"}
    assert data.history.confirmed == pytest.approx(finished.comparison.row(SEARCHED, "fm_ue").mean)
    assert [curve.name for curve in data.curves] == list(finished.results)
    assert not data.importances
    assert "Fewer than 20 trials" in data.importances_note


def test_importances_are_shares_of_the_searched_ranges(tmp_path):
    run = optimize(tiny_study(trials=24), tmp_path / "run")
    shares = dict(report_data(run).importances)
    assert set(shares) == {dimension.name for dimension in run.study.space.dimensions}
    assert sum(shares.values()) == pytest.approx(1.0)
