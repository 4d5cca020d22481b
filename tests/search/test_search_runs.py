"""The coordinator: the same trials whoever computes them, the lag rule, faults, constraints and replay."""

import contextlib
import os
import signal
import threading
from concurrent.futures import Future
from dataclasses import replace

import pytest
from tiny import PATIENTS, tiny_study, with_search

from rehab_opt.errors import InputError
from rehab_opt.search import (
    Bench,
    Pace,
    RunLog,
    SearchError,
    SearchInterrupted,
    Silent,
    StopRequest,
    entries,
    evaluate_references,
    make_executor,
    reference_policies,
    run_trials,
)
from rehab_opt.search.proposals.samplers import distributions


@contextlib.contextmanager
def bench_at(path, executor="serial", workers=None, progress=None):
    pool = executor if not isinstance(executor, str) else make_executor(executor, workers)
    with RunLog(path, {"versions": {"optuna": "recorded"}}) as log, StopRequest() as stop:
        yield Bench(pool, log, Silent() if progress is None else progress, Pace(0), stop)
    pool.shutdown(wait=False, cancel_futures=True)


def search(study, path, executor="serial", workers=None, progress=None):
    with bench_at(path, executor, workers, progress) as bench:
        patients = study.patients("search")
        references = evaluate_references(study, bench, reference_policies(study), patients)
        return run_trials(study, bench, patients, entries(study, references))


class Sampled(list):
    """A progress display that remembers."""

    def on_stage(self, stage, total):
        self.append((stage, total))

    def on_trial(self, done, total, best, feasible_share, seconds_left):
        self.append((done, total, best, feasible_share, seconds_left))

    def on_block(self, stage, done, total, seconds_left):
        pass


@pytest.mark.parametrize("sampler", ["tpe", "cma-es", "nsga-ii", "qmc", "random"])
def test_every_sampler_gives_the_same_trials_on_any_executor(sampler, tmp_path):
    study = tiny_study(sampler)
    alone = search(study, tmp_path / "serial")
    assert len({tuple(trial.point.items()) for trial in alone}) > 10
    assert search(study, tmp_path / "threads", "threads", 2) == alone
    assert search(study, tmp_path / "one", "threads", 1) == alone


@pytest.mark.parametrize("sampler", ["tpe", "nsga-ii", "nsga-iii", "random"])
def test_several_objectives_give_the_same_trials_on_any_executor(sampler, tmp_path):
    study = tiny_study(sampler)
    study = replace(study, objective=replace(study.objective, trade_off=("therapist-hours", "adverse-events")))
    alone = search(study, tmp_path / "serial")
    assert search(study, tmp_path / "threads", "threads", 2) == alone
    for trial in alone:
        assert trial.objectives == (
            trial.value,
            trial.results[0].hours,
            sum(r.adverse_events for r in trial.results) / 5,
        )


def test_a_gaussian_process_gives_the_same_trials_on_any_executor(tmp_path):
    pytest.importorskip("torch")
    study = tiny_study("gp", trials=9)
    alone = search(study, tmp_path / "serial")
    assert search(study, tmp_path / "threads", "threads", 2) == alone


def test_processes_give_the_same_trials_too(tmp_path):
    study = tiny_study()
    assert search(study, tmp_path / "processes", "processes", 2) == search(study, tmp_path / "serial")


def test_another_seed_gives_other_trials_after_the_references(tmp_path):
    one, two = (search(tiny_study(seed=seed), tmp_path / str(seed)) for seed in (7, 8))
    entered = [trial.origin for trial in one].index("sampler")
    assert [trial.point for trial in one[:entered]] == [trial.point for trial in two[:entered]]
    assert all(a.point != b.point for a, b in zip(one[entered:], two[entered:], strict=True))


def test_the_block_size_changes_no_number(tmp_path):
    big, small = (search(with_search(tiny_study(), block=size), tmp_path / str(size)) for size in (1, 5))
    assert big == small


