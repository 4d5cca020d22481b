"""What-if: paired changes on patients that nobody has seen, resumable, in the report, and the same on any executor."""

import csv
import sys
from dataclasses import replace

import pytest
from tiny import tiny_study
from typer.testing import CliRunner

from rehab_opt.cli.app import app
from rehab_opt.compare import SEARCHED
from rehab_opt.errors import InputError
from rehab_opt.pipeline import load_run, optimize, reproduce, what_if
from rehab_opt.search import SearchError, read_log


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    directory = tmp_path_factory.mktemp("what-if") / "run"
    optimize(tiny_study(trials=8), directory, executor="serial")
    return what_if(directory, patients=6, executor="serial")


def test_the_table_holds_every_change_with_an_interval_or_a_reason(run):
    rows = list(csv.DictReader((run.directory / "what_if.csv").open()))
    assert [row["name"] for row in rows] == [row.name for row in run.findings.what_if]
    for row in rows:
        if row["left_out"]:
            assert (row["patients"], row["difference"], row["verdict"]) == ("0", "", "left out")
        else:
            assert row["patients"] == "6"
            assert float(row["low"]) <= float(row["difference"]) <= float(row["high"])
    assert sum(not row["left_out"] for row in rows) >= 4


def test_more_practice_helps_the_toy_patients_and_less_harms_them(run):
    kinds = {}
    for row in run.findings.what_if:
        if row.difference is not None and "practice" in row.name:
            kinds.setdefault(row.kind, []).append(row)
    assert all(row.difference < 0 and row.verdict == "worse" and row.hours < 0 for row in kinds["less"])
    assert all(row.difference > 0 and row.verdict == "better" and row.hours > 0 for row in kinds.get("more", []))


def test_the_patients_are_on_no_other_panel(run):
    log = read_log(run.directory / "log.jsonl")
    panels = {}
    for (panel, _, _), block in log.blocks.items():
        panels.setdefault(panel, set()).update(result.patient_id for result in block.results)
    assert len(panels["what-if"]) == 6
    assert not panels["what-if"] & set.union(*(ids for name, ids in panels.items() if name != "what-if"))


def test_the_report_shows_it_beside_the_importances(run):
    page = (run.directory / "report.html").read_text()
    card = page.partition('id="what-if"')[2].partition("</section>")[0]
    assert "<figure>" in card
    for row in run.findings.what_if:
        assert row.name in card
    assert page.index('id="what-if"') < page.index('id="importances"')


def test_it_goes_on_where_it_stopped_and_adds_patients(run, tmp_path, monkeypatch):
    directory = tmp_path / "run"
    optimize(tiny_study(trials=8), directory, executor="serial")
    done = (directory / "log.jsonl").read_bytes()
    what_if(directory, patients=6, workers=2, executor="threads")
    assert (directory / "what_if.csv").read_bytes() == (run.directory / "what_if.csv").read_bytes()
    whole = (directory / "log.jsonl").read_bytes().splitlines(keepends=True)
    kept = len(done.splitlines()) + 7
    (directory / "log.jsonl").write_bytes(b"".join(whole[:kept]))
    assert load_run(directory).findings.what_if == ()  # half of it is nothing yet
    what_if(directory, patients=6, executor="serial")
    assert (directory / "log.jsonl").read_bytes().splitlines(keepends=True)[:kept] == whole[:kept]
    assert (directory / "what_if.csv").read_bytes() == (run.directory / "what_if.csv").read_bytes()
    more = what_if(directory, patients=7, executor="serial").findings.what_if
    assert {row.patients for row in more} - {0} == {8}  # whole blocks of 2
    assert len(read_log(directory / "log.jsonl").panel_results("what-if", SEARCHED)) == 8


def test_a_study_can_ask_for_it_itself(run, tmp_path):
    study = tiny_study(trials=8)
    study = replace(study, panels=replace(study.panels, what_if=6))
    asked = optimize(study, tmp_path / "run", executor="serial")
    assert asked.findings.what_if == run.findings.what_if
    assert "what_if = 6" in (tmp_path / "run" / "study.toml").read_text()
    assert load_run(tmp_path / "run").findings.what_if == asked.findings.what_if


def test_patients_added_later_are_added_in_the_run_that_reproduces_it_too(tmp_path):
    study = tiny_study(trials=6)
    directory = tmp_path / "run"
    optimize(replace(study, panels=replace(study.panels, what_if=6)), directory, executor="serial")
    what_if(directory, patients=8, executor="serial")
    assert reproduce(directory, executor="serial").same


def test_other_sources_and_too_few_patients_are_refused(run, monkeypatch):
    with pytest.raises(InputError, match="5 or more"):
        what_if(run.directory, patients=3)
    monkeypatch.setattr(sys.modules["rehab_opt.pipeline.what_if"], "source_hash", lambda plug: "f" * 64)
    with pytest.raises(SearchError, match="not those of this run"):
        what_if(run.directory)


def test_the_command_prints_each_change(run):
    shown = CliRunner().invoke(app, ["what-if", str(run.directory), "--patients", "6", "--executor", "serial"])
    assert shown.exit_code == 0, shown.output
    for row in run.findings.what_if:
        assert row.name in shown.stdout
    assert "what_if.csv" in shown.stdout
