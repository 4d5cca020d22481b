"""What practice makes units release, what their neighbourhood gets from it, and how far spared fibres branch."""

import numpy as np
import pytest
from brains import MODERATE, PRACTICE, brain, live

from rehab_opt.course.day import Conductor, morning, new_day
from rehab_opt.mechanisms import Phase
from rehab_opt.mechanisms.milieu import trophic_release
from rehab_opt.mechanisms.structure import structural
from rehab_opt.mechanisms.structure.structural import outgrowth
from rehab_opt.network.state import REACH, Bout
from rehab_opt.patient import Lesion

LOW, HIGH = 0.7, 1.8
RANGE = {"structural_plasticity__fibre_low": LOW, "structural_plasticity__fibre_high": HIGH}


def released(context, factor=1.0, bout=None):
    """What one bout, or the acts of daily living, add when all rates are ``factor`` times the morning's."""
    context.state.rates *= np.float32(factor)
    context.day.release[:] = 0
    context.bout = bout
    trophic_release.live(context) if bout is None else trophic_release.practise(context)
    context.state.rates /= np.float32(factor)
    return context.day.release.copy()


@pytest.fixture
def waking():
    context = brain()
    morning(context)
    context.day.feedback_practice[:] = 80 * context.anatomy.habit
    return context


@pytest.mark.parametrize("bout", [None, PRACTICE])
def test_twice_the_rate_releases_four_times_as_much(waking, bout):
    once = released(waking, bout=bout)
    assert once.any()
    np.testing.assert_allclose(released(waking, 2.0, bout), 4 * once, rtol=1e-5)


def test_a_bout_is_counted_at_the_rates_that_it_drives(waking):
    """Its own stimuli, at the rates of the moment; heard repetitions only."""
    bout = Bout(minutes=30, skill=REACH, repetitions=60, half=2, feedback=0.5)
    first, last = bout.stimuli(waking.anatomy.skills[REACH])
    start = waking.anatomy.skills[REACH].columns.start
    others = np.r_[0 : start + first, start + last : waking.state.rates.shape[1]]
    plain = released(waking, bout=bout)
    np.testing.assert_allclose(
        plain, 30 * np.square(waking.state.rates[:, start + first : start + last]).mean(axis=1), rtol=1e-4
    )
    waking.state.rates[:, others] = 7.0
    np.testing.assert_array_equal(released(waking, bout=bout), plain)
    waking.state.rates[:, start + first : start + last] *= 3
    np.testing.assert_allclose(released(waking, bout=bout), 9 * plain, rtol=1e-5)


def test_an_average_repetition_in_health_counts_as_one():
    context = brain(lesion=Lesion.none(), real=np.float64)
    context.state.rates[:] = context.anatomy.intact_rates
    context.day.feedback_practice[:] = 100 * context.anatomy.habit
    found = released(context)
    np.testing.assert_allclose(found, 100 * context.anatomy.usual_release, rtol=1e-10)


def test_the_whole_day_is_added_up_in_single_precision():
    context = brain(bouts=(PRACTICE,))
    Conductor().live(context)
    assert context.day.release.dtype == context.day.support.dtype == np.float32
    alone = brain()
    Conductor().live(alone)
    assert context.day.release.sum() > alone.day.release.sum() > 0


@pytest.mark.parametrize("constitutive", [0.0, 0.2])
def test_support_lies_between_its_constitutive_share_and_one(constitutive):
    number = {"trophic_release__constitutive": constitutive}
    idle, busy = brain(**number), brain(bouts=(PRACTICE,) * 6, **number)
    idle.day.release[:] = 0
    trophic_release.step(idle)
    np.testing.assert_allclose(idle.day.support, constitutive, atol=1e-6)
    Conductor().live(busy)
    assert busy.day.support.min() >= constitutive
    assert constitutive + 0.2 < busy.day.support.max() <= 1


def test_without_trophic_release_support_is_full_after_an_idle_day():
    context = brain(off=("trophic-release",))
    context.day = new_day(context.anatomy, 3, 0.0, ())
    Conductor(("trophic-release",)).live(context)
    assert (context.day.support == 1).all()
    assert not context.day.release.any()


def sprouted(calcium, days=1, **numbers):
    """Fibres after nights in which every unit's calcium is so many times its own; support and growth are full."""
    context = brain(**RANGE, **numbers)
    context.day.growth[:] = 6
    context.day.calcium = (calcium * np.maximum(context.state.set_point, 0.02)).astype(np.float32)
    for _ in range(days):
        structural._sprout_fibres(context)
    return context


def test_fibres_sprout_within_a_range_of_the_unit_s_own_calcium():
    levels = [0.0, LOW - 0.01, LOW + 0.1, (LOW + HIGH) / 2, HIGH - 0.1, HIGH + 0.01, 4.0]
    context = brain(**RANGE)
    gain = [float((sprouted(level).state.fibre - context.anatomy.spared).sum()) for level in levels]
    assert gain[0] == gain[1] == gain[5] == gain[6] == 0.0
    assert gain[3] > gain[2] > 0
    assert gain[3] > gain[4] > 0


@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_outgrowth_is_a_bell_that_keeps_its_precision(real):
    calcium = np.linspace(0, 4, 401).astype(real)
    found = outgrowth(calcium, LOW, HIGH)
    assert found.dtype == real
    assert calcium[found.argmax()] == pytest.approx((LOW + HIGH) / 2, abs=0.01)
    assert found.max() == pytest.approx(1, abs=1e-3)
    assert not found[(calcium < LOW) | (calcium > HIGH)].any()
    assert (found[(calcium > LOW + 0.01) & (calcium < HIGH - 0.01)] > 0).all()


@pytest.mark.parametrize("most", [1.0, 1.5, 3.0])
def test_a_bundle_never_exceeds_a_multiple_of_what_the_lesion_spared(most):
    context = sprouted(
        (LOW + HIGH) / 2, 300, structural_plasticity__fibre_most=most, structural_plasticity__fibre_rate=0.2
    )
    spared, fibre = context.anatomy.spared, context.state.fibre
    assert ((spared > 0) & (spared < 0.3)).any()  # some bundles are nearly cut
    assert (fibre <= most * spared * (1 + 1e-6)).all()
    assert (fibre >= spared).all()
    assert (most == 1.0) or (fibre > 1.2 * spared)[spared > 0].any()


def test_bundles_stay_within_their_bounds_in_a_course():
    context = brain(lesion=MODERATE)
    live(context, (), 20, (PRACTICE,))
    most = context.numbers["structural-plasticity.fibre-most"]
    assert (context.state.fibre <= most * context.anatomy.spared * (1 + 1e-6)).all()
    assert (context.state.fibre > context.anatomy.spared).any()


def test_release_is_noted_in_life_and_practice_and_answered_at_night():
    row = trophic_release.MECHANISM
    assert [bool(row.steps(phase)) for phase in (Phase.LIFE, Phase.PRACTICE, Phase.NIGHT)] == [True] * 3
