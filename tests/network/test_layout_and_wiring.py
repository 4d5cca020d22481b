"""Units lie where their area is, connect to near and like-tuned ones, and cost grows with synapses."""

import numpy as np
import pytest

from rehab_opt.network.layout import AREAS, MOTOR, build_layout
from rehab_opt.network.pathways import build_pathways
from rehab_opt.network.tasks import build_tasks
from rehab_opt.network.wiring import AREAL, CALLOSAL, DISYNAPTIC, INHIBITORY, LOCAL, build_wiring
from rehab_opt.parameters import Parameters


def grown(units, seed=3, **numbers):
    p = Parameters({"network.units": units, **numbers})
    layout, tasks = build_layout(p, seed), build_tasks(p, seed)
    return p, layout, tasks, build_wiring(layout, tasks, p, seed)


@pytest.fixture(scope="module")
def small():
    return grown(600)


@pytest.mark.parametrize("units", [240, 600, 1000])
def test_four_of_five_units_are_excitatory_in_every_area(units):
    layout = build_layout(Parameters({"network.units": units}), 1)
    assert abs(layout.units - units) <= 15
    for hemisphere in range(2):
        for area in range(3):
            group = layout.select(hemisphere, area)
            assert len(group) * 6 == layout.units
            assert layout.excitatory[group].sum() == 4 * (~layout.excitatory[group]).sum()


def test_units_lie_in_their_area_and_areas_do_not_overlap(small):
    _, layout, _, _ = small
    corners = []
    for area in range(3):
        low = np.array(layout.centre(area)) - layout.side / 2
        places = layout.position[layout.select(area=area)]
        assert (places >= low).all()
        assert (places <= low + layout.side).all()
        corners.append(low)
    gaps = [np.abs(corners[a] - corners[b]).max() for a in range(3) for b in range(a)]
    assert min(gaps) >= layout.side
    assert len(AREAS) == 3


def test_networks_of_different_seeds_differ_and_of_one_seed_do_not():
    p = Parameters({"network.units": 240})
    one, same, other = (build_layout(p, seed).position for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_synapses_and_memory_per_unit_do_not_depend_on_the_size():
    found = {}
    for units in (240, 1200):
        _, layout, _, wiring = grown(units)
        arrays = (wiring.source, wiring.weight, wiring.input_source, wiring.input_weight)
        synapses = np.count_nonzero(wiring.weight) + np.count_nonzero(wiring.input_weight)
        found[units] = (synapses / layout.units, sum(array.nbytes for array in arrays) / layout.units)
    assert found[240][1] == found[1200][1]
    assert found[240][0] == pytest.approx(found[1200][0], rel=0.03)


def test_signs_and_places_follow_the_kind_of_synapse(small):
    _, layout, _, wiring = small
    hemisphere, area, excitatory = (
        values[wiring.source] for values in (layout.hemisphere, layout.area, layout.excitatory)
    )
    own_hemisphere, own_area = layout.hemisphere[:, None], layout.area[:, None]
    there = wiring.weight != 0
    for slots, sign, same_side, same_area, kind in (
        (LOCAL, 1, True, True, True),
        (INHIBITORY, -1, True, True, False),
        (CALLOSAL, 1, False, True, True),
        (DISYNAPTIC, -1, False, True, True),
        (AREAL, 1, True, False, True),
    ):
        used = there[:, slots]
        assert used.any()
        assert (np.sign(wiring.weight[:, slots][used]) == sign).all()
        assert ((hemisphere == own_hemisphere)[:, slots][used] == same_side).all()
        assert ((area == own_area)[:, slots][used] == same_area).all()
        assert (excitatory[:, slots][used] == kind).all()


def test_no_unit_drives_itself_and_no_synapse_is_doubled(small):
    _, layout, _, wiring = small
    there = wiring.weight != 0
    assert not (there & (wiring.source == np.arange(layout.units)[:, None])).any()
    for row, used in zip(wiring.source[:, LOCAL], there[:, LOCAL], strict=True):
        assert len(set(row[used])) == used.sum()


def test_callosal_links_are_net_inhibitory_onto_excitatory_units(small):
    _, layout, _, wiring = small
    rows = layout.select(excitatory=True)
    assert (wiring.weight[rows][:, CALLOSAL.start : DISYNAPTIC.stop].sum(axis=1) < 0).all()


def test_near_units_are_coupled_more_than_far_ones(small):
    _, layout, _, wiring = small
    rows = layout.select(0, MOTOR, excitatory=True)
    place = layout.position
    linked = np.linalg.norm(place[rows][:, None] - place[wiring.source[rows][:, LOCAL]], axis=2)[
        wiring.weight[rows][:, LOCAL] > 0
    ]
    anyone = np.linalg.norm(place[rows][:, None] - place[rows][None], axis=2)
    assert linked.mean() < 0.8 * anyone.mean()


def test_like_to_like_couples_units_of_like_tuning_more():
    likeness = []
    for strength in (0.0, 2.0, 4.0):
        _, layout, _, wiring = grown(600, **{"network.like-to-like": strength})
        rows = layout.select(excitatory=True)
        used = wiring.weight[rows][:, LOCAL] > 0
        difference = wiring.preferred[rows][:, None] - wiring.preferred[wiring.source[rows][:, LOCAL]]
        likeness.append(float(np.cos(difference)[used].mean()))
    assert abs(likeness[0]) < 0.05
    assert likeness[0] + 0.2 < likeness[1] < likeness[2]


def test_practised_and_held_out_stimuli_are_disjoint_and_differ(small):
    _, _, tasks, _ = small
    seen = []
    for task in tasks.tasks:
        columns = list(range(task.columns.start, task.columns.stop))
        seen += columns
        assert 0 < task.practised < len(columns)
        patterns = tasks.inputs[task.channels, task.columns].T
        assert len({pattern.tobytes() for pattern in patterns}) == len(columns)
        assert not tasks.inputs[: task.channels.start, task.columns].any()
        assert not tasks.inputs[task.channels.stop :, task.columns].any()
    assert seen == list(range(tasks.inputs.shape[1]))


def test_the_readout_is_strong_across_and_weak_on_the_same_side(small):
    p, layout, tasks, wiring = small
    for task, path in zip(tasks.tasks, build_pathways(layout, tasks, wiring, p, 3), strict=True):
        assert layout.excitatory[path.units].all()
        assert (layout.area[path.units] == task.area).all()
        assert (path.weight >= 0).all()
        if task.side == 2:
            continue
        crossed, same = path.weight[:, path.contralateral].sum(), path.weight[:, ~path.contralateral].sum()
        assert (layout.hemisphere[path.units[path.contralateral]] == 1 - task.side).all()
        assert 0 < same < 0.5 * crossed
