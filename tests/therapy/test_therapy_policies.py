"""Policies: the contract suite over constant policies and every protocol, and proof that the suite catches bad ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rehab_opt.errors import InputError
from rehab_opt.therapy import ConstantPolicy, Observation, Policy, Schedule, Session, as_policy, protocols
from rehab_opt.therapy.testing import PolicyContract

SEEN = Observation(day=21, enrolled_day=14, fm_ue=30, arat=20, use=1)
DAILY = Schedule(name="daily", sessions=(Session(day=0, minutes=60, repetitions=300),)).repeat(60, every=1)
CHECKS = [name for name in dir(PolicyContract) if name.startswith("test_")]


class TestConstantPolicy(PolicyContract):
    def policy(self) -> Policy:
        return as_policy(DAILY)


@pytest.mark.parametrize("start", ["published", "enrolment"])
@pytest.mark.parametrize("name", list(protocols))
@pytest.mark.parametrize("check", CHECKS)
def test_protocols_keep_the_contract(name: str, start: str, check: str) -> None:
    class Suite(PolicyContract):
        def policy(self) -> Policy:
            return protocols[name].policy(start=start)

    getattr(Suite(), check)()


def test_a_constant_policy_counts_from_enrolment_or_from_the_lesion() -> None:
    assert [s.day for s in ConstantPolicy(DAILY).next_week(SEEN)] == list(range(21, 28))
    assert [s.day for s in ConstantPolicy(DAILY.on(0)).next_week(replace(SEEN, day=55))] == [55, 56, 57, 58, 59]
    assert ConstantPolicy(DAILY).next_week(replace(SEEN, day=74)) == ()


def test_as_policy_takes_schedules_and_policies_only() -> None:
    policy = protocols["usual-care"].policy()
    assert as_policy(policy) is policy
    for bad in (None, "usual-care", ConstantPolicy):
        with pytest.raises(InputError, match="next_week"):
            as_policy(bad)  # type: ignore[arg-type]


def _session(day: int) -> Session:
    return Session(day=day, minutes=60, repetitions=300)


class _Counting:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def next_week(self, seen: Observation) -> tuple[Session, ...]:
        self.asked += 1
        return (_session(seen.day),) if self.asked < 10 else ()


class _Rule:
    """Answers by a function, which a pickle may or may not carry."""

    def __init__(self, rule: Callable[[Observation], object]) -> None:
        self.rule = rule

    def next_week(self, seen: Observation) -> object:
        return self.rule(seen)


def _late(seen: Observation) -> object:
    return (_session(seen.day + 7),)


def _early(seen: Observation) -> object:
    return (_session(seen.day - 1),) if seen.day else ()


def _from_the_past(seen: Observation) -> object:
    return (_session(max(seen.day - seen.enrolled_day, 0)),)


def _unsorted(seen: Observation) -> object:
    return (_session(seen.day + 1), _session(seen.day))


def _listed(seen: Observation) -> object:
    return [_session(seen.day)]


def _wrong_kind(seen: Observation) -> object:
    return ({"day": seen.day},)


def _too_long(seen: Observation) -> object:
    return (replace(_session(seen.day), minutes=400),)


def _monday_only(seen: Observation) -> object:
    return (_session(seen.enrolled_day + 7 * ((seen.day - seen.enrolled_day) // 7)),)


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (object, "test_it_fits_the_plug"),
        (lambda: _Rule(_listed), "test_it_fits_the_plug"),
        (lambda: _Rule(_wrong_kind), "test_it_fits_the_plug"),
        (lambda: _Rule(_late), "test_sessions_lie_in_the_asked_week"),
        (lambda: _Rule(_early), "test_sessions_lie_in_the_asked_week"),
        (lambda: _Rule(_from_the_past), "test_sessions_lie_in_the_asked_week"),
        (lambda: _Rule(_unsorted), "test_sessions_are_in_order"),
        (_Counting, "test_the_same_question_gets_the_same_answer"),
        (lambda: _Rule(lambda seen: ()), "test_it_survives_pickling"),
        (lambda: _Rule(_monday_only), "test_it_answers_on_every_day"),
        (lambda: _Rule(_too_long), "test_it_keeps_the_limits"),
    ],
)
def test_the_suite_catches_bad_policies(make: Callable[[], Policy], check: str) -> None:
    class Suite(PolicyContract):
        def policy(self) -> Policy:
            return make()

    with pytest.raises(Exception, match=r".") as caught:
        getattr(Suite(), check)()
    assert check == "test_it_survives_pickling" or isinstance(caught.value, AssertionError)


def test_the_suite_asks_for_a_policy() -> None:
    with pytest.raises(NotImplementedError):
        PolicyContract().policy()
