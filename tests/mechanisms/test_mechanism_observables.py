"""Removing a mechanism moves the very thing that its row says it moves, in the direction that it says."""

import numpy as np
import pytest
from brains import PRACTICE, brain, live

from rehab_opt.course.day import Conductor, morning, new_day, respond
from rehab_opt.mechanisms import MECHANISMS, Phase, names
from rehab_opt.network.state import REACH, Bout, Current
from rehab_opt.network.wiring import INHIBITORY, LOCAL
from rehab_opt.patient import Lesion

SEVERE = Lesion.disc(share=0.25, cst_spared=0.15)


def disinhibition(off):
    """Rise of the lesioned side's rates in reach when the intact side is halved."""
    context = brain(off)
    layout, columns = context.anatomy.layout, context.anatomy.skills[REACH].columns
    mine = layout.select(context.anatomy.lesioned, 0, excitatory=True)
    means = []
    for left in (1.0, 0.5):
        context.state.integrity[layout.hemisphere != context.anatomy.lesioned] = left
        for _ in range(5):
            morning(context)
        means.append(float(context.state.rates[mine][:, columns].mean()))
    return means[1] - means[0]


def score_on_day_1(off):
    """With a narrow zone of oedema: where no fibre conducts, silent units make no difference."""
    context = brain(off, lesion__oedema_width=0.3)
    return live(context, off, 1)[1].scores["impairment"]


def formed_at_the_peak(off):
    """Synapses that units at the lesion's edge gain in twenty nights around the peak of the growth window."""
    context = brain(off, units=600, milieu__clock=1.0)  # where it was measured
    rim = (context.anatomy.rim > 0.3) & ~context.anatomy.dead & context.anatomy.layout.excitatory
    peak = int(context.numbers["growth-window.peak-day"] * context.numbers["milieu.clock"])
    conductor, made = Conductor(tuple(off)), 0
    for index in range(peak + 10):
        context.day = new_day(context.anatomy, index, 0.0, ())
        rows = (context.state.recurrent, context.state.thalamic)
        before = [(row.source[rim].copy(), row.weight[rim].copy()) for row in rows]
        conductor.live(context)
        if index < peak - 10:
            continue
        for row, (source, weight) in zip(rows, before, strict=True):
            made += int((((weight == 0) | (source != row.source[rim])) & (row.weight[rim] != 0)).sum())
    return made


def rate_in_the_rim(off):
    context = brain(off)
    live(context, off, 7)
    rim = (context.anatomy.rim > 0.5) & ~context.anatomy.dead
    return float(context.state.rates[rim].mean())


def choice_after_a_severe_lesion(off):
    return live(brain(off, SEVERE), off, 28)[-1].choice


def rate_under_a_current(off):
    bout = Bout(minutes=20, skill=REACH, repetitions=1, current=Current(hemisphere=0, area=0, amplitude=0.5))
    context = brain(off, Lesion.none())
    morning(context)
    context.bout = bout
    Conductor(tuple(off)).run(Phase.DRIVE, context)
    respond(context, bout)
    return float(context.state.rates[context.anatomy.layout.select(0, 0, excitatory=True)].mean())


def change_of_thalamic_weights(off):
    """Summed over the motor synapses, after one day with practice and without its night."""
    context = brain(off)
    context.day = new_day(context.anatomy, 0, 0.0, (PRACTICE,))
    before = context.state.thalamic.weight.copy()
    nights = [row.name for row in MECHANISMS if row.phase is Phase.NIGHT]
    Conductor((*off, *nights, "consolidation")).live(context)
    return float(np.abs(context.state.thalamic.weight / np.where(before > 0, before, 1) - (before > 0)).sum())


def resource_after_practice(off):
    context = brain(off)
    live(context, off, 0, (PRACTICE,) * 3)
    return float(context.state.resource[context.anatomy.skills[REACH].path.units].mean())


def seizures_under_a_strong_current(off):
    bout = Bout(minutes=10, skill=REACH, repetitions=10, current=Current(hemisphere=0, area=0, amplitude=40.0))
    return sum(day.seizure for day in live(brain(off, Lesion.none()), off, 2, (bout,)))


def tissue_lost_by_overuse(off):
    context = brain(off)
    before = float(context.state.integrity.sum())
    live(context, off, 7, (Bout(minutes=300, skill=REACH, repetitions=3000),), mitt=0.9)
    return before - float(context.state.integrity.sum())


def stable_change(off, repetitions=300, days=2):
    off = (*off, "homeostasis")  # scaling carries the stable part along
    context = brain(off)
    before = context.state.thalamic.stable.copy()
    rows = context.anatomy.skills[REACH].path.units
    live(context, off, days, (Bout(minutes=30, skill=REACH, repetitions=repetitions),))
    kept = (context.state.thalamic.weight > 0) & (before > 0)
    return float(np.abs(np.where(kept, context.state.thalamic.stable - before, 0))[rows].sum())


