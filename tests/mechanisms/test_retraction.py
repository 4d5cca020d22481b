"""A unit that has lost elements loses exactly as many synapses, each of them as likely as any other."""

from dataclasses import replace

import numpy as np
import pytest
from brains import brain, live, noon

from rehab_opt.mechanisms.structure import structural
from rehab_opt.network.kernels import retract_axons, retract_dendrites
from rehab_opt.network.wiring import INHIBITORY, LOCAL
from rehab_opt.patient import Lesion

UNITS, SLOTS = 12, 9


def synapses(seed):
    rng = np.random.default_rng(seed)
    source = np.stack([rng.permutation(UNITS)[:SLOTS] for _ in range(UNITS)]).astype(np.int32)
    weight = rng.uniform(0.1, 1, source.shape) * (rng.random(source.shape) < 0.7)
    weight[3] = 0  # a unit without any
    return source, weight


def starts(bound):
    """One random number for each of a unit's possible starts: together they weigh all outcomes alike."""
    most = int(bound.max())
    turns = [(turn % np.maximum(bound, 1) + 0.5) / np.maximum(bound, 1) for turn in range(most)]
    return most, turns


@pytest.mark.parametrize("lost_share", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_dendrites_lose_exactly_what_is_lost_and_every_synapse_alike(seed, lost_share):
    parts = [synapses(2 * seed), synapses(2 * seed + 1)]  # recurrent and thalamic: numbered one after the other
    here = [(weight != 0).sum(axis=1) for _, weight in parts]
    bound = here[0] + here[1]
    lost = np.round(lost_share * bound).astype(np.int64)
    for unit in range(UNITS):
        gone = np.zeros((2, SLOTS))
        for turn in range(int(bound[unit])):
            uniform = np.full(UNITS, (turn + 0.5) / bound[unit])
            left, removed = [], 0
            for (source, weight), skipped in zip(parts, (np.zeros_like(bound), here[0]), strict=True):
                after, out = weight.copy(), np.zeros(UNITS, dtype=np.int64)
                stable, maturity = weight.copy(), weight.copy()
                count = retract_dendrites(source, after, stable, maturity, 0, SLOTS, skipped, bound, lost, uniform, out)
                assert count == (weight != 0).sum() - (after != 0).sum() == -out.sum()
                assert np.array_equal(after, stable)
                assert np.array_equal(after, maturity)
                removed, left = removed + count, [*left, after]
            assert removed == lost.sum()
            gone += [(weight[unit] != 0) & (after[unit] == 0) for (_, weight), after in zip(parts, left, strict=True)]
        there = np.array([weight[unit] != 0 for _, weight in parts])
        assert set(gone[there].tolist()) <= {float(lost[unit])}  # out of ``bound`` starts
        assert not gone[~there].any()


@pytest.mark.parametrize("lost_share", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_axons_lose_exactly_what_is_lost_and_every_synapse_alike(seed, lost_share):
    source, weight = synapses(seed)
    changes = np.arange(UNITS) != 5  # nothing comes or goes there
    mobile = (weight != 0) & changes[:, None]
    bound = np.bincount(source[mobile], minlength=UNITS)
    lost = np.round(lost_share * bound).astype(np.int64)
    for unit in range(UNITS):
        gone = np.zeros(weight.shape)
        for turn in range(int(bound[unit])):
            after, stable, maturity = weight.copy(), weight.copy(), weight.copy()
            uniform, dendritic = np.full(UNITS, (turn + 0.5) / bound[unit]), (weight != 0).sum(axis=1)
            removed = retract_axons(source, after, stable, maturity, SLOTS, bound, lost, uniform, changes, dendritic)
            assert removed == lost.sum()
            assert np.array_equal(after[5], weight[5])
            assert np.array_equal(dendritic, (after != 0).sum(axis=1))
            left = np.bincount(source[(after != 0) & changes[:, None]], minlength=UNITS)
            assert np.array_equal(bound - left, lost)
            gone += (weight != 0) & (after == 0)
        mine = (source == unit) & mobile
        assert set(gone[mine].tolist()) <= {float(lost[unit])}  # out of ``bound`` starts


def bound_elements(context):
    """Dendritic (recurrent and thalamic) and axonal elements that are in synapses onto excitatory units now."""
    rows, inputs, changes = context.state.recurrent, context.state.thalamic, context.anatomy.layout.excitatory[:, None]
    local = (rows.weight[:, LOCAL] != 0) & changes
    dendritic = local.sum(axis=1) + ((inputs.weight != 0) & changes).sum(axis=1)
    return dendritic, np.bincount(rows.source[:, LOCAL][local], minlength=len(dendritic))


def after_a_night(dendritic, axonal):
    """Bound elements before and after a night in which nothing grows, a share of the elements has retracted, and
    whoever has a vacant one meets nobody."""
    context = noon(brain(structural_plasticity__rate=0.0))
    nobody = np.full_like(context.anatomy.candidates, -1)
    context.anatomy = replace(context.anatomy, candidates=nobody, input_candidates=nobody)
    before = bound_elements(context)
    context.state.dendritic[:] = before[0] * dendritic + (0.0 if dendritic < 1 else 0.5)
    context.state.axonal[:] = before[1] * axonal + (0.0 if axonal < 1 else 0.5)  # half an element is no vacancy
    elements = np.ceil(context.state.dendritic), np.ceil(context.state.axonal)
    structural.step(context)
    return before, bound_elements(context), elements, context.day


@pytest.mark.parametrize("share", [0.0, 0.5, 0.93])
def test_a_night_leaves_as_many_synapses_as_there_are_dendritic_elements(share):
    before, after, elements, day = after_a_night(share, 1.0)
    assert np.array_equal(after[0], np.minimum(before[0], elements[0]))
    assert day.removed == (before[0] - after[0]).sum() > 0
    assert day.formed == 0


@pytest.mark.parametrize("share", [0.0, 0.5, 0.93])
def test_a_night_leaves_as_many_synapses_as_there_are_axonal_elements(share):
    before, after, elements, day = after_a_night(1.0, share)
    assert np.array_equal(after[1], np.minimum(before[1], elements[1]))
    assert day.removed == (before[1] - after[1]).sum() > 0
    assert day.formed == 0


def test_axons_lose_only_what_the_loss_of_dendrites_has_left():
    """A synapse that went with its dendrite is off the axon's account: the two losses do not add up."""
    _, left, _, first = after_a_night(0.5, 1.0)
    _, after, elements, day = after_a_night(0.5, 0.5)
    assert np.array_equal(after[1], np.minimum(left[1], elements[1]))
    assert (after[0] <= left[0]).all()
    assert day.removed == first.removed + (left[1] - after[1]).sum()
    assert first.removed < day.removed < first.removed + after_a_night(1.0, 0.5)[3].removed


def test_less_than_a_whole_element_costs_no_synapse():
    context = noon(brain(structural_plasticity__rate=0.0))
    before = bound_elements(context)
    context.state.dendritic[:] = np.maximum(before[0] - 0.9, 0)
    context.state.axonal[:] = np.maximum(before[1] - 0.9, 0)
    structural.step(context)
    assert context.day.removed == 0


@pytest.mark.parametrize("share", [0.0, 0.5, 0.85])
def test_a_night_leaves_excitatory_units_as_many_inhibitory_synapses_as_there_are_elements(share):
    context = noon(brain(structural_plasticity__rate=0.0, structural_plasticity__spare=0.0))
    excitatory, rows = context.anatomy.layout.excitatory, context.state.recurrent
    before = (rows.weight[:, INHIBITORY] != 0).sum(axis=1)
    others = (rows.weight[:, LOCAL] != 0).sum()
    context.state.inhibitory_dendritic[:] = before * share
    structural.step(context)
    after = (rows.weight[:, INHIBITORY] != 0).sum(axis=1)
    assert np.array_equal(after[excitatory], np.ceil(context.state.inhibitory_dendritic)[excitatory])
    assert np.array_equal(after[~excitatory], before[~excitatory])  # they never look for new ones
    assert context.day.removed == (before - after).sum() > 0
    assert (rows.weight[:, LOCAL] != 0).sum() == others


def test_a_lost_inhibitory_synapse_comes_back_at_the_strength_of_the_others():
    context = noon(brain(structural_plasticity__rate=0.0))
    excitatory, rows = np.flatnonzero(context.anatomy.layout.excitatory), context.state.recurrent
    usual = rows.weight[excitatory, INHIBITORY].copy()
    rows.weight[excitatory, INHIBITORY.start] = 0
    before = rows.weight[excitatory, INHIBITORY].copy()
    structural.step(context)
    after = rows.weight[excitatory, INHIBITORY]
    made = after[(before == 0) & (after != 0)]
    assert len(made) > 0
    assert made == pytest.approx(usual[usual != 0].mean(), rel=0.3)  # of a smaller network


def test_interneurons_keep_their_excitation():
    """Nothing would bring it back: without this a healthy network loses a fifth of it in half a year."""
    context = brain(lesion=Lesion.none())
    inner = ~context.anatomy.layout.excitatory
    before = [rows.weight[inner].copy() for rows in (context.state.recurrent, context.state.thalamic)]
    live(context, (), 5)
    context.state.dendritic[:] = context.state.axonal[:] = 0  # all elements retract
    live(context, (), 1)
    outer = ~inner
    assert not (context.state.recurrent.weight[outer][:, LOCAL] > 0).any()
    for rows, weight in zip((context.state.recurrent, context.state.thalamic), before, strict=True):
        assert np.array_equal(rows.weight[inner] != 0, weight != 0)
