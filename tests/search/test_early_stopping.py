"""Early stopping: rarely wrong, often right, the same for any executor, and told with a sound estimate."""

from dataclasses import replace

import numpy as np
import pytest
from test_search_runs import search
from tiny import tiny_study

from rehab_opt.search import PatientResult, TrialRecord, best_trials, read_log
from rehab_opt.search.judgement.looks import better_rivals, chance_to_reach, estimate, judge, look_sizes
from rehab_opt.search.judgement.score import constraint_values, objective_values
from rehab_opt.study import Constraint


def study_of(patients, block, share=0.05, **changes):
    study = tiny_study()
    return replace(
        study,
        panels=replace(study.panels, search=patients),
        search=replace(study.search, block=block, early_stopping=share),
        objective=replace(study.objective, **changes),
    )


def result(value, hours=10.0, seizures=0):
    return PatientResult(
        patient_id="p",
        enrolled_day=5,
        outcome="completed",
        values={"fm_ue": float(value)},
        baseline={},
        hours=hours,
        sessions=20,
        repetitions=900.0,
        adverse_events=seizures,
        seizures=seizures,
        lesion_growth=0.0,
    )


def record(study, results, number=0):
    values = objective_values(results, study.objective)
    return TrialRecord(
        number=number,
        point={"weeks": number},
        origin="sampler",
        outcome="completed",
        value=values[0],
        results=tuple(results),
        values=values if len(values) > 1 else (),
    )


def stopped_at(study, results, rivals):
    """Return after how many patients a trial is stopped, or None."""
    for seen in look_sizes(study.panels.search, study.search.block):
        if judge(study, results[:seen], rivals) is not None:
            return seen
    return None


NOISES = {
    "normal": lambda rng, n: rng.normal(0.0, 3.0, n),
    "skewed": lambda rng, n: 3.0 * (rng.exponential(1.0, n) - 1.0),
    "skewed-down": lambda rng, n: -3.0 * (rng.exponential(1.0, n) - 1.0),
    "heavy": lambda rng, n: 2.0 * rng.standard_t(3, n),
    "runaways": lambda rng, n: rng.normal(0.0, 2.0, n) - 30.0 * (rng.random(n) < 0.03),
}


def rate(study, shift, noise, statistic_gain=0.0, runs=1500):
    """Return the share of trials stopped, and the share stopped though the whole panel would have put them first."""
    rng, patients = np.random.default_rng(5), study.panels.search
    stopped = wrong = 0
    for _ in range(runs):
        base = rng.normal(35.0, 10.0, patients)
        rival = record(study, [result(x) for x in base])
        own = [result(x) for x in base + shift + noise(rng, patients)]
        if stopped_at(study, own, (rival,)) is not None:
            stopped += 1
            wrong += objective_values(own, study.objective)[0] >= rival.value
    return stopped / runs, wrong / runs


@pytest.mark.parametrize("kind", NOISES)
@pytest.mark.parametrize(("patients", "block"), [(12, 4), (24, 4)])
def test_trials_that_would_win_are_rarely_stopped_whatever_the_noise(kind, patients, block):
    study = study_of(patients, block)
    # Equal to the best on average: about half would win. The promise is 5 % of all; skewed noise costs a little more.
    _, wrong = rate(study, 0.0, NOISES[kind])
    assert wrong <= {"skewed": 0.07}.get(kind, 0.05)


def test_a_trial_that_is_truly_better_is_almost_never_stopped():
    _, wrong = rate(study_of(12, 4), +2.0, NOISES["normal"])
    assert wrong < 0.01


@pytest.mark.parametrize(("patients", "shift", "least"), [(12, -9.0, 0.9), (24, -6.0, 0.95), (24, -3.0, 0.6)])
def test_clearly_worse_trials_are_mostly_stopped(patients, shift, least):
    stopped, _ = rate(study_of(patients, 4), shift, NOISES["normal"])
    assert stopped > least


def test_the_lower_tail_is_judged_too_and_rarely_wrongly():
    study = study_of(24, 8, statistic="lower-tail", tail=0.25)
    _, wrong = rate(study, 0.0, NOISES["normal"])
    stopped, _ = rate(study, -12.0, NOISES["normal"])
    assert wrong <= 0.05
    assert stopped > 0.5


def test_a_smaller_share_stops_less():
    rates = [rate(study_of(12, 4, share=share), -4.0, NOISES["normal"], runs=400)[0] for share in (0.001, 0.05, 0.3)]
    assert rates == sorted(rates)
    assert rates[0] < rates[2]


def test_equal_trials_and_trials_without_a_rival_go_on():
    study = study_of(12, 4)
    same = [result(30 + i) for i in range(12)]
    assert stopped_at(study, same, (record(study, same),)) is None
    assert stopped_at(study, same, ()) is None


def test_too_few_patients_judge_nobody():
    assert look_sizes(12, 2) == (4, 6, 8, 10)
    study = study_of(5, 3)
    worse = [result(10 - i) for i in range(5)]
    assert stopped_at(study, worse, (record(study, [result(60)] * 5),)) is None


def test_a_constraint_that_is_surely_broken_stops_without_any_rival():
    study = replace(study_of(12, 4), constraints=(Constraint("seizure-rate", 0.1),))
    one, two = ([result(50, seizures=int(i < n)) for i in range(12)] for n in (1, 2))
    assert judge(study, one[:4], ()) is None  # one of four is beyond the limit, but one of twelve is not
    found = judge(study, two[:4], ())
    assert "sure to break seizure-rate after 4 of 12" in found.reason
    assert found.constraints == constraint_values(two[:4], study.constraints)
    assert found.values == (50.0,)


