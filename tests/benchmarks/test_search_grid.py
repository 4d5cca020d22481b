"""The grid: all its points, what its values are of, going on after a stop, races by look-up."""

import dataclasses
import json
from concurrent.futures import Future

import numpy as np
import pytest

from benchmarks.search import grid, lookup, races
from benchmarks.search.history import history, variant
from rehab_opt.course import ModelSpec
from rehab_opt.search import make_executor
from rehab_opt.study import Range, load_study

TOY = ModelSpec("rehab_opt.models.toy:ToyModel")


@pytest.fixture(scope="module")
def study():
    return load_study(grid.STUDY)


@pytest.fixture
def toy(study):
    """Four schedules on the toy model."""
    phase = dataclasses.replace(
        study.phases[0],
        start=0,
        weeks=Range(1, 2),
        sessions_per_week=3,
        minutes=Range(20, 45, 25),
        repetitions_per_minute=2,
    )
    return dataclasses.replace(study, model=TOY, phases=(phase,))


class Counting:
    def __init__(self, most=99):
        self.inner, self.calls, self.most = make_executor("serial"), 0, most

    def submit(self, fn, /, *args) -> Future:
        self.calls += 1
        if self.calls > self.most:
            raise KeyboardInterrupt
        return self.inner.submit(fn, *args)

    def shutdown(self, wait=True, *, cancel_futures=False):
        pass


def test_the_grid_has_2000_different_schedules_that_every_sampler_can_search(study):
    points = grid.grid_points(study)
    assert len(points) == 2000
    assert len({study.space.decode(point).sessions for point in points}) == 2000
    assert study.search.trials == 100, "a twentieth"
    assert all(side.kind != "categorical" for side in study.space.dimensions)
    assert not study.constraints


def test_points_that_are_one_schedule_are_refused(study):
    late = dataclasses.replace(study, last_day=20)
    with pytest.raises(ValueError, match="same schedule"):
        grid.grid_points(late)


def test_a_stopped_grid_goes_on_and_gives_the_same_values(toy, tmp_path, monkeypatch):
    monkeypatch.setattr(grid, "AHEAD", 1)
    points = grid.grid_points(toy)
    whole = grid.simulate_all(toy, points, tmp_path / "whole.jsonl", Counting())
    assert sorted(whole) == [-1, 0, 1, 2, 3]
    with pytest.raises(KeyboardInterrupt):
        grid.simulate_all(toy, points, tmp_path / "log.jsonl", Counting(most=2))
    rest = Counting()
    assert grid.simulate_all(toy, points, tmp_path / "log.jsonl", rest) == whole
    assert rest.calls == 3, "what was finished is not repeated"


def test_values_of_another_model_are_not_mixed_in(toy, tmp_path, monkeypatch):
    points = grid.grid_points(toy)
    grid.simulate_all(toy, points, tmp_path / "log.jsonl", Counting())
    monkeypatch.setattr(grid, "model_hash", lambda: "other")
    with pytest.raises(ValueError, match="another study or model"):
        grid.simulate_all(toy, points, tmp_path / "log.jsonl", Counting())


def test_the_summary_has_the_best_gain_and_its_interval():
    found = grid.summary({-1: [10.0, 20.0, 30.0], 0: [11.0, 21.0, 31.0], 1: [15.0, 27.0, 36.0]})
    assert (found["schedules"], found["patients"], found["best"]) == (2, 3, 1)
    assert found["gain"] == pytest.approx(6.0)
    assert found["tolerance"] == pytest.approx(4.303 * 1.0 / 3**0.5, rel=1e-3)
    assert [figure.met for figure in grid.figures({**found, "schedules": 2000})] == [True, False]


def stored_toy(toy, folder, monkeypatch):
    points = grid.grid_points(toy)
    values = grid.simulate_all(toy, points, folder / "log.jsonl", Counting())
    for module in (grid, lookup):
        monkeypatch.setattr(module, "FOLDER", folder)
    monkeypatch.setattr(lookup, "read_study", lambda name: toy)
    grid.keep(toy, points, values)
    return points, values


def test_looked_up_values_are_those_of_the_model(toy, tmp_path, monkeypatch):
    points, values = stored_toy(toy, tmp_path, monkeypatch)
    found = lookup.load_grid()
    gains = [np.mean(np.array(values[i]) - np.array(values[-1])) for i in range(4)]
    assert [found.gain(point) for point in points] == pytest.approx(gains, abs=1e-5)
    assert found.best == pytest.approx(max(gains), abs=1e-5)
    trials = history(variant(found.study, sampler="tpe", seed=5, trials=12), toy.patients("search"))
    own = history(variant(toy, sampler="tpe", seed=1, trials=12), toy.patients("search"))
    by_point = {json.dumps(trial.point): trial.value for trial in own}
    assert {json.dumps(trial.point) for trial in trials} & set(by_point)
    for trial in trials:
        if json.dumps(trial.point) in by_point:
            assert trial.value == pytest.approx(by_point[json.dumps(trial.point)], abs=1e-5)
    assert races.steps(found, trials)[-1][1] == pytest.approx(1.0, abs=1e-4)


def test_what_is_stored_is_what_it_says():
    if lookup.load_grid() is None:
        pytest.skip("the grid has not been simulated")
    about = lookup.stored_grid()
    values = (lookup.FOLDER / "grid.csv").read_bytes()
    assert grid._hash(values) == about["provenance"]["values"]
    assert values.count(b"\n") == 2002
    assert about["gain"] >= 3 * about["tolerance"]
