"""When a row acts: in its own phase, in others besides, and not at all - or something else instead - once removed."""

import pytest
from brains import PRACTICE, brain

from rehab_opt.course.day import Conductor, new_day
from rehab_opt.mechanisms import MECHANISMS, Mechanism, Phase
from rehab_opt.network.state import Bout, Current

DAILY = [phase for phase in Phase if phase is not Phase.LESION]


def noted(log, word):
    def step(_):
        log.append(word)

    return step


def row(log, name, phase, instead=False, also=()):
    more = tuple((when, noted(log, f"{name} in {when.value}")) for when in also)
    other = noted(log, f"no {name}") if instead else None
    return Mechanism(name, phase, "it acts", "it does not", "the log kept", noted(log, name), other, more)


def test_a_row_acts_in_its_phase_and_besides_in_others():
    log = []
    mine = row(log, "a", Phase.PRACTICE, also=(Phase.LIFE, Phase.REST))
    found = {phase: mine.steps(phase) for phase in Phase}
    assert {phase for phase, steps in found.items() if steps} == {Phase.PRACTICE, Phase.LIFE, Phase.REST}
    for phase in (Phase.REST, Phase.PRACTICE, Phase.LIFE):
        found[phase][0](None)
    assert log == ["a in rest", "a", "a in life"]


def test_besides_may_be_the_same_phase_and_then_comes_second():
    log = []
    for step in row(log, "a", Phase.NIGHT, also=(Phase.NIGHT, Phase.NIGHT)).steps(Phase.NIGHT):
        step(None)
    assert log == ["a", "a in night", "a in night"]


@pytest.mark.parametrize("instead", [False, True])
def test_a_removed_row_does_nothing_but_what_happens_in_its_place(instead):
    log = []
    mine = row(log, "a", Phase.PRACTICE, instead, also=(Phase.LIFE, Phase.REST))
    for phase in Phase:
        for step in mine.steps(phase, removed=True):
            assert phase is Phase.PRACTICE
            step(None)
    assert log == (["no a"] if instead else [])


def test_what_happens_instead_never_happens_while_the_row_is_there():
    mine = row([], "a", Phase.GUARD, instead=True)
    assert mine.steps(Phase.GUARD) == (mine.step,)


def conducted(rows, off=(), bouts=()):
    """The log of one day, walked by rows that only take notes."""
    context = brain()
    context.day = new_day(context.anatomy, 0, 0.0, bouts)
    Conductor(off, rows).live(context)


def test_a_day_calls_every_phase_in_order_and_bouts_one_by_one():
    log = []
    under = Bout(minutes=5, current=Current(amplitude=0.1))
    conducted(tuple(row(log, phase.value, phase) for phase in DAILY), bouts=(under, PRACTICE))
    bout = ["drive", "after", "practice"]
    assert log == ["milieu", "choice", "life", *bout, "watch", *bout, "guard", "night", "rest"]


def test_a_day_without_therapy_has_no_bouts():
    log = []
    conducted(tuple(row(log, phase.value, phase) for phase in DAILY))
    assert log == ["milieu", "choice", "life", "guard", "night", "rest"]


def test_within_a_phase_rows_act_in_their_order_wherever_they_are_at_home():
    log = []
    rows = (
        row(log, "a", Phase.NIGHT, also=(Phase.LIFE,)),
        row(log, "b", Phase.LIFE, instead=True),
        row(log, "c", Phase.NIGHT, also=(Phase.LIFE,)),
    )
    conducted(rows)
    assert log == ["a in life", "b", "c in life", "a", "c"]
    log.clear()
    conducted(rows, off=("b", "c"))
    assert log == ["a in life", "no b", "a"]


@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda mechanism: mechanism.name)
def test_removing_one_of_the_models_rows_takes_all_of_it(mechanism):
    """Whatever it does in any phase is gone; only its own ``instead`` stays, and nobody else is touched."""
    whole, without = Conductor(), Conductor((mechanism.name,))
    for phase in Phase:
        mine = mechanism.steps(phase)
        left = [step for step in whole._steps[phase] if step not in mine]
        kept = [step for step in without._steps[phase] if step is not mechanism.instead]
        assert kept == left


def test_every_step_besides_lies_in_another_phase_than_the_step_itself():
    for mechanism in MECHANISMS:
        assert mechanism.phase not in [phase for phase, _ in mechanism.also], mechanism.name