def test_several_objectives_stop_a_trial_only_when_one_rival_is_better_in_all():
    study = study_of(24, 8, trade_off=("therapist-hours",))
    rng = np.random.default_rng(3)
    base = rng.normal(40, 8, 24)
    rival = record(study, [result(x, hours=20.0) for x in base])
    worse = base - 6 + rng.normal(0, 2, 24)
    assert stopped_at(study, [result(x, hours=25.0) for x in worse], (rival,)) == 8
    assert stopped_at(study, [result(x, hours=20.0) for x in worse], (rival,)) == 8
    assert stopped_at(study, [result(x, hours=19.0) for x in worse], (rival,)) is None
    assert stopped_at(study, [result(x + 9, hours=25.0) for x in worse], (rival,)) is None
    assert stopped_at(study, [result(x, hours=20.0) for x in base], (rival,)) is None


def test_the_estimate_is_free_of_who_was_seen_first():
    study = study_of(24, 8)
    rng = np.random.default_rng(1)
    base = np.sort(rng.normal(35, 10, 24))  # the worst patients come first
    own = base - 4 + rng.normal(0, 1, 24)
    rival = record(study, [result(x) for x in base])
    seen = [result(x) for x in own[:8]]
    assert estimate(study, seen, rival)[0] == pytest.approx(own.mean(), abs=1.0)
    assert abs(objective_values(seen, study.objective)[0] - own.mean()) > 5.0


def test_the_predicted_chance_is_calibrated():
    rng = np.random.default_rng(2)
    panels = rng.normal(0.3, 1.0, (4000, 12))
    predicted = np.array([chance_to_reach(panel[:5], 12) for panel in panels])
    came_true = panels.mean(axis=1) >= 0
    for low, high in ((0.0, 0.1), (0.4, 0.6), (0.9, 1.0)):
        inside = (predicted >= low) & (predicted < high)
        # With a flat prior; these panels lie above 0, so more come true than are predicted, and never much fewer.
        assert came_true[inside].mean() > predicted[inside].mean() - 0.03


def test_rivals_are_the_front_of_whole_feasible_trials():
    study = study_of(4, 2)
    first, second = (record(study, [result(x)] * 4, number) for number, x in ((0, 40), (1, 41)))
    kept = better_rivals((), first)
    assert better_rivals(kept, second) == (second,)
    assert better_rivals(kept, replace(second, outcome="stopped")) == kept
    assert better_rivals(kept, replace(second, constraints={"seizure-rate": 0.1})) == kept


def stopping_study(sampler="tpe", trials=24, trade_off=()):
    study = tiny_study(sampler, trials=trials)
    return replace(
        study,
        panels=replace(study.panels, search=8),
        search=replace(study.search, early_stopping=0.2),
        objective=replace(study.objective, trade_off=trade_off),
    )


@pytest.mark.parametrize("sampler", ["tpe", "cma-es", "nsga-ii", "random"])
def test_with_early_stopping_on_the_history_is_the_same_everywhere(sampler, tmp_path):
    study = stopping_study(sampler)
    alone = search(study, tmp_path / "serial")
    stopped = [trial for trial in alone if trial.outcome == "stopped"]
    assert len(stopped) >= 3
    assert all(4 <= len(trial.results) < 8 for trial in stopped)
    assert {len(trial.results) for trial in alone if trial.outcome == "completed"} == {8}
    assert search(study, tmp_path / "one", "threads", 1) == alone
    assert search(study, tmp_path / "two", "threads", 2) == alone
    assert search(study, tmp_path / "four", "threads", 4) == alone


def test_with_processes_and_several_objectives_too(tmp_path):
    study = stopping_study("nsga-ii", trade_off=("therapist-hours",))
    alone = search(study, tmp_path / "serial")
    assert any(trial.outcome == "stopped" for trial in alone)
    assert search(study, tmp_path / "processes", "processes", 2) == alone


def test_a_cut_log_with_stopped_trials_goes_on_to_the_same_end(tmp_path):
    study, path = stopping_study(), tmp_path / "log"
    whole = search(study, path, "threads", 2)
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in (20, 26, 31):
        cut = tmp_path / f"cut-{kept}"
        cut.write_bytes(b"".join(lines[:kept]))
        assert search(study, cut) == whole
        assert read_log(cut).trials == dict(enumerate(whole))


def test_stopped_trials_are_worse_than_what_stopped_them_and_never_finalists(tmp_path):
    trials = search(stopping_study(), tmp_path / "log")
    best = 0.0
    for trial in trials:
        if trial.outcome == "stopped" and trial.message.startswith("worse"):
            assert trial.value < best
        if trial.candidate:
            best = max(best, trial.value)
    assert all(trial.outcome == "completed" for trial in best_trials(trials, 10))


def test_it_saves_courses_and_misses_no_winner(tmp_path):
    # A random search proposes the same points with and without, so that the winners can be compared one to one.
    study = stopping_study("random", trials=40)
    full = replace(study, search=replace(study.search, early_stopping=0.0))
    some, every = search(study, tmp_path / "with"), search(full, tmp_path / "without")
    assert [trial.point for trial in some] == [trial.point for trial in every]
    courses = [sum(len(trial.results) for trial in trials) for trials in (some, every)]
    assert courses[0] < 0.8 * courses[1]
    assert best_trials(some, 1)[0] == best_trials(every, 1)[0]
    for trial, whole in zip(some, every, strict=True):
        assert trial.results == whole.results[: len(trial.results)]
        if trial.message.startswith("worse"):
            assert trial.value == pytest.approx(whole.value, abs=5.0)
