"""A study of seconds on the toy model, its finished run, and a way to give commands."""

import os

import pytest
from typer.testing import CliRunner

from rehab_opt.cli import app

TINY = """
name = "tiny"
seed = 7
days = 100
model = "rehab_opt.models.toy:ToyModel"
[cohort]
enrolled_low = 5
enrolled_high = 20
[objective]
measure = "fm_ue"
day = 98
secondary = ["arat"]
[[phase]]
name = "main"
start = { low = 0, high = 30 }
weeks = { low = 1, high = 6 }
sessions_per_week = 5
minutes = { low = 20, high = 120 }
repetitions_per_minute = 2
[search]
trials = 8
lag = 2
startup = 4
block = 2
[panels]
search = 4
choice = 4
confirm = 6
finalists = 2
"""


def give(*arguments):
    """Give a command and return what came of it; an exception that the command line lets through fails the test."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Give commands from an empty directory."""
    monkeypatch.chdir(tmp_path)
    return give


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """Return the directory of a finished run and what the command printed."""
    place = tmp_path_factory.mktemp("finished")
    (place / "tiny.toml").write_text(TINY)
    before = os.getcwd()
    os.chdir(place)
    try:
        result = give("optimize", "tiny.toml", "--executor", "serial")
    finally:
        os.chdir(before)
    return place / "runs" / "tiny", result
