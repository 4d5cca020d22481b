"""Performance profiles, the tables of docs/benchmarks.md, and the samplers' command."""

import json
import math
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import asdict

import pytest

from benchmarks.common import store
from benchmarks.search import page, profiles, samplers
from benchmarks.search.planted import STUDIES
from benchmarks.search.races import Race, keep, read_races


def race(sampler, seed, steps, problem="planted_six", trials=150, chosen=1.0):
    return Race(problem, sampler, seed, trials, tuple(steps), chosen)


RACES = [
    race("tpe", 1, [(1, 0.2), (30, 0.96)]),
    race("tpe", 2, [(1, 0.1), (60, 0.7)], chosen=0.7),
    race("random", 1, [(2, 0.3), (120, 0.95)]),
    race("random", 2, [(1, 0.1)], chosen=0.1),
]


def test_a_profile_counts_misses_and_samplers_that_do_not_fit_as_not_solved():
    races = [*RACES, race("tpe", 1, [(10, 0.99)], problem="planted_constrained")]
    found = profiles.ratios(profiles.costs(races, page.tolerances()))
    assert sorted(found["tpe"]) == [1.0, 1.0, math.inf]
    assert sorted(found["random"]) == [4.0, math.inf, math.inf]
    assert profiles.within(found["tpe"], 1) == pytest.approx(2 / 3)
    assert profiles.within(found["random"], 3.9) == 0.0
    assert profiles.within(found["random"], 4) == pytest.approx(1 / 3)


def test_the_figure_is_a_file_of_its_own_and_the_same_for_the_same_races():
    svg = profiles.draw(profiles.ratios(profiles.costs(RACES, page.tolerances())))
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {node.get("class") for node in root.iter() if "line " in (node.get("class") or "")} == {
        "line tpe",
        "line random",
    }
    assert svg == profiles.draw(profiles.ratios(profiles.costs(RACES, page.tolerances())))


def test_the_tables_say_how_often_and_how_fast():
    assert "| `planted_six` | 6 | 40.0 points | 5 % | 150 | 1 of 2 | 85.0 % | - |" in page.planted_table(RACES)
    assert "| `planted_six` | 1 of 2; - | 1 of 2; - |" in page.sampler_table(RACES)
    assert "| tpe | 50 % | 50 % | 50 % | 50 % |" in page.profile_table(RACES)
    assert "| random | 0 % | 0 % | 50 % | 50 % |" in page.profile_table(RACES)


def test_the_grid_table_counts_seeds_within_the_budget_and_trials_to_randoms_best():
    races = [
        race("tpe", 1, [(1, 0.5), (90, 0.96)], problem="grid", trials=500, chosen=None),
        race("tpe", 2, [(101, 0.97)], problem="grid", trials=500, chosen=None),
        race("random", 1, [(400, 0.955)], problem="grid", trials=500, chosen=None),
        race("random", 2, [(300, 0.94)], problem="grid", trials=500, chosen=None),
    ]
    table = page.grid_races(races, 100)
    assert "| tpe | 1 of 2 | 48.0 % | 95.5 |" in table
    assert "| random | 0 of 2 | 0.0 % | 350 |" in table


def test_races_survive_the_file_and_replace_older_ones_of_their_kind(tmp_path):
    path = tmp_path / "races.json"
    keep(RACES, path)
    again = [race("tpe", 1, [(5, 0.99)])]
    keep(again, path)
    assert read_races(path) == [*RACES[2:], *again]


def test_the_page_can_be_generated():
    text = page.PAGE.read_text("utf-8")
    assert page.regenerated(page.regenerated(text)) == page.regenerated(text)


def test_every_sampler_runs_once_or_says_why_not(tmp_path, monkeypatch, capsys):
    study, runs = STUDIES / "planted_constrained.toml", tmp_path / "runs"
    options = f"--study {study} --trials 24 --executor serial --runs {runs} --sampler tpe --sampler cma-es".split()
    monkeypatch.setattr(sys, "argv", ["samplers", *options])
    assert samplers.main() == 0
    first = capsys.readouterr().out
    assert "| tpe | 24 |" in first
    assert "over no-therapy" in first
    cma = next(line for line in first.splitlines() if line.startswith("| cma-es"))
    assert "constraints" in cma
    log = (runs / "planted-constrained-tpe" / "log.jsonl").read_bytes()
    assert samplers.main() == 0
    assert capsys.readouterr().out == first
    assert (runs / "planted-constrained-tpe" / "log.jsonl").read_bytes() == log, "a finished run is only read"


def test_samplers_that_ran_before_stay_in_the_table_while_study_and_sources_are_the_same(tmp_path, monkeypatch):
    old = samplers.Row("random", trials=24, search=30.0, confirmed=29.0, against="no-therapy", gain=9.0)
    again, file = samplers.Row("tpe", misfit="new"), tmp_path / "samplers.json"
    kept = [old, samplers.Row("tpe", misfit="old")]
    store("search/samplers", {"study": "mine", "rows": [asdict(row) for row in kept]}, file, quick=False)
    assert samplers.others([again], "mine", file) == [old]
    assert samplers.others([again], "another", file) == []
    shown = page.study_table(json.loads(file.read_text()))
    assert "| random | 24 | 30.00 | 29.00 | +1.00 | +9.00 over no-therapy |" in shown
    monkeypatch.setattr(samplers, "machine", lambda: {"source": "edited"})
    assert samplers.others([again], "mine", file) == []
