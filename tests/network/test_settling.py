"""The workspace of the rate dynamics: packing keeps exactly what carries anything, and counts are right."""

import numpy as np
import pytest

from rehab_opt.network.healthy import healthy_network
from rehab_opt.network.kernels import pack
from rehab_opt.network.layout import build_layout
from rehab_opt.network.settling import Dynamics, Settling
from rehab_opt.parameters import Parameters

UNITS, SLOTS = 30, 8


def synapses(seed, filled, alive):
    """Rows with a share of filled slots, excitatory and inhibitory, among units of which a share answers."""
    rng = np.random.default_rng(seed)
    source = np.stack([rng.permutation(UNITS)[:SLOTS] for _ in range(UNITS)]).astype(np.int32)
    weight = rng.normal(0, 1, source.shape) * (rng.random(source.shape) < filled)
    return source, weight, rng.uniform(0.1, 1, UNITS) * (rng.random(UNITS) < alive)


def packed(source, weight, alive):
    """What `pack` made of them: one list of (source, weight) per row, and the number that it returned."""
    # What happens to lie in the workspace from the day before must not matter.
    found = np.full_like(source, 7), np.full_like(weight, 9.0), np.full(UNITS, 5)
    total = pack(source, weight, alive, *found)
    rows = [list(zip(*(part[i, : found[2][i]].tolist() for part in found[:2]), strict=True)) for i in range(UNITS)]
    return rows, total


CASES = [(seed, filled, alive) for seed in range(3) for filled in (0.0, 0.6, 1.0) for alive in (0.0, 0.7, 1.0)]


@pytest.mark.parametrize(("seed", "filled", "alive"), CASES)
def test_packing_keeps_exactly_what_carries_anything(seed, filled, alive):
    source, weight, answers = synapses(seed, filled, alive)
    rows, total = packed(source, weight, answers)
    for i, row in enumerate(rows):
        slots = [k for k in range(SLOTS) if weight[i, k] != 0 and answers[i] > 0 and answers[source[i, k]] > 0]
        kept = [(source[i, k], weight[i, k]) for k in slots]
        assert row[: len(kept)] == kept
        assert [w for _, w in row[len(kept) :]] == [0.0] * (len(kept) % 2)
        assert all(0 <= j < UNITS for j, _ in row)
    assert total == sum(w != 0 for row in rows for _, w in row)
    # The product with the rates of a network in which silent units are silent is that of all synapses.
    rates = np.random.default_rng(seed).random(UNITS) * (answers > 0)
    whole = (weight * rates[source]).sum(axis=1) * (answers > 0)
    assert np.allclose([sum(w * rates[j] for j, w in row) for row in rows], whole)


def test_packing_reads_and_never_writes_the_synapses():
    source, weight, answers = synapses(4, 0.7, 0.7)
    before = source.copy(), weight.copy(), answers.copy()
    packed(source, weight, answers)
    assert all(np.array_equal(a, b) for a, b in zip(before, (source, weight, answers), strict=True))


@pytest.fixture(scope="module")
def network():
    return healthy_network(Parameters({"network.units": 240}), 1)


def settled(network, alive, settling=None, columns=slice(None), real=np.float64):
    w, learned = network.wiring, network.learned
    settling = settling or Settling(Dynamics.of(network.layout, network.parameters, real), w.source.shape)
    inputs = np.ascontiguousarray(network.tasks.inputs[:, columns].astype(real))
    rates = np.zeros((len(alive), inputs.shape[1]), dtype=real)
    settling.load(w.source, learned.weight.astype(real), alive.astype(real))
    settling.drive(w.input_source, learned.input_weight.astype(real), inputs, learned.excitability.astype(real))
    steps, left = settling.run(np.ones(len(alive), dtype=real), alive.astype(real), rates, 1e-6, 500)
    return rates, steps, left, settling


def test_one_workspace_serves_any_number_of_stimuli_and_any_state_in_any_order(network):
    ones = np.ones(240)
    some = np.where(np.arange(240) % 3 == 0, 0.0, 1.0)
    fresh = settled(network, ones)[0]
    used = settled(network, some, columns=slice(3, 9))[3]
    settled(network, some, used)
    assert np.array_equal(settled(network, ones, used)[0], fresh)


def test_silent_units_are_silent_and_the_others_settle_without_them(network):
    some = np.where(np.arange(240) % 3 == 0, 0.0, 1.0)
    rates, steps, left, _ = settled(network, some)
    assert not rates[some == 0].any()
    assert rates.any()
    assert steps < 500
    assert left <= 1e-6


def test_work_is_counted(network):
    columns, some = slice(0, 5), np.where(np.arange(240) % 3 == 0, 0.0, 1.0)
    _, steps, _, settling = settled(network, some, columns=columns)
    w, weight = network.wiring, network.learned.weight
    carrying = int(((weight != 0) & (some[:, None] > 0) & (some[w.source] > 0)).sum())
    work = settling.work
    assert (work.settles, work.steps, work.synapse_updates) == (1, steps, steps * carrying * 5)
    again = settled(network, some, settling, columns)[1]
    assert (work.settles, work.steps) == (2, steps + again)
    assert work.plastic_updates == 0


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_constants_of_the_dynamics_have_the_precision_that_was_asked_for(real):
    p = Parameters({"network.units": 240})
    layout = build_layout(p, 1)
    dynamics = Dynamics.of(layout, p, real)
    assert dynamics.step.dtype == dynamics.ceiling.dtype == real
    kinds = [{float(x) for x in dynamics.ceiling[group]} for group in (layout.excitatory, ~layout.excitatory)]
    assert [len(kind) for kind in kinds] == [1, 1]
