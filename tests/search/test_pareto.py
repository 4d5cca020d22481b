"""The front, its hypervolume and its knee, against counting and against Optuna's own."""

import itertools
import time

import numpy as np
import pytest

from rehab_opt.search import TrialRecord, best_trials, pareto_front
from rehab_opt.search.judgement.pareto import by_compromise, dominates, front, hypervolume, own_volume
from rehab_opt.study import Objective


def trial(number, *values, outcome="completed", violation=0.0):
    return TrialRecord(
        number=number,
        point={"weeks": number},
        origin="sampler",
        outcome=outcome,
        value=values[0],
        values=values,
        constraints={"seizure-rate": violation},
    )


def test_the_front_holds_what_nothing_dominates():
    trials = [
        trial(0, 40.0, 10.0),
        trial(1, 45.0, 20.0),
        trial(2, 44.0, 25.0),
        trial(3, 50.0, 40.0),
        trial(4, 45.0, 20.0),
    ]
    assert [t.number for t in front(trials)] == [0, 1, 3]


def test_the_front_of_many_random_trials_is_the_one_found_by_brute_force():
    rng = np.random.default_rng(0)
    trials = [trial(i, *row) for i, row in enumerate(rng.uniform(0, 10, (120, 3)).round(1))]
    points = {t.number: (-t.values[0], *t.values[1:]) for t in trials}
    best = {i for i, p in points.items() if not any(dominates(q, p) for q in points.values())}
    found = {t.number for t in front(trials)}
    assert found <= best
    assert {points[i] for i in found} == {points[i] for i in best}


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
def test_the_hypervolume_is_that_of_optuna(objectives):
    from optuna._hypervolume import compute_hypervolume

    rng = np.random.default_rng(objectives)
    points = rng.uniform(0, 1, (25, objectives))
    reference = np.full(objectives, 0.9)
    inside = points[(points < reference).all(axis=1)]
    expected = compute_hypervolume(inside, reference) if len(inside) else 0.0
    assert hypervolume([tuple(p) for p in points.tolist()], tuple(reference)) == pytest.approx(expected)


def test_what_each_point_adds_alone_is_what_the_front_loses_without_it():
    points = [tuple(p) for p in np.random.default_rng(1).uniform(0, 1, (12, 3)).tolist()]
    reference = (1.0, 1.0, 1.0)
    for i, point in enumerate(points):
        others = points[:i] + points[i + 1 :]
        lost = hypervolume(points, reference) - hypervolume(others, reference)
        assert own_volume(point, others, reference) == pytest.approx(lost, abs=1e-12)


def test_a_front_of_some_hundred_points_in_three_objectives_takes_no_minutes():
    raw = np.abs(np.random.default_rng(2).normal(size=(150, 3)))
    points = [
        tuple(p) for p in (1 - raw / np.linalg.norm(raw, axis=1, keepdims=True)).tolist()
    ]  # none dominates another
    begin = time.perf_counter()
    volume = hypervolume(points, (1.1, 1.1, 1.1))
    assert sum(own_volume(p, [q for q in points if q != p], (1.1,) * 3) for p in points) < volume
    assert time.perf_counter() - begin < 20  # by slices it was minutes


def test_points_beyond_the_reference_add_nothing():
    assert hypervolume([(1.0, 5.0), (5.0, 1.0)], (4.0, 4.0)) == 0.0


def test_the_knee_of_a_bent_front_is_its_bend():
    bent = [trial(0, 20.0, 0.0), trial(1, 48.0, 10.0), trial(2, 50.0, 40.0), trial(3, 40.0, 8.0)]
    assert [t.number for t in by_compromise(front(bent))] == [1, 3, 0, 2]
    for order in itertools.permutations(bent):
        assert by_compromise(front(order))[0].number == 1


def test_finalists_are_the_knee_and_its_neighbours_and_never_infeasible_or_stopped():
    trials = [
        trial(0, 20.0, 0.0),
        trial(1, 48.0, 10.0),
        trial(2, 50.0, 40.0),
        trial(3, 60.0, 1.0, violation=0.1),
        trial(4, 60.0, 1.0, outcome="stopped"),
    ]
    assert [t.number for t in best_trials(trials, 2)] == [1, 0]


def test_the_reference_point_is_the_worst_seen_or_the_one_of_the_study():
    trials = [trial(0, 40.0, 10.0), trial(1, 45.0, 20.0), trial(2, 30.0, 30.0)]
    goal = Objective(day=90, trade_off=("therapist-hours",))
    found = pareto_front(trials, goal, others=[(25.0, 10.0)])
    assert found.reference == (23.0, 32.0)  # a tenth of 25 to 45 and of 10 to 30 beyond the worst
    assert found.hypervolume == 17 * 22 + 5 * 12
    without = {0: 22 * 12, 1: 17 * 22}  # of each member, what the other reaches alone
    assert dict(zip((t.number for t in found.members), found.alone, strict=True)) == {
        number: found.hypervolume - volume for number, volume in without.items()
    }
    given = pareto_front(trials, Objective(day=90, trade_off=("therapist-hours",), reference_point=(0.0, 50.0)))
    assert given.hypervolume == 40 * 40 + 5 * 30
    assert pareto_front(trials, Objective(day=90)) is None
