"""The sheet itself: bounds, determinism, the mask, pairing of cohorts, freezing, and knock-outs by name."""

from dataclasses import fields, replace

import numpy as np
import pytest

from rehab_opt.errors import InputError
from rehab_opt.mechanisms import names
from rehab_opt.network.wiring import INHIBITORY, LOCAL
from rehab_opt.parameters import Parameters
from rehab_opt.validation.sheet import LESION_DAY, LESIONS, Numbers, Plan, own_numbers, run_sheet
from rehab_opt.validation.sheet.cohorts import choose_targets
from rehab_opt.validation.sheet.imaging import record
from rehab_opt.validation.sheet.life import NIGHT, hear, live
from rehab_opt.validation.sheet.sizes import Sizes
from rehab_opt.validation.sheet.sounds import POWER, SOUNDS, build_sounds
from rehab_opt.validation.sheet.youth import adult_sheet

SMALL = {"units": 240, "youth-days": 3, "life-trials": 2}
FAST = {"inhibitory-plasticity.rate": 0.3}
EVERYTHING = tuple(row.name for row in NIGHT)


def small_sheet(seed=1, **own):
    return adult_sheet(Numbers(Parameters(FAST), SMALL | own), seed)


@pytest.fixture(scope="module")
def grown():
    return small_sheet()


@pytest.fixture(scope="module")
def result():
    return run_sheet(plan())


def plan(seed=1, off=()):
    return Plan(seed=seed, set=tuple(FAST.items()), off=off, own=tuple(SMALL.items()), quick=True)


def test_every_number_has_a_unit_a_source_and_lies_in_its_prior():
    for row in own_numbers().values():
        assert row.unit
        assert row.source
        assert row.prior[0] <= row.value <= row.prior[1]


@pytest.mark.parametrize(("own", "word"), [({"hub": 1.0}, "hubs"), ({"hubs": 99.0}, "out of its range")])
def test_a_wrong_number_is_refused(own, word):
    with pytest.raises(InputError, match=word):
        Numbers(own=own)


def test_sounds_have_equal_power_and_differ():
    sounds = build_sounds(Numbers(), 3)
    assert np.sqrt((sounds**2).sum(axis=0)) == pytest.approx(np.full(SOUNDS, POWER))
    assert len(np.unique(sounds.round(6), axis=1).T) == SOUNDS


def test_sizes_are_stationary_and_drift():
    sizes = Sizes(Numbers(), 400, 1, -40)
    sd = Numbers()["size-sd"]
    assert sizes.on(-40).std() == pytest.approx(sd, rel=0.05)
    assert sizes.on(20).std() == pytest.approx(sd, rel=0.05)
    near, far = (np.corrcoef(sizes.on(0).ravel(), sizes.on(day).ravel())[0, 1] for day in (2, 20))
    assert near > far > 0


def test_wiring_has_its_totals_and_signs():
    from rehab_opt.validation.sheet.sheet import build_sheet

    sheet = build_sheet(Numbers(own=SMALL), 1)
    weight, own = sheet.state.recurrent.weight, sheet.numbers
    e = sheet.excitatory
    assert weight[e][:, LOCAL].sum(axis=1) == pytest.approx(own["total-ee"], rel=1e-5)
    assert weight[e][:, INHIBITORY].sum(axis=1) == pytest.approx(-own["total-ei"], rel=1e-5)
    assert (weight[:, LOCAL] >= 0).all()
    assert (weight[:, INHIBITORY] <= 0).all()
    assert not (sheet.state.recurrent.source[e][:, LOCAL] >= e.sum()).any()


def test_growing_elements_meet_those_whom_the_wiring_prefers_and_never_themselves():
    from rehab_opt.validation.sheet.sheet import build_sheet

    sheet = build_sheet(Numbers(own=SMALL), 1)
    units = np.flatnonzero(sheet.excitatory)
    met, everyone = sheet.anatomy.candidates[units], sheet.state.set_point[units]
    assert not (met == units[:, None]).any()
    assert sheet.state.set_point[met].mean() > 1.5 * everyone.mean()  # hubs have more targets, new ones too
    bound = sheet.state.thalamic.source[units][sheet.state.thalamic.weight[units] > 0].reshape(len(units), -1)
    own = np.median(bound, axis=1, keepdims=True)
    assert np.abs(sheet.anatomy.input_candidates[units] - own).mean() < 1.5 * np.abs(bound - own).mean()


def test_rates_stay_finite_and_within_their_ceilings(grown):
    rates = grown.state.rates
    assert np.isfinite(rates).all()
    assert (rates >= 0).all()
    assert (rates <= grown.anatomy.dynamics.ceiling[:, None]).all()


def test_youth_brings_units_near_their_set_points():
    sheet = small_sheet(**{"life-trials": 5})
    e, set_point = sheet.excitatory, sheet.state.set_point
    mean = np.mean([hear(sheet, sheet.state, "test", k) for k in range(4)], axis=0)
    assert mean[e].mean() == pytest.approx(set_point[e].mean(), rel=0.3)
    assert np.corrcoef(np.log(mean[e] + 1e-3), np.log(set_point[e]))[0, 1] > 0.75


