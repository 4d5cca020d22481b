"""From what a point asks for to sessions that keep every limit, by fixed rules, applied in this order.

1. Phases run in the order of their starts; one that would overlap the one before begins when that has ended.
2. In each 7 days of a phase its sessions go to the allowed weekdays, spread as evenly as they go. What would lie after
   the last day falls away.
3. Minutes a day are capped, locked sessions first. Hours in total: the minutes of all searched sessions shrink by one
   factor to whole minutes, at least `SHORTEST`; if that is not enough, sessions fall away from the end.
4. Stimulation falls away inside the acute window and on days on which a locked session has some; `stimulate.py` keeps
   its doses.
5. A session that collides with a locked one begins after it, or before it, or falls away.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

from rehab_opt.study.stimulate import Blocks, StimulationPlan, make_blocks
from rehab_opt.therapy import TASKS, WEEKDAYS, Limits, Session

SHORTEST = 10.0
"""Minutes below which a limit does not shorten a session; it falls away instead."""
WEEK = 7
_DAY = 1440.0
_NUDGE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasePlan:
    """A phase with every number and name decided."""

    start: int
    weeks: int
    sessions_per_week: int
    minutes: float
    repetitions_per_minute: float
    clock: float
    order: str
    difficulty: float
    feedback: float
    constraint: float
    shares: tuple[float, ...]
    stimulation: StimulationPlan | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What sessions have to fit into.

    Attributes
    ----------
    limits
        Of the study.
    locked
        Sessions that are kept.
    last_day
        Last day with sessions, days since enrolment.
    earliest
        Earliest day of enrolment, which decides how far the acute window reaches.
    """

    limits: Limits
    locked: tuple[Session, ...]
    last_day: int
    earliest: int

    def room(self, day: int) -> float:
        """Return the minutes of practice that a day has left beside the locked sessions."""
        taken = sum(session.minutes for session in self.locked if session.day == day)
        return max(0.0, self.limits.practice_minutes_per_day - taken)

    def hours_left(self) -> float:
        """Return the minutes of practice left for the search in total."""
        if self.limits.total_hours is None:
            return math.inf
        return self.limits.total_hours * 60.0 - sum(session.minutes for session in self.locked)

    def may_stimulate(self, day: int) -> bool:
        """Return whether searched sessions of a day may have stimulation."""
        taken = any(session.day == day and session.stimulation is not None for session in self.locked)
        return not taken and self.earliest + day >= self.limits.acute_window_days


@dataclass(slots=True)
class _Slot:
    plan: PhasePlan
    day: int
    minutes: float


def project(plans: Sequence[PhasePlan], frame: Frame) -> tuple[Session, ...]:
    """Return the searched sessions, in order of time, without the locked ones."""
    slots = _within_hours(list(_slots(_in_turn(plans), frame)), frame.hours_left())
    sessions: list[Session] = []
    dealt: dict[PhasePlan, list[int]] = {}
    for slot in slots:
        counts = dealt.setdefault(slot.plan, [0] * len(TASKS))
        task = next_task(slot.plan.shares, counts)
        placed = _placed(slot, TASKS[task], frame)
        if placed:
            counts[task] += 1
            sessions += placed
    return tuple(sessions)


def week_days(per_week: int, days_off: Iterable[str]) -> tuple[int, ...]:
    """Return the weekdays (0 is the day of enrolment) of so many sessions a week, as evenly spread as they go.

    Examples
    --------
    >>> week_days(3, ("sat", "sun")), week_days(5, ("sat", "sun")), week_days(2, ())
    ((0, 2, 4), (0, 1, 2, 3, 4), (0, 3))
    """
    return _even_days(per_week, frozenset(days_off))


@lru_cache
def _even_days(per_week: int, days_off: frozenset[str]) -> tuple[int, ...]:
    allowed = [number for number, name in enumerate(WEEKDAYS) if name not in days_off]
    options = list(combinations(allowed, min(per_week, len(allowed))))
    # The smaller the sum of the squared gaps round the week, the more even; the first of equals starts earliest.
    return min(options, key=lambda days: sum(_gap(days, i) ** 2 for i in range(len(days))))


def _gap(days: tuple[int, ...], index: int) -> int:
    return (days[(index + 1) % len(days)] - days[index]) % WEEK or WEEK


