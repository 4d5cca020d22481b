"""Before any lesion the network learns its tasks, is kept on disk, and its hemispheres hold each other down."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from rehab_opt.network import healthy
from rehab_opt.network.healthy import fidelity, healthy_network
from rehab_opt.network.layout import AREAS
from rehab_opt.network.settling import Dynamics, Settling
from rehab_opt.parameters import Parameters


@pytest.mark.parametrize("seed", [1, 2])
def test_every_domain_is_learned_to_at_least_95_percent(seed):
    network = healthy_network(Parameters(), seed)
    for area, name in enumerate(AREAS):
        columns = np.concatenate([np.r_[task.columns] for task in network.tasks.tasks if task.area == area])
        assert network.learned.fidelity[columns].mean() >= 0.95, name


def test_learning_changes_synapses_within_their_bounds_and_makes_none():
    network = healthy_network(Parameters({"network.units": 240}), 1)
    before, after = network.wiring.weight, network.learned.weight
    assert not after[before == 0].any()
    assert np.array_equal(np.sign(before)[after != 0], np.sign(after)[after != 0])
    assert np.count_nonzero(after) > 0.8 * np.count_nonzero(before)
    assert after.max() <= healthy.WEIGHT_MOST
    changed = network.learned.input_weight != network.wiring.input_weight
    assert 0 <= network.learned.input_weight[changed].max() <= healthy.INPUT_MOST
    assert not np.array_equal(before, after)


def test_units_have_thresholds_of_their_own_and_some_are_hardly_used():
    learned = healthy_network(Parameters(), 1).learned
    excitatory = healthy_network(Parameters(), 1).layout.excitatory
    assert learned.excitability[excitatory].std() > 0.05
    best = learned.rates[excitatory].max(axis=1)
    assert np.percentile(best, 5) < 0.3 * np.percentile(best, 90)


def test_a_network_from_disk_equals_the_one_that_was_learned(tmp_path, monkeypatch):
    monkeypatch.setattr(healthy, "cache_folder", lambda: tmp_path)
    overrides = (("development.steps", 20.0), ("network.units", 240.0))
    learned = healthy._healthy.__wrapped__(overrides, 5).learned
    files = list(tmp_path.rglob("*.npz"))
    assert len(files) == 1

    def refuse(*_):
        raise AssertionError("learned again although it was on disk")

    monkeypatch.setattr(healthy, "_learn", refuse)
    again = healthy._healthy.__wrapped__(overrides, 5).learned
    for name in ("weight", "input_weight", "excitability", "rates", "fidelity"):
        assert np.array_equal(getattr(learned, name), getattr(again, name)), name
        assert getattr(learned, name).dtype == getattr(again, name).dtype


def test_a_file_that_was_cut_short_is_learned_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(healthy, "cache_folder", lambda: tmp_path)
    overrides = (("development.steps", 20.0), ("network.units", 240.0))
    first = healthy._healthy.__wrapped__(overrides, 5).learned
    (file,) = tmp_path.rglob("*.npz")
    file.write_bytes(file.read_bytes()[:1000])
    assert np.array_equal(healthy._healthy.__wrapped__(overrides, 5).learned.weight, first.weight)


def test_threads_that_learn_the_same_network_at_once_leave_one_whole_file(tmp_path, monkeypatch):
    monkeypatch.setattr(healthy, "cache_folder", lambda: tmp_path)
    overrides = (("development.steps", 20.0), ("network.units", 240.0))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: healthy._healthy.__wrapped__(overrides, 5).learned.weight, range(4)))
    assert all(np.array_equal(found[0], weight) for weight in found[1:])
    (file,) = tmp_path.rglob("*.npz")
    assert np.array_equal(healthy._cached(file).weight, found[0])


def test_parameters_that_do_not_shape_the_network_share_it():
    plain = healthy_network(Parameters({"network.units": 240}), 1)
    assert healthy_network(Parameters({"network.units": 240, "pruning.hazard": 0.2}), 1) is plain


def test_settled_rates_are_a_fixed_point_and_silent_units_are_exactly_silent():
    network = healthy_network(Parameters({"network.units": 240}), 1)
    wiring, learned, rates = network.wiring, network.learned, network.learned.rates.copy()
    settling = Settling(Dynamics.of(network.layout, network.parameters, np.float64), wiring.source.shape)
    ones = np.ones(len(rates))
    settling.load(wiring.source, learned.weight, ones)
    settling.drive(wiring.input_source, learned.input_weight, network.tasks.inputs, learned.excitability)
    settling.run(ones, ones, rates, 0.0, 20)
    assert np.abs(rates - network.learned.rates).max() < 1e-4
    assert (rates[rates > 0] >= 1e-12).all()


def test_fidelity_is_1_at_the_target_and_0_far_away():
    target = np.array([[1.0, 2.0], [0.0, 1.0]])
    assert fidelity(target, target).tolist() == [1.0, 1.0]
    assert fidelity(5 * target, target).tolist() == [0.0, 0.0]
    assert fidelity(0 * target, target).tolist() == [0.0, 0.0]
