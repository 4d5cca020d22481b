"""A finished run again from its directory: the same, or where it first differs; never touched itself."""

import json
import shutil
import sys
from dataclasses import replace

import pytest
from tiny import tiny_study

from rehab_opt.errors import InputError
from rehab_opt.pipeline import optimize, reproduce
from rehab_opt.pipeline.reproduce import COMPARED, first_difference


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    directory = tmp_path_factory.mktemp("reproduced") / "run"
    optimize(tiny_study(), directory, executor="serial")
    return directory


def copied(run, tmp_path):
    return shutil.copytree(run, tmp_path / "copy")


@pytest.mark.parametrize(("executor", "workers"), [("serial", 1), ("threads", 2)])
def test_a_run_comes_out_the_same_and_is_only_read(run, executor, workers):
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    found = reproduce(run, executor=executor, workers=workers)
    assert found.same
    assert found.same_source
    assert found.versions[0] == found.versions[1]
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_the_new_run_is_kept_where_it_is_wanted(run, tmp_path):
    assert reproduce(run, tmp_path / "again", executor="serial").same
    for name in COMPARED:
        assert (tmp_path / "again" / name).read_bytes() == (run / name).read_bytes()


@pytest.mark.parametrize("name", COMPARED)
def test_an_edited_file_is_named_with_the_place(run, tmp_path, name):
    copy = copied(run, tmp_path)
    lines = (copy / name).read_text().splitlines(keepends=True)
    lines[-1] = lines[-1].replace(next(c for c in lines[-1] if c.isalnum() or c == "}"), "x", 1)
    (copy / name).write_text("".join(lines))
    found = reproduce(copy, executor="serial")
    assert len(found.differences) == 1
    assert found.differences[0].startswith(f"{name}, line {len(lines)}")


def test_other_sources_and_versions_are_told(run, tmp_path):
    copy = copied(run, tmp_path)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["source"] = "0" * 64
    manifest["versions"]["numpy"] = "0.1"
    (copy / "manifest.json").write_text(json.dumps(manifest))
    found = reproduce(copy, executor="serial")
    assert found.same
    assert not found.same_source
    assert "0.1" in found.versions[0]


def test_a_clock_that_did_not_cut_the_run_cuts_no_second_one_either(tmp_path, monkeypatch):
    study = tiny_study(trials=6)
    optimize(replace(study, search=replace(study.search, hours=1.0)), tmp_path / "run", executor="serial")
    seen = []
    # The package has a function of the module's name.
    module = sys.modules["rehab_opt.pipeline.reproduce"]
    whole = module.optimize
    monkeypatch.setattr(
        module,
        "optimize",
        lambda study, *args, **kwargs: (seen.append(study.search), whole(study, *args, **kwargs)),
    )
    assert reproduce(tmp_path / "run", executor="serial").same
    assert [(search.hours, search.trials) for search in seen] == [(None, 6)]


def test_an_unfinished_run_is_refused(run, tmp_path):
    copy = copied(run, tmp_path)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "finished": None}))
    with pytest.raises(InputError, match="not finished"):
        reproduce(copy)


def test_a_missing_table_is_told_before_anything_is_simulated(run, tmp_path):
    copy = copied(run, tmp_path)
    (copy / "patients.csv").unlink()
    with pytest.raises(InputError, match=r"patients\.csv"):
        reproduce(copy)


def test_the_run_s_own_directory_is_no_place_for_the_new_one(run):
    with pytest.raises(InputError, match="directory of its own"):
        reproduce(run, run)


def test_a_finished_run_is_no_place_for_the_new_one_either(run, tmp_path):
    with pytest.raises(InputError, match="nothing would be run again"):
        reproduce(run, copied(run, tmp_path))


def test_no_run_is_no_run(tmp_path):
    with pytest.raises(InputError, match="no run"):
        reproduce(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("a,b\n1,2\n", "a,b\n1,3\n", "t.csv, line 2, b: was 2, is 3"),
        ("a,b\n1,2\n", "a,b\n", "t.csv, line 2: the line is gone"),
        ("a,b\n", "a,b\n1,2\n", "t.csv, line 2: there was no such line"),
        ("a,b\n1,2\n", "a,c\n1,2\n", "t.csv, line 1, b: was b, is c"),
        ('a,b\n"x,y",2\n', 'a,b\n"x,z",2\n', "t.csv, line 2, a: was x,y, is x,z"),
    ],
)
def test_the_first_difference_in_words(old, new, words):
    assert first_difference("t.csv", old, new) == words
