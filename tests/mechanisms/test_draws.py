"""Random numbers of a course: fair, of each use alone, and independent of what happens to the network."""

import numpy as np
import pytest
from brains import MODERATE, brain, live, noon

from rehab_opt.mechanisms import Draws
from rehab_opt.mechanisms.structure import pruning
from rehab_opt.patient import Lesion

SHAPE = (100, 41)  # not a multiple of four numbers


def test_ticks_are_spread_evenly_over_their_range():
    draws = Draws(1)
    found = np.concatenate([draws.ticks("prune", SHAPE).ravel() for _ in range(50)])
    counts = np.histogram(found, bins=16, range=(0, 65536))[0]
    expected = len(found) / 16
    assert np.abs(counts - expected).max() < 4.5 * np.sqrt(expected)
    assert found.dtype == np.uint16


@pytest.mark.parametrize("axis", [0, 1])
def test_no_row_and_no_column_is_favoured(axis):
    draws, nights = Draws(3), 400
    mean = np.mean([draws.ticks("prune", SHAPE).mean(axis=axis) for _ in range(nights)], axis=0)
    spread = 65536 / np.sqrt(12 * nights * SHAPE[axis])
    assert np.abs(mean - 32767.5).max() < 4.5 * spread


def test_each_use_has_numbers_of_its_own():
    alone, busy = Draws(5), Draws(5)
    for night in range(5):
        busy.uniform("pair", (4, 7 + night), np.dtype(np.float32))
        busy.ticks("other", (3, 50 + night))
        busy.normal("evidence")
        assert np.array_equal(alone.ticks("prune", SHAPE), busy.ticks("prune", SHAPE))
    assert not np.array_equal(Draws(5).ticks("a", SHAPE), Draws(5).ticks("b", SHAPE))
    assert not np.array_equal(Draws(5).ticks("a", SHAPE), Draws(6).ticks("a", SHAPE))


class Noted(Draws):
    """Draws that remember what was drawn."""

    def __init__(self, seed):
        super().__init__(seed)
        self.drawn = []

    def ticks(self, use, shape):
        found = super().ticks(use, shape)
        self.drawn.append((use, found.tobytes()))
        return found


def drawn(off, lesion, nights=3):
    context = brain(off, lesion)
    context.draws = Noted(7)
    live(context, off, nights)
    return context.draws.drawn


def test_what_microglia_meet_does_not_depend_on_the_state():
    plain = drawn((), MODERATE)
    assert len(plain) == 4
    assert len(set(plain)) == len(plain)  # other numbers every night
    assert drawn((), Lesion.none()) == plain
    assert drawn(("structural-plasticity", "task-learning", "callosal"), MODERATE) == plain


def removed_in(nights, **numbers):
    context = noon(brain(**numbers))
    context.state.recurrent.weight[context.state.recurrent.weight > 0] = 1e-3  # weak and, by a silent day, unused
    context.day.calcium[:] = 0
    turned_over = context.anatomy.layout.excitatory
    before = int((context.state.recurrent.weight[turned_over, :24] > 0).sum())
    for _ in range(nights):
        pruning.step(context)
    return before, before - int((context.state.recurrent.weight[turned_over, :24] > 0).sum())


def test_synapses_are_lost_at_the_hazard_when_nothing_keeps_them():
    hazard, nights, width = 0.02, 10, 0.1
    before, lost = removed_in(nights, pruning__hazard=hazard, pruning__weight_scale=width, pruning__young_hazard=0.0)
    expected = before * (1 - (1 - hazard * np.exp(-1e-3 / width)) ** nights)
    assert abs(lost - expected) < 4 * np.sqrt(expected)


def test_young_synapses_are_lost_though_used_and_old_ones_stay_only_where_the_axon_is_in_use():
    nights, hazard, scale = 10, 0.1, 1.0
    lost = {}
    for age, use in ((0.0, 1.0), (1.0, 1.0), (1.0, 0.0)):
        context = noon(brain(pruning__hazard=0.0, pruning__young_hazard=hazard, pruning__young_scale=scale))
        rows = context.state.recurrent
        rows.maturity[:] = age
        context.state.set_point[:] = np.maximum(context.state.set_point, 0.5)
        context.day.calcium[:] = use * context.state.set_point
        weight = rows.weight[:, :24].astype(float)
        risk = np.where((weight > 0) & context.anatomy.layout.excitatory[:, None], hazard * np.exp(-weight / scale), 0)
        for _ in range(nights):
            pruning.step(context)
        unprotected = float((1 - (1 - risk) ** nights).sum())
        lost[age, use] = int((weight > 0).sum() - (rows.weight[:, :24] > 0).sum()), unprotected
    count, expected = lost[0.0, 1.0]
    assert abs(count - expected) < 4 * np.sqrt(expected)
    assert lost[1.0, 1.0][0] == 0
    count, expected = lost[1.0, 0.0]
    assert 0.8 * expected < count < expected  # of a silent axon; a little is left of its protection
