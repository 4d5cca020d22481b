"""A calibration on made-up experiments: budget, stop and go on, what is written, what is refused."""

import json
import tomllib

import pytest
from typer.testing import CliRunner

from rehab_opt.cli import app
from rehab_opt.search import SearchError, SearchInterrupted
from rehab_opt.validation import Figure, Finding, estimate
from rehab_opt.validation.calibration import calibrate, parse_calibration
from rehab_opt.validation.ensemble import parse_ensemble

FIGURE = Figure("x", "y", ())
TEXT = """
name = "small"
trials = {trials}
startup = 8
finalists = 4
repeats = 3
prior_weight = 0.001
targets = ["chronic-floor", "dose-contrast"]
[parameters]
"assessment.fm-noise" = {{}}
"assessment.arat-noise" = {{}}
"practice.bout-repetitions" = {{ scale = "log" }}
"""


def fm(setup):
    """Hold only where a noise is about 2; a little noise that belongs to the stream."""
    noise = 0.01 * (setup.seed("noise") % 100) / 100
    return Finding((estimate("fm", setup.set["assessment.fm-noise"] + noise, None, 1.9, 2.1),), FIGURE)


def arat(setup):
    return Finding((estimate("arat", setup.set["assessment.arat-noise"], None, 3.5, 4.5),), FIGURE)


def broken(setup):
    raise ZeroDivisionError("nobody")


@pytest.fixture
def put(monkeypatch):
    """Put experiments of tests in place of the real ones, and count their runs."""
    runs = []

    def replace(chronic=fm, dose=arat):
        table = {"chronic-floor": chronic, "dose-contrast": dose}

        def counted(target):
            def run(setup):
                runs.append((target.id, setup.stream, dict(setup.set)))
                return table[target.id](setup)

            return run

        monkeypatch.setattr("rehab_opt.validation.calibration.evaluate.experiment_of", counted)
        return runs

    replace()
    replace.runs = runs
    return replace


def run(out, trials=40, **changes):
    text = TEXT.format(trials=trials)
    for key, value in changes.items():
        text = f"{key} = {value}\n" + text
    return calibrate(parse_calibration(text), out, workers=1)


def test_it_starts_at_todays_values_and_finds_better_ones(tmp_path, put):
    choice = run(tmp_path)
    today, best = choice.trials[0], choice.best.trial
    assert today.point == {"assessment.fm-noise": 2.5, "assessment.arat-noise": 2.0, "practice.bout-repetitions": 80.0}
    assert best.loss < today.loss / 10
    assert abs(best.point["assessment.fm-noise"] - 2.0) < 0.3
    assert len(choice.trials) == 40


def test_all_trials_share_their_patients_and_fresh_ones_do_not(tmp_path, put):
    choice = run(tmp_path, trials=10)
    streams = {stream for _, stream, _ in put.runs}
    assert streams == {("calibration", 0, "trial"), *(("calibration", 0, "fresh", repeat) for repeat in range(3))}
    assert len(put.runs) == 2 * (10 + 3 * len(choice.finalists))


def test_a_second_run_repeats_nothing_and_gives_the_same(tmp_path, put):
    first = run(tmp_path, trials=12)
    files = {name: (tmp_path / name).read_bytes() for name in ("result.json", "calibration.md", "ensemble.toml")}
    put.runs.clear()
    again = run(tmp_path, trials=12)
    assert put.runs == []
    assert again == first
    assert all((tmp_path / name).read_bytes() == content for name, content in files.items())


def test_a_stop_keeps_what_was_finished_and_the_next_run_goes_on(tmp_path, put):
    whole = run(tmp_path / "whole", trials=12)

    def impatient(setup):
        if len(put.runs) > 12:
            raise SearchInterrupted
        return fm(setup)

    put.runs.clear()
    put(chronic=impatient)
    with pytest.raises(KeyboardInterrupt, match="goes on"):
        run(tmp_path / "parts", trials=12)
    lines = (tmp_path / "parts" / "log.jsonl").read_bytes().splitlines()
    assert len(lines) == 1 + 6
    with (tmp_path / "parts" / "log.jsonl").open("ab") as file:
        file.write(b'{"kind": "trial", "num')  # a crash in the middle of a line
    put()
    put.runs.clear()
    parts = run(tmp_path / "parts", trials=12)
    assert [row.point for row in parts.trials] == [row.point for row in whole.trials]
    assert [row.loss for row in parts.trials] == [row.loss for row in whole.trials]
    assert len([1 for name, stream, _ in put.runs if name == "chronic-floor" and stream[-1] == "trial"]) == 6


def test_a_larger_budget_goes_on_with_the_same_trials(tmp_path, put):
    first = run(tmp_path, trials=9)
    more = run(tmp_path, trials=14)
    assert more.trials[:9] == first.trials
    assert len(more.trials) == 14