def phase_days(start: int, weeks: int, per_week: int, frame: Frame) -> list[int]:
    """Return the days of the sessions of a phase, days since enrolment."""
    wanted = week_days(per_week, frame.limits.days_off)
    last = min(start + weeks * WEEK - 1, frame.last_day)
    return [day for day in range(start, last + 1) if day % WEEK in wanted]


def next_task(shares: Sequence[float], counts: Sequence[int]) -> int:
    """Return the task that lags most behind its share, so that the counts follow the shares as closely as they can.

    Examples
    --------
    >>> next_task((0.75, 0.0, 0.25, 0.0), (1, 0, 0, 0)), next_task((0.75, 0.0, 0.25, 0.0), (1, 0, 1, 0))
    (0, 0)
    >>> next_task((0.5, 0.0, 0.5, 0.0), (1, 0, 0, 0))
    2
    """
    given = sum(counts) + 1
    lags = [
        round(share * given - count, 9) if share > 0 else -math.inf for share, count in zip(shares, counts, strict=True)
    ]
    return lags.index(max(lags))


def _in_turn(plans: Sequence[PhasePlan]) -> list[PhasePlan]:
    turn: list[PhasePlan] = []
    free = 0
    for plan in sorted((plan for plan in plans if plan.weeks > 0), key=lambda plan: plan.start):
        moved = replace(plan, start=max(plan.start, free))
        free = moved.start + moved.weeks * WEEK
        turn.append(moved)
    return turn


def _slots(plans: Iterable[PhasePlan], frame: Frame) -> Iterable[_Slot]:
    for plan in plans:
        for day in phase_days(plan.start, plan.weeks, plan.sessions_per_week, frame):
            room = frame.room(day)
            minutes = plan.minutes if room >= plan.minutes else float(math.floor(room))
            if minutes >= min(SHORTEST, plan.minutes):
                yield _Slot(plan, day, minutes)


def _within_hours(slots: list[_Slot], budget: float) -> list[_Slot]:
    total = sum(slot.minutes for slot in slots)
    if total <= budget + _NUDGE:
        return slots
    factor = max(budget, 0.0) / total
    for slot in slots:
        shorter = float(math.floor(slot.minutes * factor + _NUDGE))
        slot.minutes = max(min(SHORTEST, slot.minutes), shorter)
    while slots and sum(slot.minutes for slot in slots) > budget + _NUDGE:
        slots.pop()
    return slots


def _placed(slot: _Slot, task: str, frame: Frame) -> list[Session]:
    """Return the session of a slot with further blocks of stimulation; nothing when the day has no place for it."""
    plan, blocks = slot.plan, None
    if plan.stimulation is not None and frame.may_stimulate(slot.day):
        blocks = make_blocks(plan.stimulation, frame.limits, slot.minutes)
    start = _start(slot, blocks, frame)
    if start is None:
        return []
    main = Session(
        day=slot.day,
        start=start,
        minutes=slot.minutes,
        task=task,
        repetitions=float(round(plan.repetitions_per_minute * slot.minutes)),
        order=plan.order,
        difficulty=plan.difficulty,
        feedback=plan.feedback,
        constraint=plan.constraint,
        stimulation=blocks.main if blocks else None,
    )
    extra = [
        Session(day=slot.day, start=start - before, minutes=0.0, repetitions=0.0, stimulation=part)
        for before, part in (blocks.extra if blocks else ())
    ]
    return [*reversed(extra), main]


def _start(slot: _Slot, blocks: Blocks | None, frame: Frame) -> float | None:
    lead = blocks.lead if blocks else 0.0
    tail = max(slot.minutes, blocks.tail) if blocks else slot.minutes
    taken = [_span(session) for session in frame.locked if session.day == slot.day and session.needs_clinic]
    candidates = [min(max(slot.plan.clock, lead), _DAY - tail)]
    if taken:
        candidates += [max(end for _, end in taken) + lead, min(first for first, _ in taken) - tail]
    for start in candidates:
        inside = start - lead >= 0 and start + tail <= _DAY
        if inside and all(start + tail <= first or start - lead >= end for first, end in taken):
            return start
    return None


def _span(session: Session) -> tuple[float, float]:
    if session.stimulation is None:
        return session.start, session.end
    first, last = session.stimulation_span()
    return min(first, session.start), max(last, session.end)
