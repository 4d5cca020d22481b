"""The problems that a search is proven on have the answers that they state, and the default sampler finds them."""

import random

import pytest

from benchmarks.search.history import chosen, history, variant
from benchmarks.search.planted import PLANTED
from rehab_opt.search import evaluate_block, panel_work
from rehab_opt.therapy import as_policy

NAMES = [problem.name for problem in PLANTED]
BY_NAME = dict(zip(NAMES, PLANTED, strict=True))


def random_points(study, count):
    rng = random.Random(1)
    for _ in range(count):
        yield {
            side.name: rng.choice(side.choices) if side.kind == "categorical" else rng.uniform(side.low, side.high)
            for side in study.space.dimensions
        }


def results(problem, point):
    study = problem.study
    return evaluate_block(panel_work(study, "search"), study.patients("search"), as_policy(study.space.decode(point)))


def feasible(study, found):
    return not study.constraints or all(row.seizures == 0 and row.lesion_growth == 0.0 for row in found)


def test_six_to_thirty_dimensions():
    assert [len(problem.study.space.dimensions) for problem in PLANTED] == [6, 12, 30, 8, 10]


@pytest.mark.parametrize("name", NAMES)
def test_the_planted_point_is_in_the_box_keeps_the_constraints_and_gains_what_is_stated(name):
    problem = BY_NAME[name]
    assert problem.gain(problem.point) == pytest.approx(problem.best, abs=0.01)
    assert feasible(problem.study, results(problem, problem.point))


@pytest.mark.parametrize("name", NAMES)
def test_no_other_point_gains_more(name):
    problem = BY_NAME[name]
    near = [dict(problem.point, **{key: point[key]}) for point in random_points(problem.study, 8) for key in point]
    for point in [*random_points(problem.study, 40), *near]:
        if problem.gain(point) > problem.best + 1e-9:
            assert not feasible(problem.study, results(problem, point)), point


def test_without_the_constraints_more_could_be_gained():
    problem = BY_NAME["planted_constrained"]
    free = problem.point | {"main.stimulation.strength": 0.8, "main.minutes": 75, "main.sessions_per_week": 4}
    assert problem.gain(free) == pytest.approx(40.0)
    found = results(problem, free)
    assert all(row.seizures > 0 for row in found)
    assert all(row.lesion_growth > 0.0 for row in found)


def test_the_default_sampler_finds_a_planted_optimum_and_random_search_does_not():
    problem = BY_NAME["planted_six"]
    share = {}
    for sampler in ("tpe", "random"):
        study = variant(problem.study, sampler=sampler, seed=1, trials=problem.study.search.trials)
        share[sampler] = problem.gain(chosen(study, history(study)).point) / problem.best
    assert share["tpe"] >= 1 - problem.tolerance
    assert share["random"] < 1 - problem.tolerance
