"""Natural history: the arithmetic of groups, levels and forecasts on made-up arrays."""

import numpy as np
import pytest

from rehab_opt.validation import Curve
from rehab_opt.validation.baselines import baselines
from rehab_opt.validation.groups.natural_history.early import BASELINE_MEAN, BASELINE_SD, sessions
from rehab_opt.validation.groups.natural_history.five_groups import PUBLISHED, compare
from rehab_opt.validation.groups.natural_history.forecast import predict
from rehab_opt.validation.groups.natural_history.grouping import Grouping, cluster, trajectories
from rehab_opt.validation.groups.natural_history.plateau import levels, weeks_to_best


class People:
    """A population whose patients follow their curves exactly."""

    def __init__(self, curves):
        self.curves = curves

    def __len__(self):
        return len(self.curves)

    def recovered(self, week):
        return np.array([c.share * (1 - np.exp(-week / c.tau)) for c in self.curves])


def published_people(each=6, noise=0.01):
    rng = np.random.default_rng(3)
    curves = [
        Curve(20.0, float(np.clip(p.r + noise * rng.normal(), 0, 1)), p.tau * float(np.exp(noise * rng.normal())), 0.0)
        for _ in range(each)
        for p in PUBLISHED
    ]
    return curves, np.tile(np.arange(5), each)


def test_published_groups_are_found_again_in_their_order():
    curves, truth = published_people()
    groups = cluster(trajectories(curves), 5)
    assert [sorted(set(truth[rows])) for rows in groups] == [[0], [1], [2], [3], [4]]


def test_tau_does_not_split_patients_who_do_not_recover():
    curves = [Curve(5.0, 0.01, tau, 0.0) for tau in (0.3, 30.0)] + [Curve(20.0, 0.5, tau, 0.0) for tau in (1.0, 12.0)]
    groups = cluster(trajectories(curves), 3)
    assert [rows.tolist() for rows in groups] == [[0, 1], [3], [2]]


@pytest.mark.parametrize("group", range(5))
def test_patients_like_the_published_ones_hold_and_others_fall_short(group):
    curves, truth = published_people()
    members = tuple(np.flatnonzero(truth == k) for k in range(5))
    right = compare(Grouping(People(curves), tuple(curves), members), group)
    # r alone does not tell groups 3 to 5 apart: the shares on the way have to
    wrong = compare(Grouping(People(curves), tuple(curves), members[::-1]), group)
    assert all(check.holds for check in right.checks)
    assert group == 2 or not all(check.holds for check in wrong.checks)


def test_an_empty_group_falls_short():
    curves, truth = published_people()
    members = (*(np.flatnonzero(truth == k) for k in range(4)), np.array([], dtype=int))
    found = Grouping(People(curves), tuple(curves), members)
    assert not any(check.holds for check in compare(found, 4).checks)
    assert found.weight(4) == 0


def test_baselines_have_the_published_mean_and_spread_and_stay_on_the_scale():
    fm = baselines(51, BASELINE_MEAN, BASELINE_SD)
    assert fm.mean() == pytest.approx(BASELINE_MEAN, abs=0.2)
    assert fm.std(ddof=1) == pytest.approx(BASELINE_SD, abs=0.5)
    assert (np.diff(fm) > 0).all()
    assert 0 <= fm[0] < fm[-1] <= 66


def test_sessions_of_the_game_are_three_a_week_for_twelve_weeks():
    plan = sessions(36)
    days = plan.days
    assert len(days) == 36
    assert all(day % 7 in (0, 2, 4) for day in days)
    assert {(session.minutes, session.repetitions) for session in plan.sessions} == {(20.0, 117.0)}
    assert days[-1] == 81


def test_best_level_is_timed_by_its_first_visit():
    arat = np.array([[0.0, 10.9, 11.0, 42.9, 43.0, 30.0], [50.0, 50.0, 57.0, 57.0, 57.0, 57.0]])
    assert levels(arat).tolist() == [[0, 0, 1, 1, 2, 1], [2] * 6]
    assert weeks_to_best(levels(arat)).tolist() == [4, 0]


def test_forecast_uses_other_patients_only():
    rng = np.random.default_rng(1)
    label = np.repeat([0, 1], 30)
    seen = np.where(label == 0, 10.0, 45.0)[:, None] + rng.normal(0, 2, (60, 2))
    end = seen[:, 1] + np.where(label == 0, 0.1, 0.9) * (66 - seen[:, 1])
    forecast = predict(seen, end, label, 10)
    assert np.abs(forecast - end).max() < 2
    changed = end.copy()
    changed[0] += 20
    assert predict(seen, changed, label, 10)[0] == pytest.approx(forecast[0])
