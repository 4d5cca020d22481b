"""Random numbers of a course: what happens to be met is a fair share of all there is, whatever the state."""

import numpy as np
import pytest
from brains import MODERATE, brain, live, noon

from rehab_opt.mechanisms import Draws
from rehab_opt.mechanisms.structure import pruning
from rehab_opt.patient import Lesion

SIZE, NIGHTS = 4000, 400


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_the_share_that_is_met_is_binomial(share):
    draws = Draws(1)
    counts = np.array([len(draws.chosen("prune", SIZE, share)[0]) for _ in range(NIGHTS)])
    expected, spread = SIZE * share, np.sqrt(SIZE * share * (1 - share))
    assert abs(counts.mean() - expected) < 4 * spread / np.sqrt(NIGHTS)
    assert counts.std() == pytest.approx(spread, rel=0.2)


@pytest.mark.parametrize(("size", "share"), [(4000, 0.02), (60_000, 0.01), (60_000, 0.6)])
def test_nothing_is_met_twice_in_a_night_and_every_one_gets_a_number(size, share):
    draws = Draws(2)
    for _ in range(20):
        met, number = draws.chosen("prune", size, share)
        assert len(set(met.tolist())) == len(met) == len(number)
        assert met.min() >= 0
        assert met.max() < size
        assert number.min() >= 0
        assert number.max() < 1


@pytest.mark.parametrize(("size", "share"), [(60, 0.1), (20_000, 0.001)])
def test_everything_is_met_equally_often(size, share):
    draws, nights = Draws(3), 6000
    counts = np.zeros(size)
    for _ in range(nights):
        np.add.at(counts, draws.chosen("prune", size, share)[0], 1)
    groups = counts.reshape(20, -1).sum(axis=1)  # from the first things to the last
    expected = nights * size * share / 20
    assert np.abs(groups - expected).max() < 4.5 * np.sqrt(expected)


@pytest.mark.parametrize(("share", "wanted"), [(0.0, 0), (1.0, SIZE)])
def test_nothing_and_everything(share, wanted):
    met, number = Draws(4).chosen("prune", SIZE, share)
    assert len(met) == len(number) == wanted


def test_each_use_has_numbers_of_its_own():
    alone, busy = Draws(5), Draws(5)
    for night in range(5):
        busy.uniform("pair", (4, 7 + night), np.dtype(np.float32))
        busy.chosen("prune-thalamic", 50 + night, 0.5)
        busy.normal("evidence")
        mine, theirs = alone.chosen("prune", SIZE, 0.1), busy.chosen("prune", SIZE, 0.1)
        assert all(np.array_equal(a, b) for a, b in zip(mine, theirs, strict=True))
    assert not np.array_equal(Draws(5).chosen("a", SIZE, 0.1)[0], Draws(5).chosen("b", SIZE, 0.1)[0])
    assert not np.array_equal(Draws(5).chosen("a", SIZE, 0.1)[0], Draws(6).chosen("a", SIZE, 0.1)[0])


class Noted(Draws):
    """Draws that remember what was met."""

    def __init__(self, seed):
        super().__init__(seed)
        self.met = []

    def chosen(self, use, size, share):
        found = super().chosen(use, size, share)
        self.met.append((use, *(part.tobytes() for part in found)))
        return found


def met(off, lesion, nights=3):
    context = brain(off, lesion)
    context.draws = Noted(7)
    live(context, off, nights)
    return context.draws.met


def test_what_microglia_meet_does_not_depend_on_the_state():
    plain = met((), MODERATE)
    assert len(plain) == 2 * 4
    assert len(set(plain)) == len(plain)  # other slots every night
    assert met((), Lesion.none()) == plain
    assert met(("structural-plasticity", "task-learning", "callosal"), MODERATE) == plain


def removed_in(nights, **numbers):
    context = noon(brain(**numbers))
    context.state.recurrent.weight[context.state.recurrent.weight > 0] = 1e-3  # weak and, by a silent day, unused
    context.day.activity[:] = 0
    before = int((context.state.recurrent.weight[:, :24] > 0).sum())
    for _ in range(nights):
        pruning.step(context)
    return before, before - int((context.state.recurrent.weight[:, :24] > 0).sum())


def test_synapses_are_lost_at_the_hazard_when_nothing_keeps_them():
    hazard, nights, width = 0.02, 10, 0.1
    before, lost = removed_in(nights, pruning__hazard=hazard, pruning__weight_scale=width)
    expected = before * (1 - (1 - hazard * np.exp(-1e-3 / width)) ** nights)
    assert abs(lost - expected) < 4 * np.sqrt(expected)
