"""The arithmetic of the network experiments, on made-up arrays: each measure finds what was put in, and only that."""

import numpy as np
import pytest

from rehab_opt.validation.groups.network import EXPERIMENTS, graphs, rates, repair, rules, stability, turnover, zone
from rehab_opt.validation.groups.network.brain import Network

RNG = np.random.default_rng(0)


def way(responding, axonal=None, rate=None, zone_units=4):
    """A made-up network: [days, units] of responses, axonal elements and rates over set point."""
    responding = np.asarray(responding, dtype=float)
    blank = np.ones_like(responding)
    return repair.Repaired(
        zone=zone_units,
        answering=np.ones(responding.shape[1], dtype=bool),
        usual=np.ones(responding.shape[1]),
        rates=blank if rate is None else rate,
        responding=responding,
        axonal=blank if axonal is None else axonal,
        dendritic=blank,
        turnover=blank,
        synapses=blank,
        weights=np.zeros((2, responding.shape[1], responding.shape[1])),
    )


def filling(border_day, centre_day):
    """Four units of a zone, the outer two first, that respond from a day on, and two around it that always do."""
    day = np.arange(repair.DAYS)[:, None]
    start = np.array([border_day, border_day, centre_day, centre_day, 0, 0])
    return (day >= start).astype(float)


def test_every_target_of_the_group_has_an_experiment():
    targets = "rate-homeostasis stability-corridor structural-turnover lpz-repair opposite-growth-rules topology"
    assert set(EXPERIMENTS) == set(targets.split())


@pytest.mark.parametrize(("tau", "back"), [(2.5, 4.48), (10.0, 17.92)])
def test_the_time_of_return_is_that_of_the_exponential(tau, back):
    days = np.arange(15)
    assert rates.return_time(1 - 0.6 * np.exp(-days / tau)) == pytest.approx(back, abs=0.02)


def test_rates_that_settle_below_the_level_never_return():
    assert rates.return_time(0.85 - 0.4 * np.exp(-np.arange(15) / 2.0)) == rates.LONGEST


def test_a_steady_drift_is_no_ringing():
    drift, swing = np.linspace(1, 1.05, 60), 1 + 0.2 * (-1.0) ** np.arange(60)
    assert stability.ringing(drift) < 0.01
    assert stability.ringing(swing) == pytest.approx(0.4)


def test_turnover_is_counted_per_synapse():
    rows = np.array([[10.0, 200.0, 2.0, 100.0], [20.0, 400.0, 1.0, 50.0]])
    assert turnover.rate_ratio(rows) == pytest.approx(2.5)


def test_the_peak_is_that_of_the_mean_curve():
    days = np.arange(49.0)
    curves = np.exp(-(((days - np.array([[9.0], [13.0]])) / 6) ** 2))
    assert turnover.peak_day(curves) == 11
    assert turnover.peak_day(days[None]) > 40


def test_windows_include_both_ends():
    block = np.zeros((1, 2, 49, 4))
    block[0, 0, 7:15, 0] = 1
    block[0, 1] = 10
    assert turnover._window(block, block, (7, 14), 0).tolist() == [[8, 80, 8, 80]]


@pytest.mark.parametrize(("border", "centre", "holds"), [(20, 60, True), (60, 20, False)])
def test_a_zone_that_fills_from_its_border_is_told_from_one_that_does_not(setup, monkeypatch, border, centre, holds):
    grown = 20 + 5 * np.sin(np.pi * np.arange(repair.DAYS) / repair.DAYS)[:, None] * np.ones(6)
    made = {True: [], False: []}
    for number in range(12):
        jitter = number % 3
        made[False].append(way(filling(border + jitter, centre), grown + RNG.normal(0, 0.01, grown.shape)))
        made[True].append(way(filling(500, 500), grown))
    monkeypatch.setattr(zone, "repairs", lambda setup, numbers=None: made[numbers is not None])
    verdicts = [check.holds for check in zone.lpz_repair(setup).checks]
    assert verdicts == [True, holds, True, True, True]


def test_a_silent_zone_has_not_refilled_and_level_axons_do_not_overshoot(setup, monkeypatch):
    made = [way(filling(500, 500)) for _ in range(12)]
    monkeypatch.setattr(zone, "repairs", lambda setup, numbers=None: made)
    assert not any(check.holds for check in zone.lpz_repair(setup).checks)


def test_units_that_had_no_response_do_not_count():
    made = way(filling(0, 500))
    made.answering[2:4] = False
    assert made.refilled(slice(0, 4))[-1] == 1
    assert np.isnan(made.refilled(made.centre)).all()


def test_the_error_of_a_zone_is_that_of_its_mean_rate():
    rate = np.ones((repair.DAYS, 6))
    rate[:, :4] = [0.5, 1.5, 0.7, 0.9]
    rate[:, 4:] = 1.3
    assert rules.errors([way(rate, rate=rate)])[0].tolist() == pytest.approx([0.1, 0.3])


def test_clustering_and_paths_of_known_graphs():
    ring = np.roll(np.eye(8, dtype=bool), 1, axis=1)
    assert graphs.clustering(ring | ring.T) == 0
    assert graphs.path_length(ring) == pytest.approx(4.0)
    triangle = np.roll(np.eye(3, dtype=bool), 1, axis=1)
    assert graphs.clustering(triangle) == pytest.approx(0.5)


def test_a_random_graph_is_no_small_world():
    links = (RNG.random((80, 80)) < 0.15) & ~np.eye(80, dtype=bool)
    assert graphs.small_world(links, np.random.default_rng(1)) == pytest.approx(1.0, abs=0.1)


def test_betweenness_shares_equal_paths():
    links = np.zeros((4, 4), dtype=bool)
    links[0, 1] = links[0, 2] = links[1, 3] = links[2, 3] = True
    assert graphs.betweenness(links).tolist() == pytest.approx([0, 0.5 / 6, 0.5 / 6, 0])


def test_a_sweep_may_leave_the_prior_range_and_an_override_may_not():
    inside = Network(1, 0).swept("homeostasis.scaling-rate", 0.05)
    assert inside.numbers == (("homeostasis.scaling-rate", 0.05),)
    assert inside.factors == ()
    beyond = Network(1, 0).swept("homeostasis.scaling-rate", 0.4)
    assert dict(beyond.numbers)["homeostasis.scaling-rate"] * dict(beyond.factors)["homeostasis.scaling-rate"] == 0.4


class AtOnce:
    """A setup whose work is done at once."""

    @staticmethod
    def map(function, arguments):
        return [function(argument) for argument in arguments]


def test_arms_with_different_numbers_of_networks_keep_their_own_ringing(monkeypatch):
    def swing(push):  # as large as the network's wiring number, in percent
        return 1 + 0.01 * push.network.wiring * (-1.0) ** np.arange(stability.DAYS)

    monkeypatch.setattr(stability, "mean_rates", swing)
    few, many = (tuple(Network(0, number) for number in range(1, n)) for n in (3, 6))
    arms = {stability.WEAK_FAST: few, stability.STRONG_FAST: many, stability.STRONG_SLOW: few[:1]}
    found = stability._rings(AtOnce(), arms)
    assert {arm: len(rings) for arm, rings in found.items()} == {arm: len(group) for arm, group in arms.items()}
    for arm, group in arms.items():
        assert found[arm] == pytest.approx([0.02 * network.wiring for network in group])