def test_the_same_seed_gives_the_same_result_and_another_does_not(result):
    again, other = run_sheet(plan()), run_sheet(plan(seed=2))
    assert again.after["responsive"][9].diagonal == result.after["responsive"][9].diagonal
    assert again.after["inhibitory"][7].best.tolist() == result.after["inhibitory"][7].best.tolist()
    assert other.after["sham"][9].diagonal != result.after["sham"][9].diagonal


def test_an_unchanged_network_has_ratio_one(result):
    for day in (LESION_DAY, 7, 15):
        assert result.over_sham("sham", "diagonal", day) == 1.0
        assert result.over_sham("sham", "averaged", day, frozen=True) == 1.0


def test_all_cohorts_see_the_same_spared_cells(result):
    sizes = {len(p.responsive) for p in (*result.baseline.values(), *(result.after[x][7] for x in LESIONS))}
    assert sizes == {240 * 4 // 5 - 2 * result.removed}


def test_targets_are_of_their_kind_and_all_masked(grown):
    days = {day: record(grown, grown.state, day) for day in (1, 3, 5)}
    targeted, day_five = choose_targets(grown, days, record(grown, grown.state, 6, "mapping"))
    assert day_five[targeted.responsive].all()
    assert not day_five[targeted.nonresponsive].any()
    assert grown.excitatory[targeted.nonresponsive].all()
    assert not grown.excitatory[targeted.inhibitory].any()
    assert len({len(targeted.units(lesion)) for lesion in LESIONS[1:]}) == 1
    assert len(targeted.units("sham")) == 0
    for lesion in ("responsive", "nonresponsive"):
        assert not targeted.cells[targeted.units(lesion)].any()
    assert not targeted.interneurons[targeted.inhibitory].any()


def test_too_few_silent_cells_are_no_control_and_say_so(grown):
    days = {day: record(grown, grown.state, day) for day in (1, 3, 5)}
    loud = replace(grown, numbers=Numbers(Parameters(FAST), SMALL | {"criterion-amplitude": 0.0}))
    with pytest.raises(InputError, match="too few cells never responded"):
        choose_targets(loud, days, record(grown, grown.state, 6, "mapping"))


def test_a_lesion_acts_and_silent_cells_hardly_matter(result):
    strong, silent = (abs(result.over_sham(x, "diagonal", LESION_DAY) - 1) for x in ("responsive", "nonresponsive"))
    assert strong > 0.01
    assert silent < strong / 3


def test_recording_twice_is_the_same_and_sessions_differ(grown):
    first = record(grown, grown.state, 3)
    assert (record(grown, grown.state, 3) == first).all()
    assert (record(grown, grown.state, 3, "mapping") != first).any()


def test_without_plasticity_nothing_recovers():
    """With every mechanism off and sizes fixed a state stays what it is, so that no recovery can be written in."""
    sheet = small_sheet(**{"size-sd": 0.0})
    state = sheet.copy_state(sheet.state)
    state.integrity[:5] = 0
    start = sheet.copy_state(state)
    for day in (6, 7, 8):
        live(sheet, state, day, off=(*EVERYTHING, *names()))
    for name in ("excitability", "set_point", "threshold", "dendritic", "axonal", "inhibitory_dendritic"):
        assert (getattr(state, name) == getattr(start, name)).all(), name
    assert (state.recurrent.source == start.recurrent.source).all()
    assert state.recurrent.weight[:, INHIBITORY] == pytest.approx(start.recurrent.weight[:, INHIBITORY])


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_mechanism_can_be_removed_by_name(name):
    sheet = small_sheet()
    whole, without = sheet.copy_state(sheet.state), sheet.copy_state(sheet.state)
    for state, off in ((whole, ()), (without, (name,))):
        state.integrity[:20] = 0
        for day in (6, 7):
            live(sheet, state, day, off=off)
    arrays = [(getattr(whole, f.name), getattr(without, f.name)) for f in fields(whole)]
    pairs = [(a, b) if isinstance(a, np.ndarray) else (a.weight, b.weight) for a, b in arrays]
    assert any((a != b).any() for a, b in pairs)


def test_frozen_cells_do_not_change_and_others_do(grown):
    state = grown.copy_state(grown.state)
    frozen = np.zeros(len(state.set_point), dtype=bool)
    frozen[:100] = True
    before = grown.copy_state(state)
    live(grown, state, 6, frozen=frozen)
    assert (state.recurrent.weight[frozen] == before.recurrent.weight[frozen]).all()
    assert (state.thalamic.weight[frozen] == before.thalamic.weight[frozen]).all()
    assert (state.excitability[frozen] == before.excitability[frozen]).all()
    assert (state.excitability[~frozen] != before.excitability[~frozen]).any()


def test_a_copy_of_a_state_shares_nothing(grown):
    copy = grown.copy_state(grown.state)
    for row in fields(copy):
        mine, theirs = getattr(copy, row.name), getattr(grown.state, row.name)
        if isinstance(mine, np.ndarray):
            assert not np.shares_memory(mine, theirs), row.name
        else:
            assert not np.shares_memory(mine.weight, theirs.weight), row.name
            assert not np.shares_memory(mine.source, theirs.source), row.name
