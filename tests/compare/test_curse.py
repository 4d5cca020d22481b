"""The winner's-curse gap: what it is, that it is found where there is one, and that its interval covers."""

from types import SimpleNamespace as Plain

import numpy as np
import pytest

from rehab_opt.compare import winners_curse

GOAL = Plain(measure="fm_ue", statistic="mean", tail=0.25)


def people(values):
    return [Plain(values={"fm_ue": float(value)}) for value in values]


def test_the_gap_is_search_minus_fresh_and_the_advantage_is_free_of_the_panels():
    rng = np.random.default_rng(0)
    search, fresh = rng.normal(45, 8, 12), rng.normal(35, 8, 48)  # the search panel is better off by chance
    found = winners_curse((people(search + 3), people(search)), (people(fresh + 2), people(fresh)), GOAL)
    assert found.advantage.mean == pytest.approx(1.0)
    assert found.value.mean == pytest.approx(search.mean() - fresh.mean() + 1.0)
    assert found.advantage.low == pytest.approx(1.0)
    assert found.value.high - found.value.low > 5


def test_the_interval_covers_a_true_gap_of_nothing():
    rng, covered = np.random.default_rng(1), 0
    for seed in range(200):
        d1, d2 = rng.normal(2, 3, 20), rng.normal(2, 3, 48)
        found = winners_curse((people(d1), people(0 * d1)), (people(d2), people(0 * d2)), GOAL, seed, resamples=500)
        covered += found.advantage.low <= 0 <= found.advantage.high
    assert 0.88 <= covered / 200 <= 0.98


def test_picking_the_luckiest_of_many_equal_trials_shows():
    rng = np.random.default_rng(2)
    gaps = []
    for _ in range(40):
        panel, fresh = rng.normal(35, 8, 12), rng.normal(35, 8, 48)
        luckiest = max((panel + rng.normal(0, 3, 12) for _ in range(50)), key=np.mean)
        after = fresh + rng.normal(0, 3, 48)
        found = winners_curse((people(luckiest), people(panel)), (people(after), people(fresh)), GOAL, resamples=50)
        gaps.append(found.advantage.mean)
    assert np.mean(gaps) > 1.0


def test_the_lower_tail_and_one_patient():
    tail = Plain(measure="fm_ue", statistic="lower-tail", tail=0.5)
    found = winners_curse((people([10, 20, 40, 50]), people([0] * 4)), (people([8, 10, 90, 90]), people([0] * 4)), tail)
    assert found.value.mean == 15 - 9
    alone = winners_curse((people([10]), people([0])), (people([8, 9]), people([0, 0])), GOAL)
    assert (alone.value.low, alone.value.high) == (None, None)