class Late:
    """An executor that finishes nothing until it is asked for everything open, then the newest first."""

    def __init__(self):
        self.open = []
        self.widest = 0

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.open.append((future, fn, args, kwargs))
        self.widest = max(self.widest, len(self.open))
        if threading.active_count() < 50:
            threading.Timer(0.01, self.finish_newest).start()
        return future

    def finish_newest(self):
        future, fn, args, kwargs = self.open.pop()
        future.set_result(fn(*args, **kwargs))

    def shutdown(self, wait=True, *, cancel_futures=False):
        pass


def test_the_order_in_which_trials_finish_changes_nothing(tmp_path):
    study = tiny_study()
    assert search(study, tmp_path / "late", Late()) == search(study, tmp_path / "serial")


@pytest.mark.parametrize("lag", [1, 4])
def test_trial_n_is_asked_exactly_when_n_minus_lag_are_told(lag, tmp_path, monkeypatch):
    import optuna

    events = []
    ask, tell = optuna.study.Study.ask, optuna.study.Study.tell
    monkeypatch.setattr(optuna.study.Study, "ask", lambda *a, **k: events.append("ask") or ask(*a, **k))
    monkeypatch.setattr(optuna.study.Study, "tell", lambda *a, **k: events.append("tell") or tell(*a, **k))
    search(tiny_study(lag=lag, trials=9), tmp_path / "log", "threads", 2)
    told_before = [events[:i].count("tell") for i, event in enumerate(events) if event == "ask"]
    assert told_before == [max(0, number - lag + 1) for number in range(9)]


def test_the_lag_belongs_to_the_study(tmp_path):
    one, two = (search(tiny_study(lag=lag), tmp_path / str(lag)) for lag in (1, 6))
    assert [trial.point for trial in one] != [trial.point for trial in two]


def test_references_come_first_and_are_not_simulated_twice(tmp_path, monkeypatch):
    monkeypatch.setenv("TINY_COUNT", str(tmp_path / "count"))
    study = tiny_study(plug="tiny:CountingModel", trials=4)
    trials = search(study, tmp_path / "log")
    assert [trial.origin for trial in trials] == ["usual-care", "sampler", "sampler", "sampler"]
    courses = (tmp_path / "count").read_text().splitlines()
    assert len(courses) == PATIENTS * (len(study.references) + 3)


def test_trials_that_fail_say_why_and_the_search_goes_on(tmp_path):
    trials = search(tiny_study(plug="tiny:FussyModel"), tmp_path / "log")
    outcomes = {trial.outcome for trial in trials}
    assert outcomes == {"completed", "failed"}
    for trial in trials:
        failed = trial.point["main.stimulation.modality"] == "itbs" and trial.outcome == "failed"
        assert failed == (trial.message == "ValueError: this model knows no stimulation")
        assert (trial.value is None) == failed
        assert not (failed and trial.feasible)


def test_a_model_that_never_works_ends_the_search_early(tmp_path):
    with pytest.raises(SearchError, match="none of the first 10 trials worked; trial 9: ZeroDivisionError: no such"):
        search(tiny_study(plug="tiny:BrokenModel", trials=50), tmp_path / "log")


def test_a_trial_that_kills_its_workers_is_crashed_and_the_others_are_untouched(tmp_path):
    deadly = search(tiny_study("random", trials=6, seed=3, plug="tiny:DeadlyModel"), tmp_path / "a", "processes", 2)
    fussy = search(tiny_study("random", trials=6, seed=3, plug="tiny:FussyModel"), tmp_path / "b")
    assert "crashed" in {trial.outcome for trial in deadly}
    assert [trial.outcome == "crashed" for trial in deadly] == [trial.outcome == "failed" for trial in fussy]
    assert [trial.value for trial in deadly] == [trial.value for trial in fussy]


def test_constraints_steer_the_search(tmp_path):
    tight = search(tiny_study(maximum=0.0, trials=30, modalities=("itbs",)), tmp_path / "tight")
    loose = search(tiny_study(maximum=1.0, trials=30, modalities=("itbs",)), tmp_path / "loose")
    assert any(not trial.feasible for trial in tight)
    assert all(trial.feasible for trial in loose)
    assert share_with_seizures(tight[15:]) < share_with_seizures(loose[15:])