def test_the_log_shows_every_check_and_no_shape_target(tmp_path, put):
    run(tmp_path, trials=3)
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert set(rows[0]["targets"].values()) == {"calibrate"}
    for row in rows[1:]:
        assert set(row["targets"]) == {"chronic-floor", "dose-contrast"}
        assert {target["kind"] for target in row["targets"].values()} == {"calibrate"}
        assert row["targets"]["dose-contrast"]["checks"][0]["measured"] == row["point"]["assessment.arat-noise"]


def test_errors_and_nan_are_large_losses_that_stop_nothing(tmp_path, put):
    put(dose=lambda setup: Finding((estimate("arat", float("nan"), None, 3.5, 4.5),), FIGURE))
    choice = run(tmp_path / "nan", trials=3)
    assert {row.targets["dose-contrast"]["loss"] for row in choice.trials} == {100.0}
    put(dose=broken)
    choice = run(tmp_path / "error", trials=3)
    assert choice.trials[0].targets["dose-contrast"]["trouble"] == "ZeroDivisionError: nobody"


def test_it_does_not_begin_when_nothing_works(tmp_path, put):
    put(chronic=broken, dose=broken)
    with pytest.raises(SearchError, match="nobody"):
        run(tmp_path)


def test_another_calibration_changed_sources_or_an_edited_log_are_refused(tmp_path, put, monkeypatch):
    run(tmp_path, trials=3)
    with pytest.raises(SearchError, match="seeds differ"):
        run(tmp_path, trials=3, seeds=0.5)
    monkeypatch.setattr("rehab_opt.validation.calibration.run.model_hash", lambda: "other")
    run(tmp_path, trials=3)  # finished: nothing is left that the sources could change
    with pytest.raises(SearchError, match="sources changed"):
        run(tmp_path, trials=4)
    log = tmp_path / "log.jsonl"
    log.write_text(log.read_text().replace('"loss":', '"loss": ', 1))
    with pytest.raises(SearchError, match="line 2"):
        run(tmp_path, trials=3)


def test_the_chosen_set_is_the_nearest_to_today_within_noise(tmp_path, put):
    easy = Finding((estimate("x", 1.0, None, 0.0, 2.0),), FIGURE)
    put(chronic=lambda setup: easy, dose=lambda setup: easy)
    choice = run(tmp_path, trials=5)
    assert choice.best.trial.number == 0


def test_the_ensemble_is_of_distinct_sets_with_the_chosen_first(tmp_path, put):
    choice = run(tmp_path, trials=30)
    members = parse_ensemble((tmp_path / "ensemble.toml").read_text())
    assert len(members) == 20
    assert members[0] == choice.best.trial.point
    assert len({tuple(member.values()) for member in members}) == 20
    assert len(tomllib.loads((tmp_path / "ensemble.toml").read_text())["member"]) == 20


def test_a_parameter_without_effect_is_not_pinned_down(tmp_path, put):
    found = {row.name: row for row in run(tmp_path, trials=80).sensitivities}
    assert not found["practice.bout-repetitions"].pinned
    assert found["practice.bout-repetitions"].width > 1.5 * found["assessment.fm-noise"].width
    assert found["assessment.fm-noise"].share > found["practice.bout-repetitions"].share
    page = (tmp_path / "calibration.md").read_text().splitlines()
    loose = next(line for line in page if line.startswith("Not pinned down by the data (width above a third): "))
    assert "`practice.bout-repetitions`" in loose
    assert "`assessment.fm-noise`" not in loose


def test_nothing_but_results_is_left_on_disk(tmp_path, put):
    def untidy(setup):
        setup.bench.folder.mkdir(parents=True, exist_ok=True)
        (setup.bench.folder / "course.npz").write_bytes(b"x")
        return fm(setup)

    put(chronic=untidy)
    run(tmp_path, trials=3)
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"log.jsonl", "lock", "result.json", "calibration.md", "ensemble.toml"}


def test_the_command(tmp_path, put, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "c.toml").write_text(TEXT.format(trials=30))
    give = ["calibrate", "c.toml", "--trials", "3", "--workers", "1"]
    done = CliRunner().invoke(app, give, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "Chosen: trial" in done.stdout
    assert "Simulation, not clinical advice" in done.stdout
    assert "3 of 3 trial 2: loss" in done.stderr
    assert (tmp_path / "runs" / "small" / "result.json").exists()
    done = CliRunner().invoke(app, [*give, "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["trials"] == 3
    (tmp_path / "c.toml").write_text(TEXT.format(trials=3).replace("chronic-floor", "onset-order"))
    done = CliRunner().invoke(app, ["calibrate", "c.toml"], catch_exceptions=False)
    assert done.exit_code == 2
    assert "never fitted" in done.stderr
