"""From a schedule back to a point of the box: guess each phase from its sessions, keep a guess that decodes exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from rehab_opt.study.phase import NO_STIMULATION, VAGUS, WHOLE, Phase
from rehab_opt.study.projection import WEEK, Frame, phase_days
from rehab_opt.study.ranges import Names, Number, Range, Value
from rehab_opt.study.stimulate import Blocks, shares_of
from rehab_opt.therapy import TASKS, Schedule, Session

if TYPE_CHECKING:
    from rehab_opt.study.space import SearchSpace

_MOST_GUESSES = 60
"""Guesses that are decoded before a schedule counts as not expressible; one or two suffice in practice."""


@dataclass(frozen=True, slots=True)
class _Day:
    """The searched session of one day with its stimulation."""

    practice: Session
    blocks: Blocks | None


@dataclass(frozen=True, slots=True)
class _Weeks:
    """When a phase may have begun, how long it lasted, how often a week."""

    start: int
    weeks: int
    per_week: int


def find_point(space: SearchSpace, schedule: Schedule) -> dict[str, Value] | None:
    """Return a point of the box whose schedule has the same sessions, or None."""
    left = Counter(schedule.sessions)
    left.subtract(space.locked)
    if any(count < 0 for count in left.values()):
        return None
    days = _by_day(sorted(left.elements(), key=lambda session: (session.day, session.start)))
    if days is None:
        return None
    for guess in islice(_guesses(space.phases, days, space.frame, 0), _MOST_GUESSES):
        if space.decode(guess).sessions == schedule.sessions:
            return guess
    return None


def _by_day(sessions: list[Session]) -> tuple[_Day, ...] | None:
    """Return one practice session a day with its blocks of stimulation; None when there is anything else."""
    found: dict[int, list[Session]] = {}
    for session in sessions:
        found.setdefault(session.day, []).append(session)
    days = []
    for group in found.values():
        practice = [session for session in group if session.is_practice]
        if len(practice) != 1:
            return None
        main, extra = practice[0], [session for session in group if not session.is_practice]
        if any(session.stimulation is None for session in extra) or (extra and main.stimulation is None):
            return None
        parts = tuple((main.start - s.start, s.stimulation) for s in extra if s.stimulation is not None)
        days.append(_Day(main, None if main.stimulation is None else Blocks(main.stimulation, parts)))
    return tuple(days)


def _guesses(phases: tuple[Phase, ...], days: tuple[_Day, ...], frame: Frame, free: int) -> Iterator[dict[str, Value]]:
    """Yield points in which the first phase takes the first days, the next one those after, and so on."""
    if not phases:
        if not days:
            yield {}
        return
    phase, later = phases[0], phases[1:]
    for size in range(len(days), -1, -1):
        if size > 1 and not _alike(days[size - 1], days[0]):
            continue
        for weeks in _weeks(phase, days[:size], frame, free):
            first = _phase_point(phase, days[:size], weeks, frame)
            end = free if size == 0 else weeks.start + weeks.weeks * WEEK
            for rest in _guesses(later, days[size:], frame, end):
                yield first | rest


def _alike(one: _Day, other: _Day) -> bool:
    a, b = one.practice, other.practice
    return (a.order, a.difficulty, a.feedback, a.constraint) == (b.order, b.difficulty, b.feedback, b.constraint)


def _weeks(phase: Phase, days: tuple[_Day, ...], frame: Frame, free: int) -> Iterator[_Weeks]:
    """Yield the starts, lengths and frequencies that give these days."""
    if not days:
        yield _Weeks(0, 0, 0)
        return
    wanted = [day.practice.day for day in days]
    for start in range(max(free, wanted[0] - WEEK + 1), wanted[0] + 1):
        weeks = (wanted[-1] - start) // WEEK + 1
        per_week = max(Counter((day - start) // WEEK for day in wanted).values())
        # A limit on hours drops sessions from the end, so the days need only be the first of those that the phase has.
        if phase_days(start, weeks, per_week, frame)[: len(wanted)] == wanted:
            yield _Weeks(start, weeks, per_week)


def _phase_point(phase: Phase, days: tuple[_Day, ...], weeks: _Weeks, frame: Frame) -> dict[str, Value]:
    """Return the coordinates of one phase; those that have no effect take the first value of their range."""
    wanted: dict[str, Value] = {"start": weeks.start, "weeks": weeks.weeks, "sessions_per_week": weeks.per_week}
    if days:
        wanted |= _practice(days)
        wanted |= _stimulation(next((day for day in days if day.blocks is not None), days[0]), frame)
    point = {}
    for key, value in phase.parts():
        coordinate = _coordinate(value, wanted.get(key), whole=key in WHOLE)
        if coordinate is not None:
            point[f"{phase.name}.{key}"] = coordinate
    return point


def _practice(days: tuple[_Day, ...]) -> dict[str, Value]:
    longest = max((day.practice for day in days), key=lambda session: session.minutes)
    counts = Counter(day.practice.task for day in days)
    most = max(counts.values())
    return {
        "minutes": longest.minutes,
        "repetitions_per_minute": longest.repetitions / longest.minutes,
        "order": longest.order,
        "difficulty": longest.difficulty,
        "feedback": longest.feedback,
        "constraint": longest.constraint,
        **{f"tasks.{task}": counts[task] / most for task in TASKS},
    }


def _stimulation(day: _Day, frame: Frame) -> dict[str, Value]:
    if day.blocks is None:
        return {"stimulation.modality": NO_STIMULATION}
    main = day.blocks.main
    strength, amount = shares_of(day.blocks, frame.limits, day.practice.minutes)
    found: dict[str, Value] = {
        "stimulation.modality": main.modality,
        "stimulation.strength": strength,
        "stimulation.amount": amount,
        "stimulation.offset_minutes": main.offset_minutes,
    }
    if main.site != VAGUS:
        found["stimulation.site"] = main.site
    if main.polarity is not None:
        found["stimulation.polarity"] = main.polarity
    return found


def _coordinate(value: Number | Names, wanted: Value | None, *, whole: bool) -> Value | None:
    """Return the coordinate nearest to what is wanted; None when the study fixes this part."""
    if isinstance(value, tuple):
        if len(value) == 1:
            return None
        return wanted if isinstance(wanted, str) and wanted in value else value[0]
    if not isinstance(value, Range):
        return None
    number = value.low if wanted is None or isinstance(wanted, str) else value.nearest(wanted)
    return round(number) if whole else float(number)
