"""Steps from the best points: inside the box, never from a broken constraint, and no wider knowledge than that."""

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial

from rehab_opt.search.proposals.samplers import quiet_optuna
from rehab_opt.search.proposals.step_sampler import StepSampler

BOX = {
    "minutes": IntDistribution(20, 120, step=5),
    "weeks": IntDistribution(1, 8),
    "strength": FloatDistribution(0.1, 1.0),
    "share": FloatDistribution(0.0, 0.9, step=0.3),
    "order": CategoricalDistribution(["blocked", "random", "serial"]),
}
CENTRE = {"minutes": 75, "weeks": 4, "strength": 0.5, "share": 0.3, "order": "random"}


def told(values, directions=("maximize",), broken=(), **changes):
    """Return a study that was told trials at the centre, the n-th of them in week n + 1."""
    study = optuna.create_study(directions=list(directions))
    for number, value in enumerate(values):
        params = {**CENTRE, "weeks": 1 + number % 8, **changes}
        trial = create_trial(
            params=params, distributions=BOX, values=value, constraints={"growth": 1.0 if number in broken else -1.0}
        )
        study.add_trial(trial)
    return study


def steps(study, count=200):
    with quiet_optuna():
        for seed in range(count):
            study.sampler = StepSampler(seed)
            trial = study.ask(BOX)
            yield dict(trial.params)


def changed(point, start):
    return {name for name in BOX if point[name] != start[name]}


@pytest.mark.parametrize(("minutes", "strength", "share"), [(75, 0.5, 0.3), (20, 0.1, 0.0), (120, 1.0, 0.9)])
def test_every_step_stays_in_the_box_on_its_grid_and_moves_something(minutes, strength, share):
    corner = {"minutes": minutes, "strength": strength, "share": share}
    study, moved = told([[1.0]], **corner), set()
    start = {**CENTRE, "weeks": 1, **corner}
    for point in steps(study):
        assert all(BOX[name]._contains(BOX[name].to_internal_repr(value)) for name, value in point.items())
        assert (type(point["minutes"]), type(point["strength"])) == (int, float)
        moved |= changed(point, start)
    assert moved == set(BOX)


def test_most_steps_change_one_or_two_sides_and_widths_are_mixed():
    points = list(steps(told([[1.0]])))
    counts = [len(changed(point, {**CENTRE, "weeks": 1})) for point in points]
    assert 1.5 < sum(counts) / len(counts) < 2.5
    away = sorted(abs(point["strength"] - 0.5) for point in points if point["strength"] != 0.5)
    assert away[0] < 0.01
    assert away[-1] > 0.2


def test_no_step_starts_at_a_trial_that_breaks_a_constraint():
    study = told([[5.0], [9.0], [3.0]], broken={1})
    starts = {trial.number for seed in range(50) for trial in StepSampler(seed)._starts(study)}
    assert starts == {0}


def test_half_of_the_steps_start_at_the_best_and_half_within_the_best_tenth():
    study = told([[float(value)] for value in range(40)])
    starts = [len(StepSampler(seed)._starts(study)) for seed in range(200)]
    assert set(starts) == {1, 4}
    assert 70 < starts.count(1) < 130
    assert all(trial.number >= 36 for seed in range(20) for trial in StepSampler(seed)._starts(study))


def test_less_is_better_where_the_study_says_so():
    study = told([[3.0], [1.0], [2.0]], directions=("minimize",))
    assert [trial.number for trial in StepSampler(1)._starts(study)] == [1]


def test_with_two_objectives_steps_start_on_the_front():
    values, directions = [[3.0, 1.0], [5.0, 2.0], [4.0, 3.0]], ("maximize", "minimize")
    assert {trial.number for trial in StepSampler(1)._starts(told(values, directions))} == {0, 1}
    assert {trial.number for trial in StepSampler(1)._starts(told(values, directions, broken={1}))} == {0, 2}
    assert not StepSampler(1)._starts(told(values, directions, broken={0, 1, 2}))


@pytest.mark.parametrize("study", [told([]), told([[1.0]], broken={0})], ids=["no trial", "none keeps constraints"])
def test_without_a_trial_to_start_at_points_are_random(study):
    points = list(steps(study, 30))
    assert len({point["strength"] for point in points}) == 30
    assert {point["order"] for point in points} == {"blocked", "random", "serial"}


def test_the_same_seed_takes_the_same_step():
    assert list(steps(told([[1.0]]), 10)) == list(steps(told([[1.0]]), 10))
