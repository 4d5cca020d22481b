"""Currents move rates where they act; what they leave behind fades; paired stimulation gates learning."""

import numpy as np
import pytest
from brains import brain, live

from rehab_opt.course.day import Conductor, morning, respond
from rehab_opt.mechanisms import Phase
from rehab_opt.network.state import REACH, Bout, Current
from rehab_opt.patient import Lesion

NONE = Lesion.none()


def bout(minutes=10.0, **current):
    return Bout(minutes=minutes, skill=REACH, repetitions=10, current=Current(**current) if current else None)


def responses(given, lesion=NONE):
    context = brain(lesion=lesion)
    morning(context)
    context.bout = given
    Conductor().run(Phase.DRIVE, context)
    respond(context, given)
    return context


def mean(context, hemisphere, area=0):
    return float(context.state.rates[context.anatomy.layout.select(hemisphere, area, excitatory=True)].mean())


def test_the_sign_of_a_pulsed_current_is_the_sign_of_its_effect():
    low, rest, high = (mean(responses(bout(amplitude=amplitude)), 0) for amplitude in (-0.3, 0.0, 0.3))
    assert low < rest < high


def test_a_current_acts_in_its_own_area_and_hemisphere():
    context = responses(bout(amplitude=0.3, hemisphere=1, area=1))
    driven = np.flatnonzero(context.day.current)
    assert set(driven) == set(context.anatomy.layout.select(1, 1))


def test_a_weak_field_acts_by_orientation_and_a_pulse_does_not():
    weak = responses(bout(amplitude=0.1, oriented=True)).day.current
    pulse = responses(bout(amplitude=0.1)).day.current
    assert weak.min() < 0 < weak.max()
    assert pulse.min() == 0


def test_a_direct_current_polarises_pyramidal_cells_one_way_and_interneurons_either_way():
    context = responses(bout(amplitude=0.1, oriented=True))
    pushed = {kind: context.day.current[context.anatomy.layout.select(0, 0, excitatory=kind)] for kind in (True, False)}
    assert (pushed[True] > 0).mean() > 0.9
    assert abs(pushed[False].mean()) < 0.2 * pushed[True].mean()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_milliampere_moves_the_response_of_the_area_as_in_people(sign):
    rest = mean(responses(bout()), 0)
    current = sign * brain(lesion=NONE).numbers["stimulation.tdcs-current"]
    change = mean(responses(bout(amplitude=current, oriented=True)), 0) / rest - 1
    assert 0.15 < sign * change < 0.45  # Nitsche and Paulus 2000: some 20 to 40 %


def test_dead_units_do_not_answer_a_current():
    context = responses(bout(amplitude=1.0), Lesion.disc(share=0.3))
    assert not context.state.rates[context.anatomy.dead].any()


def minutes_after(*bouts):
    context = brain(lesion=NONE, bouts=bouts)
    morning(context)
    context.day.reference = context.state.rates.copy()
    for given in bouts:
        context.bout = given
        Conductor().run(Phase.DRIVE, context)
        respond(context, given)
        Conductor().run(Phase.AFTER, context)
    return context


def after(*bouts):
    return minutes_after(*bouts).state.gain


def test_an_after_effect_is_bounded_fades_in_a_pause_and_is_gone_the_next_morning():
    on, pause = bout(amplitude=0.5), Bout(minutes=60)
    fresh, faded = after(on), after(on, pause)
    assert np.abs(fresh).max() > 0
    assert 0 < np.abs(faded).sum() < np.abs(fresh).sum()
    context = brain(lesion=NONE)
    assert np.abs(after(*[on] * 30)).max() <= context.numbers["stimulation.after-most"] + 1e-6
    live(context, (), 0, (on,))
    assert not context.state.gain.any()


def test_the_threshold_of_a_stimulated_unit_rises_and_returns_in_a_pause():
    on = bout(minutes=3.3, amplitude=0.5)
    risen, returned = (minutes_after(*bouts).state.minute_threshold for bouts in ((on,), (on, Bout(minutes=60))))
    assert risen.max() > 1.2
    np.testing.assert_allclose(returned, 1.0, atol=2e-3)


def test_activity_at_its_resting_level_is_depressed_by_pulses_alone():
    pulses = after(Bout(minutes=10, current=Current(calcium=1e-6)))
    assert pulses.min() < 0
    assert pulses.max() <= 0


def test_the_calcium_of_pulses_falls_off_with_the_field():
    context = minutes_after(Bout(minutes=300, current=Current(calcium=0.3)))
    anatomy = context.anatomy
    here = anatomy.layout.select(0, 0, excitatory=True)
    # No current moves the rate, so that the threshold settles at the square of 1 + calcium.
    calcium = np.sqrt(context.state.minute_threshold[here]) - 1
    expected = 0.3 * context.numbers["stimulation.coupling"] * anatomy.placement[here]
    np.testing.assert_allclose(calcium, expected, rtol=0.02)


def test_a_direct_current_moves_the_threshold_and_leaves_no_after_effect_of_its_own():
    context = minutes_after(Bout(minutes=10, current=Current(amplitude=0.1, oriented=True)))
    assert np.abs(context.state.minute_threshold - 1).max() > 0.05
    assert not context.state.gain.any()


def test_paired_stimulation_adds_to_learning_and_drives_nothing():
    changes, rates = [], []
    for gate in (0.0, 1.0):
        given = Bout(minutes=30, skill=REACH, repetitions=100, current=Current(gate=gate))
        context = brain()
        morning(context)
        context.bout = given
        before = context.state.thalamic.weight.copy()
        Conductor().run(Phase.DRIVE, context)
        rates.append(context.day.current.copy())
        Conductor().run(Phase.PRACTICE, context)
        changes.append(float(np.abs(context.state.thalamic.weight - before).sum()))
    assert changes[1] > 1.1 * changes[0] > 0
    assert not np.any(rates)
