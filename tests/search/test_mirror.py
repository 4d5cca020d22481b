"""The mirror in an Optuna storage shows the trials, is completed from the log, and never touches the search."""

import io
import json
import sqlite3
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
from postgres import PASSWORD, Server
from tiny import tiny_study, with_search

from rehab_opt.errors import InputError
from rehab_opt.pipeline import optimize
from rehab_opt.search import Mirror, read_log

STUDY = with_search(tiny_study(trials=8), lag=2)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return a run that has no mirror."""
    return optimize(STUDY, tmp_path_factory.mktemp("whole") / "run", executor="serial")


@pytest.fixture(scope="module")
def server():
    with Server() as server:
        yield server


@pytest.fixture
def sqlite(tmp_path):
    return f"sqlite:///{tmp_path}/trials.db"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("rehab_opt.search.record.mirror.FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("rehab_opt.search.record.mirror_storage.CONNECT_ARGUMENTS", {"sqlite": {"timeout": 0.1}})


def name_of(directory):
    return f"tiny-{read_log(directory / 'log.jsonl').header['sum'][:8]}"


def mirrored(url, directory):
    return optuna.load_study(study_name=name_of(directory), storage=url)


def check_shows(there, run):
    """Assert that a study in a storage shows the trials of a run."""
    assert [direction.name for direction in there.directions] == ["MAXIMIZE"]
    assert there.user_attrs["study"] == "tiny"
    assert there.user_attrs["note"] == "simulation, not clinical advice"
    assert there.metric_names == ["fm_ue, day 98"]
    assert len(there.trials) == len(run.trials)
    for mine, trial in zip(run.trials, there.trials, strict=True):
        assert trial.value == mine.value
        assert trial.params == dict(mine.point)
        assert trial.constraints == dict(mine.constraints)
        assert trial.user_attrs["origin"] == mine.origin
        assert trial.user_attrs["outcome"] == mine.outcome
    assert there.best_trial.value == max(trial.value for trial in run.trials if trial.feasible)


def test_postgresql_shows_the_whole_search_and_it_is_the_same_search(server, whole, tmp_path):
    run = optimize(STUDY, tmp_path / "run", executor="threads", workers=2, storage=server.url)
    assert run.trials == whole.trials
    check_shows(mirrored(server.url, tmp_path / "run"), run)
    session = json.loads((tmp_path / "run" / "manifest.json").read_text())["sessions"][0]
    assert session["storage"] == server.url.replace(PASSWORD, "***")


def after(number, act):
    """Return a display that acts once, when so many trials are done."""

    class Display:
        done = False

        def on_stage(self, stage, total):
            pass

        def on_trial(self, done, *rest):
            if done >= number and not self.done:
                self.done = True
                act()

        def on_block(self, stage, done, total, seconds_left):
            pass

    return Display()


def test_a_server_that_dies_in_the_run_costs_a_note_and_is_caught_up_at_the_next_command(server, whole, tmp_path):
    study = with_search(STUDY, trials=8)
    try:
        with pytest.warns(UserWarning, match="the storage cannot be written") as notes:
            run = optimize(
                study, tmp_path / "run", executor="serial", storage=server.url, progress=after(4, server.stop)
            )
        assert run.trials == whole.trials
        assert any("the same command adds them" in str(note.message) for note in notes)
        assert not any(PASSWORD in str(note.message) for note in notes)
    finally:
        server.start()
    again = optimize(study, tmp_path / "run", executor="serial", storage=server.url)
    check_shows(mirrored(server.url, tmp_path / "run"), again)


def test_a_password_changed_in_the_run_costs_a_note_and_the_new_one_catches_up(server, whole, tmp_path):
    url = server.url
    change = after(4, lambda: server.change_password("another"))
    try:
        with pytest.warns(UserWarning, match="password authentication failed"):
            run = optimize(STUDY, tmp_path / "run", executor="serial", storage=url, progress=change)
        assert run.trials == whole.trials
        again = optimize(STUDY, tmp_path / "run", executor="serial", storage=server.url_with("another"))
        check_shows(mirrored(server.url_with("another"), tmp_path / "run"), again)
    finally:
        server.url = server.url_with("another")
        server.change_password(PASSWORD)
        server.url = url


def test_a_locked_file_costs_a_note_and_is_caught_up_in_the_same_run(sqlite, whole, tmp_path):
    Mirror(sqlite)
    lock = sqlite3.connect(tmp_path / "trials.db", check_same_thread=False, isolation_level=None)

    def take():
        lock.execute("BEGIN EXCLUSIVE")

    def give_back(*_):
        if lock.in_transaction:
            lock.execute("ROLLBACK")

    display = after(3, take)
    display.on_block = give_back  # the first block of the choice comes after the last trial
    with warnings.catch_warnings(record=True) as notes:
        warnings.simplefilter("always")
        run = optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite, progress=display)
    assert run.trials == whole.trials
    assert not any("are missing" in str(note.message) for note in notes)
    check_shows(mirrored(sqlite, tmp_path / "run"), run)


def test_a_deleted_file_is_made_anew_from_the_log(sqlite, whole, tmp_path):
    optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite)
    (tmp_path / "trials.db").unlink()
    run = optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite)
    assert run.trials == whole.trials
    check_shows(mirrored(sqlite, tmp_path / "run"), run)


@pytest.mark.parametrize("kept", [0, 3, 8])
def test_a_run_that_goes_on_completes_its_mirror_from_the_log(kept, sqlite, whole, tmp_path):
    optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite)
    name = name_of(tmp_path / "run")
    old = optuna.load_study(study_name=name, storage=sqlite).trials[:kept]
    optuna.delete_study(study_name=name, storage=sqlite)
    if kept:
        optuna.create_study(study_name=name, storage=sqlite, direction="maximize").add_trials(old)
    log = tmp_path / "run" / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[: len(lines) - 12]))
    (tmp_path / "run" / "manifest.json").unlink()
    run = optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite)
    check_shows(mirrored(sqlite, tmp_path / "run"), run)


def test_other_trials_under_the_same_name_are_left_alone_with_a_note(sqlite, tmp_path):
    optimize(STUDY, tmp_path / "run", executor="serial")
    there = optuna.create_study(study_name=name_of(tmp_path / "run"), storage=sqlite, direction="maximize")
    there.add_trial(optuna.trial.create_trial(value=1.0))
    with pytest.warns(UserWarning, match=r"trial 0 of tiny-\w+ there is not that of this run"):
        optimize(STUDY, tmp_path / "run", executor="serial", storage=sqlite)
    assert len(mirrored(sqlite, tmp_path / "run").trials) == 1


def test_stopped_trials_and_several_objectives_are_shown_with_their_estimates(sqlite, tmp_path):
    goal = replace(STUDY.objective, trade_off=("therapist-hours",))
    panels = replace(STUDY.panels, search=8)
    study = replace(with_search(STUDY, trials=24, early_stopping=0.3), objective=goal, panels=panels)
    run = optimize(study, tmp_path / "run", executor="serial", storage=sqlite)
    there = mirrored(sqlite, tmp_path / "run")
    assert [direction.name for direction in there.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert there.metric_names == ["fm_ue, day 98", "therapist-hours"]
    assert [tuple(trial.values) for trial in there.trials] == [trial.values for trial in run.trials]
    shown = [trial.user_attrs["outcome"] for trial in there.trials]
    assert shown == [trial.outcome for trial in run.trials]
    assert "stopped" in shown


def test_failed_trials_are_shown_as_failed_with_their_message(sqlite, tmp_path):
    run = optimize(tiny_study(plug="tiny:FussyModel", trials=8), tmp_path / "run", executor="serial", storage=sqlite)
    for mine, trial in zip(run.trials, mirrored(sqlite, tmp_path / "run").trials, strict=True):
        assert (trial.state.name == "FAIL") == (mine.outcome == "failed")
        assert trial.user_attrs.get("message", "") == mine.message


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:////no/such/place/trials.db", "cannot be reached: unable to open database file"),
        ("postgresql+psycopg://me:hush@127.0.0.1:9/base", "cannot be reached: .*refused"),
        ("nonsense", "cannot be reached"),
        ("mysql://me:hush@127.0.0.1:9/base", r"mysql is not installed; PostgreSQL is postgresql\+psycopg"),
    ],
)
def test_a_storage_that_cannot_be_reached_is_refused_before_anything_is_written(url, words, tmp_path):
    with pytest.raises(InputError, match=words) as caught:
        optimize(STUDY, tmp_path / "run", executor="serial", storage=url)
    assert "hush" not in str(caught.value)
    assert not (tmp_path / "run").exists()


def test_the_command_refuses_a_wrong_password_with_2(server, tmp_path):
    (tmp_path / "tiny.toml").write_text(STUDY.normalised())
    code = "from rehab_opt.cli import main; main()"
    command = [sys.executable, "-c", code, "optimize", "tiny.toml", "--storage", server.url_with("guess")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "password authentication failed" in done.stderr
    assert "guess" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "runs").exists()


def ask(app, path):
    """Ask a web application for a page and return it as data."""
    status = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    body = b"".join(app(environ, lambda code, headers, error=None: status.append(code)))
    assert status == ["200 OK"]
    return json.loads(body)


def test_the_dashboard_of_optuna_shows_it(server, tmp_path):
    import optuna_dashboard

    run = optimize(STUDY, tmp_path / "run", executor="serial", storage=server.url)
    storage = optuna.storages.RDBStorage(server.url)
    app = optuna_dashboard.wsgi(storage)
    studies = ask(app, "/api/studies")["study_summaries"]
    found = next(study for study in studies if study["study_name"] == name_of(tmp_path / "run"))
    shown = ask(app, f"/api/studies/{found['study_id']}")
    assert len(shown["trials"]) == 8
    assert [trial["values"][0] for trial in shown["trials"]] == [trial.value for trial in run.trials]
    assert {entry["key"] for entry in shown["trials"][1]["user_attrs"]} == {"origin", "outcome"}


def test_the_server_of_the_tests_runs_as_an_ordinary_user(server):
    words = Path(f"/proc/{server.process.pid}/status").read_text()
    (line,) = [line for line in words.splitlines() if line.startswith("Uid:")]
    assert "0" not in line.split()[1:]
