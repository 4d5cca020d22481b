"""What a day is made of reaches the tissue: calcium by deeds, a limb at rest, a window that loosens, a drug."""

import numpy as np
import pytest
from brains import MODERATE, PRACTICE, brain, live

from rehab_opt.course.day import Conductor, new_day
from rehab_opt.mechanisms import Phase
from rehab_opt.mechanisms.milieu.growth_window import window
from rehab_opt.network.state import GOOD_ARM, REACH, Current
from rehab_opt.patient import Lesion


def first_day(lesion=MODERATE, bouts=(), sling=0.0, **numbers):
    context = brain(lesion=lesion, **numbers)
    context.day = new_day(context.anatomy, 0, 0.0, bouts)
    context.day.sling = sling
    Conductor().live(context)
    return context


def driven(context):
    """Living units of the lesioned motor area that the affected arm's movements drive."""
    units = context.anatomy.layout.select(context.anatomy.lesioned, 0, excitatory=True)
    return units[context.anatomy.usual[units] > 0.1]


def test_a_healthy_day_without_therapy_has_the_calcium_of_habit():
    context = first_day(Lesion.none())
    np.testing.assert_allclose(context.day.calcium, context.day.activity, rtol=1e-5, atol=1e-7)


def test_practice_raises_calcium_and_a_sling_lowers_it():
    usual, trained, rested = (
        first_day(Lesion.none(), bouts, sling).day.calcium[driven(first_day(Lesion.none()))].mean()
        for bouts, sling in (((), 0.0), ((PRACTICE,), 0.0), ((), 1.0))
    )
    assert rested < 0.9 * usual
    assert trained > 1.05 * usual


def test_all_of_it_is_background_when_its_share_is_1():
    quiet = first_day(sling=1.0, practice__background=1.0).day
    np.testing.assert_allclose(quiet.calcium, quiet.activity, rtol=1e-5, atol=1e-7)


def test_a_field_is_not_taken_for_the_day_s_activity():
    current = Current(hemisphere=0, area=0, amplitude=0.5)
    bout = PRACTICE.__class__(minutes=10, current=current)
    plain, under = (first_day(bouts=bouts).day.calcium for bouts in ((), (bout,)))
    np.testing.assert_array_equal(plain, under)


def test_what_the_arm_in_the_sling_does_not_do_the_other_does():
    free, slung = (first_day(sling=sling) for sling in (0.0, 1.0))
    arms = [free.anatomy.skills[skill].columns for skill in (REACH, GOOD_ARM)]
    assert slung.day.practice[arms[0]].sum() == 0
    assert free.day.practice.sum() == pytest.approx(slung.day.practice.sum(), rel=1e-5)


def maturity(days, off=(), **numbers):
    context = brain(off, consolidation__maturation_days=120.0, **numbers)
    live(context, off, days)
    return context, context.state.recurrent.maturity[:, :24].max(axis=1)


def test_the_window_loosens_mature_synapses_near_the_lesion_only():
    context, open_ = maturity(12, milieu__clock=1.0)
    _, shut = maturity(12, ("growth-window",), milieu__clock=1.0)
    near, far = context.anatomy.rim > 0.8, context.anatomy.rim < 1e-3
    near &= ~context.anatomy.dead
    assert near.any()
    assert far.any()
    assert open_[near].mean() < 0.8 * shut[near].mean()
    most = 13 * context.numbers["growth-window.loosening"] * 1e-3  # days x speed at the peak x nearness to the edge
    np.testing.assert_allclose(open_[far], shut[far], atol=most)


@pytest.mark.parametrize("sharpness", [1.0, 1.5, 3.0])
def test_the_window_peaks_on_its_day_whatever_its_sharpness(sharpness):
    days = np.arange(0.0, 60.0, 0.5)
    curve = np.array([window(day, 10.0, 6.0, sharpness) for day in days])
    assert days[curve.argmax()] == 10.0
    assert curve.max() == pytest.approx(6.0)
    assert curve.min() == pytest.approx(1.0, abs=0.2)


def test_a_sharper_window_is_over_sooner():
    assert window(30.0, 10.0, 6.0, 2.0) < window(30.0, 10.0, 6.0, 1.0)


def tonic(day, **numbers):
    context = brain(day=day, **numbers)
    Conductor().run(Phase.MILIEU, context)
    return context.day.tonic, context.anatomy.rim


@pytest.mark.parametrize(("day", "works"), [(2, False), (3, True), (8, True), (16, True), (17, False)])
def test_the_drug_works_between_its_days(day, works):
    plain, rim = tonic(day)
    treated, _ = tonic(day, tonic_gaba__drug=0.5)
    if works:
        assert (treated[rim > 0.1] < plain[rim > 0.1]).all()
    else:
        np.testing.assert_array_equal(treated, plain)


def test_the_drug_takes_half_of_all_tonic_inhibition():
    everyday = {"tonic_gaba__everyday": 0.2}
    plain, rim = tonic(8, **everyday)
    treated, _ = tonic(8, tonic_gaba__drug=0.5, **everyday)
    np.testing.assert_allclose(treated, plain - 0.5 * (plain + 0.2 * rim), rtol=1e-5, atol=1e-6)
