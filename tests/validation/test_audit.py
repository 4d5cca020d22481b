"""The emergence audit on made-up experiments: which findings it takes, what counts as gone, what is kept and shown."""

import json

import pytest
from typer.testing import CliRunner

from rehab_opt.cli import app
from rehab_opt.errors import InputError
from rehab_opt.search import SearchInterrupted
from rehab_opt.validation import Figure, Finding, Setup, estimate, select
from rehab_opt.validation.audit import audit, audit_markdown, audit_words, shape_targets

FIGURE = Figure("x", "y", ())
MECHANISMS = ("growth-window", "consolidation", "homeostasis", "pruning")


def effect(size):
    """An effect of 4, at least 0.5 of which is wanted, that some mechanisms carry."""

    def experiment(setup):
        value = size.get(setup.off, 4.0)
        if isinstance(value, Exception):
            raise value
        return Finding((estimate("gain", value, None, 0.5, None), estimate("n", 5, None, 1, None)), FIGURE)

    return experiment


ONSET = effect({("growth-window",): 0.1, ("consolidation",): 0.6, ("homeostasis",): float("nan"), ("pruning",): 5.0})
EQUAL = effect({("growth-window",): ZeroDivisionError("no"), ("pruning",): -4.0})
WEAK = effect({(): 0.2})


@pytest.fixture
def put(monkeypatch, tmp_path):
    """Put experiments of tests in place of the real ones, in an empty folder, and count their runs."""
    runs = []

    def replace(table):
        def counted(target):
            experiment = table.get(target.id)
            if experiment is None:
                return None

            def run(setup):
                runs.append((target.id, setup.off))
                return experiment(setup)

            return run

        monkeypatch.setattr("rehab_opt.validation.run.experiment_of", counted)
        return runs

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rehab_opt.validation.work.default_folder", lambda: tmp_path / "kept")
    replace({"onset-order": ONSET, "equal-dose": EQUAL, "use-bistable": WEAK})
    replace.runs = runs
    return replace


def run(ids=("onset-order", "equal-dose", "use-bistable"), mechanisms=MECHANISMS):
    return audit(select(ids), mechanisms, Setup(quick=True), workers=1)


def test_only_shape_targets_are_audited():
    assert {target.kind for target in shape_targets()} == {"shape"}
    assert "dose-contrast" not in {target.id for target in shape_targets(groups=["dose"])}
    with pytest.raises(InputError, match="not of the kind shape"):
        shape_targets(["dose-contrast"])


def test_what_is_left_is_relative_to_all_mechanisms(put):
    left = {row.mechanism: row.left for row in run(["onset-order"]).effects}
    assert left["growth-window"] == pytest.approx(0.025)
    assert left["consolidation"] == pytest.approx(0.15)
    assert left["pruning"] == pytest.approx(1.25)
    assert left["homeostasis"] is None


def test_a_finding_is_gone_when_its_verdict_turns_or_little_is_left(put):
    found = {(row.target, row.mechanism): row for row in run().effects}
    assert found["onset-order", "growth-window"].verdict == "falls short"
    assert found["onset-order", "growth-window"].abolished
    assert found["onset-order", "growth-window"].turned == ("gain",)
    assert found["onset-order", "consolidation"].verdict == "holds"
    assert found["onset-order", "consolidation"].abolished
    assert not found["onset-order", "pruning"].abolished
    assert found["equal-dose", "pruning"].abolished  # turned into its opposite


def test_what_could_not_be_run_or_measured_is_not_counted_as_gone(put):
    found = {(row.target, row.mechanism): row for row in run().effects}
    assert not found["onset-order", "homeostasis"].abolished
    assert found["equal-dose", "growth-window"].trouble == "ZeroDivisionError: no"
    assert not found["equal-dose", "growth-window"].abolished


def test_findings_that_do_not_hold_are_not_audited(put):
    assert {row.target for row in run().effects} == {"onset-order", "equal-dose"}
    assert ("use-bistable", ("pruning",)) not in put.runs


def test_every_mechanism_is_removed_unless_some_are_named(put):
    from rehab_opt.mechanisms import names

    assert [row.mechanism for row in run(["onset-order"], ()).effects] == list(names())
    with pytest.raises(InputError, match="pruning"):
        run(["onset-order"], ["prunning"])


def test_a_stop_keeps_what_was_finished_and_the_next_run_goes_on(put):
    def impatient(setup):
        if setup.off == ("homeostasis",):
            raise SearchInterrupted("kept")
        return EQUAL(setup)

    put({"equal-dose": impatient})
    with pytest.raises(KeyboardInterrupt):
        run(["equal-dose"], ("consolidation", "homeostasis", "pruning"))
    put.runs.clear()
    put({"equal-dose": EQUAL})
    run(["equal-dose"], ("consolidation", "homeostasis", "pruning"))
    assert put.runs == [("equal-dose", ("homeostasis",)), ("equal-dose", ("pruning",))]


def test_the_tables_name_what_is_gone(put):
    data = json.loads(json.dumps(run().to_data(), allow_nan=False))
    page = audit_markdown(data)
    assert "| `onset-order` | timing | `growth-window`, `consolidation` |" in page
    assert "| `pruning` | **-1** |" in page
    assert "| `growth-window` | **0.025** |" in page
    assert "| `growth-window` | ? |" in page
    assert "fall short with all mechanisms: `use-bistable`" in page
    assert "quick" in page
    assert audit_words(data)[-1].endswith("abolishes them: none")


def test_a_mechanism_tried_on_one_finding_only_says_so_for_the_other(put):
    data = json.loads(json.dumps(run(["onset-order"], ["pruning"]).to_data()))
    data["targets"].append(data["targets"][0] | {"id": "u-shape", "abolished_by": []})
    assert "| `pruning` | 1.25 | not tried |" in audit_markdown(data)


def test_the_command_writes_both_files(put, tmp_path):
    give = ["audit", "--quick", "--workers", "1", "--target", "onset-order", "--off", "pruning", "--out", "a.json"]
    done = CliRunner().invoke(app, give, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    data = json.loads((tmp_path / "a.json").read_text())
    assert data["targets"][0]["abolished_by"] == []
    assert "without a mechanism that abolishes them: onset-order" in done.stdout
    assert "onset-order without pruning: holds" in done.stderr
    assert (tmp_path / "a.md").read_text().startswith("| finding that holds |")
    assert CliRunner().invoke(app, ["audit", "--target", "dose-contrast"]).exit_code == 2
