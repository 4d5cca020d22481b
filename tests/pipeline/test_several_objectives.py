"""A study with several objectives, with early stopping, from its file to its front, its report and its status."""

import csv
import json
from dataclasses import replace

import pytest
from tiny import tiny_study
from typer.testing import CliRunner

from rehab_opt.cli.app import app
from rehab_opt.compare import SEARCHED
from rehab_opt.errors import InputError
from rehab_opt.pipeline import load_run, optimize, reproduce
from rehab_opt.search import status
from rehab_opt.study import StudyError, parse_study


def study_of(**changes):
    study = tiny_study("nsga-ii", trials=24)
    goal = replace(study.objective, trade_off=("therapist-hours", "adverse-events"))
    search = replace(study.search, early_stopping=0.1, **changes)
    return replace(study, objective=goal, search=search, panels=replace(study.panels, search=8, finalists=3))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return optimize(study_of(), tmp_path_factory.mktemp("several") / "run", executor="serial")


def test_the_front_is_written_with_its_knee_and_hypervolume(run):
    rows = list(csv.DictReader((run.directory / "pareto.csv").open()))
    summary = json.loads((run.directory / "pareto.json").read_text())
    assert [int(row["number"]) for row in rows] == summary["trials"] == [trial.number for trial in run.front.members]
    assert [row["knee"] for row in rows] == ["true", *["false"] * (len(rows) - 1)]
    assert summary["knee"] == int(rows[0]["number"])
    assert summary["objectives"] == ["fm_ue", "therapist-hours", "adverse-events"]
    assert summary["hypervolume"] > 0
    assert summary["reference_point"] == list(run.front.reference)
    for row in rows:
        trial = run.trials[int(row["number"])]
        assert (float(row["fm_ue"]), float(row["therapist-hours"])) == trial.objectives[:2]


def test_the_compromise_goes_to_fresh_patients_with_the_references(run):
    assert [f.compromise for f in run.finalists] == sorted(f.compromise for f in run.finalists)
    assert run.finalists[0].number in [trial.number for trial in run.front.members[:3]]
    assert set(run.results) == {SEARCHED, "no-therapy", "usual-care"}
    (hours,) = {result.hours for result in run.results[SEARCHED]}
    assert hours == pytest.approx(run.trials[run.finalists[0].number].objectives[1])


def test_the_report_shows_the_front_once_an_objective(run):
    page = (run.directory / "report.html").read_text()
    card = page.partition('id="front"')[2].partition("</section>")[0]
    assert card.count("<figure>") == 2
    assert f"{run.front.hypervolume:.6g}" in card
    assert "the knee" in card
    asked = page.partition("What was asked")[2].partition("</section>")[0]
    assert "weighed against therapist hours and adverse events?" in asked
    trials_csv = (run.directory / "trials.csv").read_text().splitlines()[0]
    assert ",value,objective_therapist-hours,objective_adverse-events," in trials_csv


def test_it_is_read_back_and_reproduced_byte_by_byte(run):
    assert load_run(run.directory).front == run.front
    found = reproduce(run.directory, workers=2, executor="threads")
    assert found.same, found.differences


def test_status_counts_stopped_trials_and_the_front(run):
    found = status(run.directory)
    assert found.trials_stopped == sum(trial.outcome == "stopped" for trial in run.trials) > 0
    assert found.front == len(run.front.members)
    assert (found.trials_left, found.gain) == (0, None)
    shown = CliRunner().invoke(app, ["status", str(run.directory)]).stdout
    assert f"{found.trials_stopped} stopped early" in shown
    assert f"Pareto front: {found.front} trials" in shown


def test_a_run_that_the_clock_cut_short_is_read_reported_and_reproduced(tmp_path):
    short = replace(study_of(hours=0.0), objective=tiny_study().objective)
    run = optimize(short, tmp_path / "run", executor="serial")
    assert (len(run.trials), run.ended) == (1, "hours")
    assert load_run(tmp_path / "run").trials == run.trials
    found = status(tmp_path / "run")
    assert (found.state, found.trials_done, found.trials_total, found.ended) == ("finished", 1, 1, "hours")
    assert "The search ended after its 0 hours, with 1 of 24 trials." in (run.directory / "report.html").read_text()
    assert reproduce(tmp_path / "run", workers=1, executor="serial").same


def test_status_of_a_running_search_tells_the_budget_and_the_stop_rule(tmp_path):
    study = tiny_study("random", trials=60)
    study = replace(study, search=replace(study.search, hours=2.0, until="noise"))
    optimize(study, tmp_path / "run", executor="serial")
    log, manifest = tmp_path / "run" / "log.jsonl", tmp_path / "run" / "manifest.json"
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:45]))
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "finished": None}))
    found = status(tmp_path / "run")
    assert found.trials_left == 60 - found.trials_done > 0
    assert 1.9 < found.hours_left <= 2.0
    assert found.gain > 0 < found.noise
    shown = CliRunner().invoke(app, ["status", str(tmp_path / "run")]).stdout
    assert f"Left in the budget: {found.trials_left} trials, 2 h of search" in shown
    assert f"going on may gain {found.gain:.2f}, noise of the panel {found.noise:.2f} (ends the search" in shown


def test_a_sampler_for_one_objective_is_refused_before_anything_is_written(tmp_path):
    study = replace(study_of(), constraints=(), search=replace(study_of().search, sampler="cma-es"))
    with pytest.raises(InputError, match=r"one objective only, not 3 .*allowed: tpe, nsga-ii, nsga-iii,"):
        optimize(study, tmp_path / "run")
    assert not (tmp_path / "run").exists()
    (tmp_path / "study.toml").write_text(study.normalised())
    checked = CliRunner().invoke(app, ["check", str(tmp_path / "study.toml")])
    assert checked.exit_code == 2
    assert "one objective only" in checked.output


def test_the_study_file_holds_objectives_and_budgets_and_gives_them_back():
    study = study_of(hours=3.5)
    study = replace(study, objective=replace(study.objective, reference_point=(10.0, 60.0, 2.0)))
    assert parse_study(study.normalised()) == study
    text = study.normalised()
    for old, new, words in (
        ("reference_point = [10.0, 60.0, 2.0]", "reference_point = [10.0]", "has one number an objective"),
        ('"therapist-hours"', '"therapist-hour"', "did you mean 'therapist-hours'"),
        ("hours = 3.5", 'until = "noise"', "weighs one objective only"),
        ("early_stopping = 0.1", "early_stopping = 0.9", "number from 0 to 0.5"),
    ):
        with pytest.raises(StudyError, match=words):
            parse_study(text.replace(old, new))
    assert "early_stopping" not in tiny_study().normalised()