def share_with_seizures(trials):
    return sum(any(result.seizures for result in trial.results) for trial in trials) / len(trials)


def test_progress_ends_with_all_trials_and_the_best_feasible_value(tmp_path):
    seen = Sampled()
    trials = search(tiny_study(), tmp_path / "log", progress=seen)
    done, total, best, share, left = seen[-1]
    assert (done, total) == (14, 14)
    assert best == max(trial.value for trial in trials if trial.feasible)
    assert share == sum(trial.feasible for trial in trials) / 14
    assert left is not None
    assert ("search", 14) in seen


@pytest.mark.parametrize("kept", [1, 4, 9, 13])
def test_a_cut_log_is_replayed_and_gives_the_same_search(kept, tmp_path):
    study, path = tiny_study(), tmp_path / "log"
    whole = search(study, path, "threads", 2)
    lines = path.read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut"
    cut.write_bytes(b"".join(lines[: len(lines) - kept]))
    assert search(study, cut) == whole
    assert cut.read_bytes().startswith(b"".join(lines[: len(lines) - kept]))


def test_a_finished_search_is_read_without_asking_anybody(tmp_path, monkeypatch):
    study, path = tiny_study(), tmp_path / "log"
    whole = search(study, path)
    monkeypatch.setattr("optuna.create_study", None)
    assert search(study, path) == whole


def test_a_log_that_would_now_be_proposed_differently_is_refused_with_versions(tmp_path):
    path = tmp_path / "log"
    search(tiny_study(trials=6), path)
    with pytest.raises(
        SearchError, match=r"trial \d+ would now be proposed differently: main\..* Recorded with optuna re"
    ):
        search(tiny_study(trials=12, seed=99), path)


def test_ctrl_c_drains_what_has_begun_and_the_search_goes_on_later(tmp_path, monkeypatch):
    monkeypatch.setenv("TINY_COUNT", str(tmp_path / "count"))
    study, path = tiny_study(plug="tiny:CountingModel"), tmp_path / "log"

    class Impatient(Sampled):
        def on_trial(self, done, *rest):
            if done == 5:
                os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(SearchInterrupted, match="of 14 trials done") as caught:
        search(study, path, "threads", 2, Impatient())
    assert isinstance(caught.value, KeyboardInterrupt)
    whole = search(study, path)
    once = len((tmp_path / "count").read_text().splitlines())
    assert once == PATIENTS * (len(study.references) + 13)
    assert whole == search(study, tmp_path / "other")


def test_ctrl_c_twice_leaves_at_once(tmp_path):
    class Furious(Sampled):
        def on_trial(self, *rest):
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as caught:
        search(tiny_study(), tmp_path / "log", "threads", 2, Furious())
    assert not isinstance(caught.value, SearchInterrupted)
    assert len(search(tiny_study(), tmp_path / "log")) == 14


def test_ranges_with_a_step_end_on_the_grid():
    from rehab_opt.study import Dimension

    box = distributions(
        [
            Dimension(name="a", kind="int", low=0, high=29, step=5),
            Dimension(name="b", kind="float", low=0, high=1, step=0.3),
        ]
    )
    assert (box["a"].high, box["b"].high) == (25, 0.9)


def test_unknown_references_are_refused():
    with pytest.raises(InputError, match="did you mean 'usual-care'"):
        reference_policies(replace(tiny_study(), references=("usual-cera",)))


def test_every_sampler_stays_on_the_grid_of_a_range_with_a_step(tmp_path):
    study = tiny_study("random", trials=20)
    box = distributions(study.space.dimensions)
    assert (box["main.start"].step, box["main.minutes"].step, box["main.weeks"].step) == (2, 5, 1)
    for trial in search(study, tmp_path / "log"):
        assert trial.point["main.start"] % 2 == 0
        assert trial.point["main.minutes"] % 5 == 0