def stable_change_after_little_practice(off):
    return stable_change(off, repetitions=5)


def change_of_thresholds(off):
    context = brain(off)
    before = context.state.threshold.copy()
    live(context, off, 1)
    return float(np.abs(context.state.threshold - before).sum())


def inhibition_after_the_loss_of_interneurons(off):
    context = brain(off, Lesion.interneurons(4))
    rows = context.anatomy.layout.select(context.anatomy.lesioned, 0, excitatory=True)
    before = context.state.recurrent.weight[rows, INHIBITORY].copy()
    live(context, off, 5)
    after = context.state.recurrent.weight[rows, INHIBITORY]
    old = (before < 0) & (after < 0)
    return float(np.abs(np.where(old, after - before, 0)).sum())


def rate_of_deprived_units(off):
    """Relative to the set point, of units of the motor area three weeks after the loss of 40 % of their input.

    Without inhibitory plasticity, which would restore the rates by itself.
    """
    off = (*off, "inhibitory-plasticity")
    context = brain(off, Lesion.none())
    rows = context.anatomy.layout.select(0, 0, excitatory=True)
    context.state.thalamic.weight[rows] *= 0.6
    context.state.thalamic.stable[rows] *= 0.6
    target = context.state.set_point.copy()
    sheets = live(context, off, 21)
    return float(sheets[-1].activity[rows].sum() / target[rows].sum())


def formed(off):
    return sum(day.formed for day in live(brain(off), off, 10))


def removed(off):
    return sum(day.removed for day in live(brain(off, Lesion.none()), off, 5))


# Mechanism -> what to measure, and whether the mechanism raises (+1) or lowers (-1) it. None: either, but it moves.
OBSERVABLES = {
    "callosal": (disinhibition, +1),
    "penumbra": (score_on_day_1, -1),
    "conduction-block": (score_on_day_1, -1),
    "growth-window": (formed_at_the_peak, +1),
    "tonic-gaba": (rate_in_the_rim, -1),
    "arm-choice": (choice_after_a_severe_lesion, -1),
    "stimulation": (rate_under_a_current, +1),
    "task-learning": (change_of_thalamic_weights, +1),
    "resources": (resource_after_practice, -1),
    "runaway-guard": (seizures_under_a_strong_current, +1),
    "vulnerable-rim": (tissue_lost_by_overuse, +1),
    "trophic-release": (stable_change_after_little_practice, -1),
    "consolidation": (stable_change, +1),
    "metaplasticity": (change_of_thresholds, +1),
    "inhibitory-plasticity": (inhibition_after_the_loss_of_interneurons, +1),
    "homeostasis": (rate_of_deprived_units, +1),
    "structural-plasticity": (formed, +1),
    "pruning": (removed, +1),
}


def test_the_table_covers_every_mechanism():
    assert set(OBSERVABLES) == set(names())


@pytest.mark.parametrize("name", names())
def test_removing_a_mechanism_moves_its_own_observable(name):
    measure, direction = OBSERVABLES[name]
    intact, without = measure(()), measure((name,))
    assert direction * (intact - without) > 0.005 * max(abs(intact), abs(without)), (intact, without)


def test_growth_near_the_lesion_is_raised_by_half_or_more():
    assert formed_at_the_peak(()) > 1.5 * formed_at_the_peak(("growth-window",))


def test_nothing_forms_without_structural_plasticity():
    assert formed(("structural-plasticity",)) == 0


def test_no_weight_changes_by_practice_without_task_learning():
    assert change_of_thalamic_weights(("task-learning",)) == 0.0


def test_nothing_becomes_stable_without_consolidation():
    # A slot that is emptied and filled again starts anew.
    others = ("consolidation", "structural-plasticity", "pruning")
    assert stable_change(others) == 0.0


def test_recurrent_weights_follow_the_bcm_rule_only_where_it_acts():
    others = ("task-learning", "homeostasis", "structural-plasticity", "pruning", "consolidation")
    changed = []
    for off in (others, (*others, "metaplasticity")):
        context = brain(off)
        before = context.state.recurrent.weight[:, LOCAL].copy()
        live(context, off, 1)
        changed.append(float(np.abs(context.state.recurrent.weight[:, LOCAL] - before).sum()))
    assert changed[0] > 0
    assert changed[1] == 0


def test_two_hemispheres_without_callosal_links_do_not_feel_each_other():
    assert abs(disinhibition(("callosal",))) < 0.02 * disinhibition(())


def test_callosal_links_of_a_dead_unit_are_silent():
    context = brain(lesion=Lesion.disc(share=1.0))
    morning(context)
    assert not context.state.rates[context.anatomy.dead].any()
