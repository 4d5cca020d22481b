"""What the network experiments do to a network: input goes, rules change, and the rest stays as it was."""

import numpy as np
import pytest

from rehab_opt.validation.groups.network import repair
from rehab_opt.validation.groups.network.brain import SENSORY, Network, area_units, begin, deafferent, live
from rehab_opt.validation.groups.network.rates import Loss, rates_after_loss
from rehab_opt.validation.groups.network.same_rules import same_rules
from rehab_opt.validation.groups.network.synapses import Spines, among

SMALL = Network(seed=3, wiring=0, numbers=(("network.units", 240.0),))


def elements_after_a_night(mechanisms=None):
    context = begin(SMALL)
    units = area_units(context)
    deafferent(context, units)
    next(live(context, SMALL, 1, mechanisms))
    return context.state.inhibitory_dendritic[units], context.state.dendritic[units]


def test_without_a_lesion_rates_stay_at_their_set_points():
    quiet = Network(3, 0, numbers=SMALL.numbers)
    assert rates_after_loss(Loss(quiet, 1.0, 5)) == pytest.approx(np.ones(5), abs=0.1)


def test_half_the_input_halves_more_than_noise_and_homeostasis_brings_rates_back_sooner():
    intact = rates_after_loss(Loss(SMALL, 0.5, 10))
    without = rates_after_loss(Loss(Network(3, 0, ("homeostasis",), SMALL.numbers), 0.5, 10))
    assert intact[0] < 0.8
    assert intact[0] == without[0]
    assert (intact[1:6] > without[1:6] + 0.1).all()  # later, growth has filled in for it


def test_deafferented_units_keep_their_synapses_and_hear_nothing():
    context = begin(SMALL)
    units = area_units(context)
    before = context.state.thalamic.weight.copy()
    deafferent(context, units)
    sources = context.state.thalamic.source[units]
    assert (context.state.thalamic.weight == before).all()
    assert not context.anatomy.inputs[sources].any()
    other = context.anatomy.layout.select(context.anatomy.lesioned, 0, excitatory=True)
    assert context.anatomy.inputs[context.state.thalamic.source[other]].any()
    assert (context.anatomy.input_candidates[units] == len(context.anatomy.inputs) - 1).all()


def test_same_rules_turn_only_the_inhibitory_rule():
    own, same = elements_after_a_night(), elements_after_a_night(same_rules())
    assert (own[1] == same[1]).all()
    assert not np.allclose(own[0], same[0])
    grown = same[0] - begin(SMALL).state.inhibitory_dendritic[area_units(begin(SMALL))]
    excitatory = same[1] - begin(SMALL).state.dendritic[area_units(begin(SMALL))]
    free = same[1] < 47  # below the cap on dendritic elements
    assert grown[free] == pytest.approx(excitatory[free], abs=1e-4)


def test_the_zone_lies_in_the_middle_with_its_border_first():
    context = begin(SMALL)
    units, inhibitory = repair.zone_first(context)
    zone = round(repair.SHARE * len(units))
    distance = repair.from_centre(context.anatomy.layout, SENSORY, units)
    assert (np.diff(distance[:zone]) <= 0).all()
    assert distance[:zone].max() <= distance[zone:].min()
    assert sorted(units) == sorted(area_units(context))
    assert not context.anatomy.layout.excitatory[inhibitory].any()


def test_spines_are_seen_to_come_and_go():
    context = begin(SMALL)
    units = area_units(context)
    watch = Spines(context, units)
    row = context.state.recurrent.weight[units[0]]
    slot = int(np.flatnonzero(row[:24])[0])
    context.state.recurrent.weight[units[0], slot] = 0
    had, changed = watch.look()
    assert changed.tolist() == [1.0] + [0.0] * (len(units) - 1)
    assert watch.look()[0][0] == had[0] - 1


def test_weights_among_units_go_from_source_to_target():
    context = begin(SMALL)
    units = area_units(context)
    table = among(context.state.recurrent, units)
    target, source = np.argwhere(table > 0)[0]
    slots = context.state.recurrent.source[units[target], :24] == units[source]
    assert context.state.recurrent.weight[units[target], :24][slots].max() == pytest.approx(table[target, source])
    assert not np.diag(table).any()
