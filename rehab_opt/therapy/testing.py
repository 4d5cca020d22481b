"""The contract suite for policies: subclass `PolicyContract` in a test file and pytest runs every check on it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace

from rehab_opt.therapy.check import check_limits
from rehab_opt.therapy.limits import Limits
from rehab_opt.therapy.policy import DAYS_A_WEEK, Observation, Policy
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import Session


class PolicyContract:
    """What every policy must keep to. Override `policy`; set `limits` to judge the sessions by limits of your own.

    Examples
    --------
    >>> from rehab_opt.therapy import ConstantPolicy, protocols
    >>> class TestMine(PolicyContract):
    ...     def policy(self):
    ...         return protocols["usual-care"].policy()
    >>> TestMine().test_sessions_lie_in_the_asked_week()
    """

    enrolled_days: tuple[int, ...] = (0, 12, 100, 400)
    """Days of enrolment to try."""
    weeks: int = 30
    """Weeks after enrolment to ask for."""
    limits: Limits = Limits()
    """Limits that the sessions have to keep."""

    def policy(self) -> Policy:
        """Return the policy under test."""
        raise NotImplementedError("override policy() to return the policy under test")

    def observations(self) -> Iterator[Observation]:
        """Yield the observations to ask with: a patient who recovers slowly, for each day of enrolment."""
        for enrolled in self.enrolled_days:
            for week in range(self.weeks):
                yield Observation(
                    day=enrolled + DAYS_A_WEEK * week,
                    enrolled_day=enrolled,
                    fm_ue=min(20.0 + week, 66.0),
                    arat=min(12.0 + week, 57.0),
                    use=min(0.5 + 0.1 * week, 5.0),
                    minutes_done=60.0 * week,
                    sessions_done=week,
                )

    def test_it_fits_the_plug(self) -> None:
        """`next_week` exists and returns a tuple of sessions."""
        policy = self.policy()
        assert isinstance(policy, Policy), "a policy needs the method next_week(observation)"
        for seen in self.observations():
            week = policy.next_week(seen)
            assert isinstance(week, tuple), f"next_week must return a tuple, got {type(week).__name__}"
            assert all(isinstance(session, Session) for session in week), "next_week must return Session objects"

    def test_sessions_lie_in_the_asked_week(self) -> None:
        """Days count from the lesion and lie in the asked seven days, none before enrolment."""
        policy = self.policy()
        for seen in self.observations():
            for session in policy.next_week(seen):
                assert seen.day <= session.day < seen.day + DAYS_A_WEEK, (
                    f"day {session.day} is not in the week of day {seen.day}"
                )
                assert session.day >= seen.enrolled_day, (
                    f"day {session.day} is before enrolment on day {seen.enrolled_day}"
                )

    def test_sessions_are_in_order(self) -> None:
        """Sessions are sorted by day and start."""
        policy = self.policy()
        for seen in self.observations():
            times = [(session.day, session.start) for session in policy.next_week(seen)]
            assert times == sorted(times), f"sessions of the week of day {seen.day} are not in order of time"

    def test_the_same_question_gets_the_same_answer(self) -> None:
        """Answers depend on the observation only: not on the object, nor on what was asked before."""
        asked = list(self.observations())
        policy = self.policy()
        forward = [policy.next_week(seen) for seen in asked]
        backward = [policy.next_week(seen) for seen in reversed(asked)][::-1]
        assert forward == backward, "the answer changes with the order of the questions: a policy must keep no state"
        fresh = self.policy()
        assert forward == [fresh.next_week(seen) for seen in asked], "two policies built alike answer differently"

    def test_it_survives_pickling(self) -> None:
        """A copy that went to another process answers alike."""
        policy = self.policy()
        copy = pickle.loads(pickle.dumps(policy))
        for seen in self.observations():
            assert copy.next_week(seen) == policy.next_week(seen), f"the pickled copy differs on day {seen.day}"

    def test_it_answers_on_every_day(self) -> None:
        """Weeks may start on any day after enrolment, for the worst and the best scores and after adverse events."""
        policy = self.policy()
        first = next(self.observations())
        extremes = [
            replace(first, fm_ue=0.0, arat=0.0, use=0.0),
            replace(first, fm_ue=66.0, arat=57.0, use=5.0),
            replace(first, adverse_events=3),
        ]
        for seen in extremes:
            for later in range(DAYS_A_WEEK):
                today = seen.day + later
                days = [session.day for session in policy.next_week(replace(seen, day=today))]
                assert all(today <= day < today + DAYS_A_WEEK for day in days), (
                    f"days {days} for the week of day {today}"
                )

    def test_it_keeps_the_limits(self) -> None:
        """No week breaks a limit, and neither do all weeks of one patient together."""
        policy = self.policy()
        for enrolled in self.enrolled_days:
            mine = [seen for seen in self.observations() if seen.enrolled_day == enrolled]
            sessions = tuple(session for seen in mine for session in policy.next_week(seen))
            course = Schedule(name="policy under test", sessions=sessions, origin="lesion")
            broken = [str(v) for v in check_limits(course, self.limits, enrolled_day=enrolled) if v.severity == "error"]
            assert not broken, "; ".join(broken[:3])
