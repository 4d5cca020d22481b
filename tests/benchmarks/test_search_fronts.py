"""The planted front is the true one, NSGA-II comes near it, and a short random search does not."""

import random

import pytest

from benchmarks.search.fronts import FRONTS
from benchmarks.search.history import history, variant
from benchmarks.search.page import front_table
from benchmarks.search.races import Race, fitting, steps
from rehab_opt.search import evaluate_block, panel_work
from rehab_opt.therapy import as_policy

PROBLEM = FRONTS[0]


def random_points(count):
    rng = random.Random(3)
    for _ in range(count):
        yield {
            side.name: rng.randint(int(side.low), int(side.high)) if side.kind == "int" and side.step in (None, 1)
            else rng.uniform(side.low, side.high)
            for side in PROBLEM.study.space.dimensions
        }  # fmt: skip


def test_the_formula_is_the_models_and_hours_are_those_of_the_search():
    study = PROBLEM.study
    for plan in [*random.Random(1).sample(sorted(PROBLEM.plans), 25), (5, 4, 75), (1, 1, 20), (8, 5, 120)]:
        point = PROBLEM.point(*plan)
        assert PROBLEM.pair(point) == pytest.approx(PROBLEM.plans[plan], abs=1e-6), plan
    policy = as_policy(study.space.decode(point))
    found = evaluate_block(panel_work(study, "search"), study.patients("search"), policy)
    assert {row.hours for row in found} == {PROBLEM.plans[8, 5, 120][1]}


def test_the_plans_are_all_of_the_box():
    sides = {side.name: side for side in PROBLEM.study.space.dimensions}
    assert set(sides) == set(PROBLEM.point(1, 1, 20))
    for index, name in enumerate(("weeks", "sessions_per_week", "minutes")):
        side = sides[f"main.{name}"]
        values = sorted({plan[index] for plan in PROBLEM.plans})
        assert (values[0], values[-1], values[1] - values[0]) == (side.low, side.high, side.step or 1)


def test_no_point_beats_the_front():
    near = [dict(PROBLEM.point(5, 4, 75), **{key: point[key]}) for point in random_points(6) for key in point]
    for point in [*random_points(60), *near]:
        gain, hours = PROBLEM.pair(point)
        within = [best for best, cost in PROBLEM.front if cost <= hours + 1e-9]
        assert gain <= max(within) + 1e-6, point
        assert PROBLEM.volume([*PROBLEM.front, (gain, hours)]) <= PROBLEM.best * (1 + 1e-9)


def test_the_front_rises_with_the_hours_and_no_member_is_idle():
    gains, hours = zip(*PROBLEM.front, strict=True)
    assert list(gains) == sorted(set(gains))
    assert list(hours) == sorted(set(hours))
    assert (gains[-1], hours[-1]) == (40.0, 25.0)
    assert PROBLEM.volume(PROBLEM.front[1:]) < PROBLEM.best


def test_samplers_of_one_objective_do_not_fit():
    assert "cma-es" not in fitting(PROBLEM.study)
    assert {"tpe", "nsga-ii", "nsga-iii", "qmc", "random"} <= set(fitting(PROBLEM.study))


def test_nsga_finds_the_planted_front_and_a_short_random_search_does_not():
    share = {}
    for sampler, trials in (("nsga-ii", PROBLEM.study.search.trials), ("random", 60)):
        found = history(variant(PROBLEM.study, sampler=sampler, seed=2, trials=trials))
        shares = [worth for _, worth in steps(PROBLEM, found)]
        assert shares == sorted(shares), "without noise a front never gets worse"
        share[sampler] = shares[-1]
    assert 1 - PROBLEM.tolerance <= share["nsga-ii"] <= 1.0
    assert share["random"] < 1 - PROBLEM.tolerance


def test_the_table_has_a_row_a_sampler():
    races = [
        Race("planted_front", "nsga-ii", 1, 400, ((1, 0.2), (300, 0.95)), None),
        Race("planted_front", "nsga-ii", 2, 400, ((1, 0.2), (390, 0.75)), None),
    ]
    assert "| 951.8 | 10 % | nsga-ii | 400 | 1 of 2 | 85.0 % | - |" in front_table(races)
    assert "Not measured yet" in front_table([])
