"""Going on with other code: refused by name, accepted by name, on record, and the finished trials stay as they are."""

import json
import shutil

import pytest
from tiny import tiny_study, with_search

from rehab_opt.errors import InputError
from rehab_opt.pipeline import load_run, optimize, reproduce
from rehab_opt.search import SearchError, installed_versions, read_log
from rehab_opt.search.proposals import samplers

OTHER = {**installed_versions(), "numpy": "9.9"}
STUDY = with_search(tiny_study(), trials=10)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    return optimize(STUDY, tmp_path_factory.mktemp("finished") / "run", executor="serial")


@pytest.fixture
def half(finished, tmp_path):
    """Return the directory of a run that was stopped after some trials."""
    shutil.copy(finished.directory / "study.toml", tmp_path)
    cut(finished.directory / "log.jsonl", tmp_path / "log.jsonl", 14)
    assert len(read_log(tmp_path / "log.jsonl").trials) == 7
    return tmp_path


def cut(log, target, kept):
    target.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:kept]))


@pytest.fixture
def other_versions(monkeypatch):
    monkeypatch.setattr("rehab_opt.search.record.directory.installed_versions", lambda: OTHER)


def go_on(directory, *accept):
    return optimize(STUDY, directory, executor="serial", accept_changes=accept)


def test_other_versions_are_refused_with_what_differs_and_the_way_on(half, other_versions):
    words = r"log\.jsonl: .*numpy was \S+ and is 9\.9, .*start anew .*--accept-changes versions$"
    with pytest.raises(SearchError, match=words):
        go_on(half)
    with pytest.raises(SearchError, match="numpy was"):
        go_on(half, "model")


def test_accepted_versions_are_on_record_and_the_next_command_needs_no_word(half, other_versions, finished):
    with pytest.warns(UserWarning, match="accepted after 7 trials, and noted in the log"):
        run = go_on(half, "versions")
    assert run.trials == finished.trials
    (accepted,) = read_log(half / "log.jsonl").accepted
    assert (accepted.changes, accepted.trials, accepted.versions["numpy"]) == (("versions",), 7, "9.9")
    session = json.loads((half / "manifest.json").read_text())["sessions"][-1]
    assert session["accepted_changes"] == ["versions after 7 trials"]
    cut(half / "log.jsonl", half / "log.jsonl", 17)
    (half / "manifest.json").unlink()
    assert go_on(half).trials == finished.trials


def test_going_back_is_a_change_too(half, other_versions, monkeypatch):
    with pytest.warns(UserWarning, match="accepted"):
        go_on(half, "versions")
    monkeypatch.undo()
    (half / "manifest.json").unlink()
    with pytest.raises(SearchError, match=r"numpy was 9\.9 and is"):
        go_on(half)


def test_another_model_is_refused_and_can_be_accepted(half, monkeypatch):
    monkeypatch.setattr("rehab_opt.search.record.directory.source_hash", lambda plug: "f" * 64)
    with pytest.raises(SearchError, match=r"other sources of the model, .*--accept-changes model$"):
        go_on(half, "versions")
    with pytest.warns(UserWarning, match="other sources of the model; accepted after 7 trials"):
        go_on(half, "model")
    assert read_log(half / "log.jsonl").code[0] == "f" * 64


@pytest.mark.parametrize("sampler", ["tpe", "cma-es", "nsga-ii", "qmc"])
def test_recorded_trials_stay_when_they_would_now_be_proposed_differently(sampler, tmp_path, monkeypatch):
    study, whole = with_search(tiny_study(sampler), trials=12), tmp_path / "whole"
    optimize(study, whole, executor="serial")
    run = tmp_path / "run"
    run.mkdir()
    shutil.copy(whole / "study.toml", run)
    number = len(read_log(whole / "log.jsonl").trials) // 2
    lines = (whole / "log.jsonl").read_bytes().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if b'"kind":"trial"' in line)
    (run / "log.jsonl").write_bytes(b"".join(lines[: first + number]))

    make = samplers.make_sampler
    monkeypatch.setattr(
        "rehab_opt.search.coordinator.make_sampler", lambda name, seed, *rest: make(name, seed + 1, *rest)
    )
    with pytest.raises(SearchError, match=r"proposed differently.*--accept-changes versions"):
        optimize(study, run, executor="serial")
    going_on = optimize(study, run, executor="serial", accept_changes=["versions"])
    before = load_run(whole).trials
    assert going_on.trials[:number] == before[:number]
    assert going_on.trials[number:] != before[number:]
    log = (run / "log.jsonl").read_bytes().splitlines(keepends=True)
    (run / "log.jsonl").write_bytes(b"".join(log[: first + number + 4]))
    (run / "manifest.json").unlink()
    assert optimize(study, run, executor="serial").trials == going_on.trials


def test_a_finished_run_is_read_under_any_versions(finished, other_versions, tmp_path):
    shutil.copytree(finished.directory, tmp_path / "run")
    assert go_on(tmp_path / "run").trials == finished.trials
    assert not read_log(tmp_path / "run" / "log.jsonl").accepted


def test_reproducing_a_run_that_went_on_with_other_code_says_so(half, other_versions):
    with pytest.warns(UserWarning, match="accepted"):
        go_on(half, "versions")
    assert reproduce(half, executor="serial").accepted == ("versions after 7 trials",)


def test_an_unknown_change_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InputError, match="did you mean 'versions'"):
        go_on(tmp_path / "run", "version")
    assert not (tmp_path / "run").exists()


def test_a_changed_study_names_both_ways_on(finished):
    with pytest.raises(InputError, match=r"Give another directory, or .* rehab-opt optimize \S+study\.toml --out"):
        optimize(STUDY, finished.directory, seed=99)
