"""The command `validate`: what it prints, how it ends, what it refuses."""

import json

import pytest
from experiments_for_tests import broken, gain
from typer.testing import CliRunner

from rehab_opt.cli import app
from rehab_opt.search import SearchInterrupted


@pytest.fixture
def give(tmp_path, monkeypatch):
    """Give the command with experiments of tests for two targets, in an empty directory with a cache of its own."""
    table = {"equal-dose": gain, "use-bistable": broken}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rehab_opt.validation.run.experiment_of", lambda target: table.get(target.id))
    monkeypatch.setattr("rehab_opt.validation.work.default_folder", lambda: tmp_path / "kept")

    def run(*arguments):
        return CliRunner().invoke(app, ["validate", "--workers", "1", "--quick", *arguments], catch_exceptions=False)

    return run


def test_a_target_that_holds_ends_with_0(give):
    done = give("--target", "equal-dose", "--report", "page.html")
    assert done.exit_code == 0, done.output
    assert "shape 1 of 1 hold" in done.stdout
    assert "Simulation, not clinical advice" in done.stdout
    assert "equal-dose: holds" in done.stderr


def test_a_target_that_falls_short_ends_with_1_and_its_trouble(give):
    done = give("--group", "dose", "--json")
    assert done.exit_code == 1
    rows = json.loads(done.stdout)
    assert {row["id"]: row["verdict"] for row in rows if row["verdict"] == "holds"} == {"equal-dose": "holds"}
    assert len(rows) == 6
    assert "no patients in <this> group" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "equal-dos"], "did you mean 'equal-dose'?"),
        (["--group", "does"], "did you mean 'dose'?"),
        (["--off", "prunning"], "did you mean 'pruning'?"),
        (["--seeds", "0"], "positive"),
        (["--report", "nowhere/page.html"], "no such directory"),
    ],
)
def test_bad_input_ends_with_2(give, arguments, words):
    done = give(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr


def test_ctrl_c_ends_with_130(give, monkeypatch):
    def stopped(setup):
        raise SearchInterrupted("what was finished is kept")

    monkeypatch.setattr("rehab_opt.validation.run.experiment_of", lambda target: stopped)
    done = give("--target", "equal-dose")
    assert done.exit_code == 130
    assert "what was finished is kept" in done.stderr
