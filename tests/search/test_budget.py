"""Budgets: hours and the stop rule cut the same history short, and status tells what is left."""

import time
from dataclasses import replace

import numpy as np
import pytest
from test_search_runs import bench_at, search
from tiny import tiny_study, with_search

from rehab_opt.search import (
    PatientResult,
    SearchInterrupted,
    TrialRecord,
    entries,
    evaluate_references,
    read_log,
    reference_policies,
    run_trials,
)
from rehab_opt.search.judgement.budget import Budget
from rehab_opt.search.judgement.worth import promised_gain, search_worth, window_size
from rehab_opt.search.record.records import AcceptedRecord, EndRecord


class Clock:
    """A clock that moves a minute at each look."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        self.now += 60.0
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr("rehab_opt.search.judgement.budget.time", found)
    return found


def test_hours_cut_the_history_short_and_never_reorder_it(tmp_path, clock):
    study = tiny_study()
    whole = search(study, tmp_path / "whole")
    path = tmp_path / "short"
    short = search(with_search(study, hours=0.1), path, "threads", 2)
    assert 1 <= len(short) < len(whole)
    assert short == whole[: len(short)]
    end = read_log(path).end
    assert end == EndRecord("hours", len(short))
    assert search(with_search(study, hours=0.1), path) == short


def test_at_least_one_trial_is_run_however_short_the_time(tmp_path, clock):
    assert len(search(with_search(tiny_study(), hours=1e-6), tmp_path / "log")) == 1


def test_time_of_earlier_sessions_counts_and_what_was_begun_is_kept(tmp_path, clock, monkeypatch):
    study = with_search(tiny_study(), hours=0.5)
    whole = search(tiny_study(), tmp_path / "whole")
    path = tmp_path / "log"
    search(study, path)
    lines = path.read_bytes().splitlines(keepends=True)
    number = next(i for i, line in enumerate(lines) if b'"number":3,' in line)
    path.write_bytes(b"".join(lines[: number + 1]))  # killed after trial 3
    monkeypatch.setattr("rehab_opt.search.record.log.LogContents.searched_seconds", lambda self: 3600.0)
    again = search(study, path)
    assert again == whole[: len(again)]
    assert len(again) == 4
    assert read_log(path).end == EndRecord("hours", 4)


def test_seconds_of_search_leave_out_what_lies_between_two_sessions(tmp_path):
    study = with_search(tiny_study(), hours=5.0)
    with bench_at(tmp_path / "log") as bench:
        Budget(study, bench.log)
        first = bench.log.contents.searched_seconds()
        bench.log.contents.searched_at += 100.0
        assert bench.log.contents.searched_seconds() == pytest.approx(first + 100.0)
        Budget(study, bench.log)
        assert bench.log.contents.clock[0] == pytest.approx(first + 100.0)
        assert bench.log.contents.searched_seconds() == pytest.approx(first + 100.0)


def test_a_change_accepted_after_a_pause_is_no_search(tmp_path):
    with bench_at(tmp_path / "log") as bench:
        Budget(with_search(tiny_study(), hours=5.0), bench.log)
        before = bench.log.contents.searched_seconds()
        time.sleep(0.05)
        bench.log.append(AcceptedRecord(changes=("versions",), source="0", versions={}, trials=0))
        assert bench.log.contents.searched_seconds() == before
    assert read_log(tmp_path / "log").searched_seconds() == before


def records(values, noise=1.0, patients=12):
    rng = np.random.default_rng(0)
    base, found = rng.normal(30, 8, patients), []
    for number, value in enumerate(values):
        scores = base - base.mean() + value + noise * (lambda e: e - e.mean())(rng.normal(0, 1, patients))
        results = tuple(
            PatientResult(
                patient_id=f"p{i}",
                enrolled_day=5,
                outcome="completed",
                values={"fm_ue": float(score)},
                baseline={},
                hours=10.0,
                sessions=9,
                repetitions=90.0,
                adverse_events=0,
                seizures=0,
                lesion_growth=0.0,
            )
            for i, score in enumerate(scores)
        )
        point = {"weeks": number}
        found.append(
            TrialRecord(number=number, point=point, origin="sampler", outcome="completed", value=value, results=results)
        )
    return found


GOAL = tiny_study().objective


def worth(trials):
    return search_worth(trials, trials[0].results, GOAL, 10, 5)


def test_a_search_that_still_climbs_is_worth_more_than_the_noise():
    found = worth(records([30 + 0.2 * i for i in range(60)]))
    assert found.window == window_size(60, 10, 5) == 20
    assert found.gain >= 4.0 - 1e-9
    assert not found.is_over


def test_a_search_that_stands_still_is_over_once_it_can_be_said():
    flat = [30 + 0.5 * i for i in range(20)] + [39.4 + 0.01 * (i % 3) for i in range(40)]
    assert worth(records(flat)[:25]) is None
    found = worth(records(flat))
    assert found.gain < 0.05 < found.noise
    assert found.is_over


def test_chances_left_in_the_spread_of_the_last_trials_count():
    rng = np.random.default_rng(4)
    early_luck = [50.0, *rng.normal(46.0, 3.0, 60).clip(None, 49.9)]
    found = worth(records(early_luck))
    assert found.gain > 1.0  # nothing gained lately, but such a spread promises more
    assert promised_gain([40.0] * 20, 45.0) == 0.0


def test_the_noise_is_that_of_the_paired_advantage():
    loud, still = (worth(records([30.0 + 0.1 * i for i in range(60)], noise)) for noise in (3.0, 0.3))
    assert loud.noise == pytest.approx(10 * still.noise, rel=0.05)
    assert 0.4 < loud.noise < 2.0  # sqrt(2) * 3 / sqrt(12), far below the spread between patients
    assert search_worth(records([30.0] * 60), (), GOAL, 10, 5) is None


def until_noise(trials=90, sampler="random"):
    study = tiny_study(sampler, trials=trials, modalities=("none",))
    phase = replace(study.phases[0], repetitions_per_minute=2.0, start=0)
    return with_search(replace(study, phases=(phase,)), until="noise", startup=5)


def test_the_stop_rule_ends_the_search_at_the_same_trial_on_any_executor(tmp_path):
    study = until_noise()
    alone = search(study, tmp_path / "serial")
    assert 35 <= len(alone) < 90
    assert read_log(tmp_path / "serial").end == EndRecord("noise", len(alone))
    assert search(study, tmp_path / "threads", "threads", 2) == alone
    assert search(with_search(study, until="budget"), tmp_path / "whole")[: len(alone)] == alone
    lines = (tmp_path / "serial").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut").write_bytes(b"".join(lines[:-3]))
    assert search(study, tmp_path / "cut") == alone


def test_ctrl_c_just_before_the_stop_rule_changes_nothing(tmp_path):
    study = until_noise()
    whole = search(study, tmp_path / "whole")

    class Impatient:
        def on_stage(self, stage, total): ...
        def on_block(self, stage, done, total, left): ...
        def on_trial(self, done, *rest):
            if done == len(whole) - study.search.lag + 1:
                self.bench.stop.ask()

    seen = Impatient()
    with bench_at(tmp_path / "log", progress=seen) as bench:
        seen.bench = bench
        patients = study.patients("search")
        entered = entries(study, evaluate_references(study, bench, reference_policies(study), patients))
        with pytest.raises(SearchInterrupted):
            run_trials(study, bench, patients, entered)
    assert search(study, tmp_path / "log") == whole
