"""Small changes of a schedule, each of one kind and in one part of it: what a clinician would ask "what if?" about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from rehab_opt.errors import InputError
from rehab_opt.study.words import MODALITY_WORDS
from rehab_opt.therapy import WEEKDAYS, Schedule, Session, Stimulation, check_limits

if TYPE_CHECKING:
    from rehab_opt.study.study import Study

PARTS = 4
DOSE = 0.1
_WEEK = 7
_FURTHEST = 30  # days, to the next open one


@dataclass(frozen=True, slots=True)
class Variant:
    """One change.

    Attributes
    ----------
    name
        Unique among the variants of a schedule.
    kind
        ``"earlier"``, ``"later"``, ``"less"``, ``"more"`` or ``"without"``.
    part
        Which weeks of the schedule, counted from 1.
    schedule
        The changed schedule, or None when the change is not possible.
    left_out
        Then why.
    """

    name: str
    kind: str
    part: str
    schedule: Schedule | None
    left_out: str = ""


class _ImpossibleError(Exception):
    """A change that no schedule can hold, with the reason."""


def variants(study: Study, schedule: Schedule, parts: int = PARTS) -> tuple[Variant, ...]:
    """Return every small change of a schedule, also those that would break a limit (without a schedule).

    The weeks with sessions are cut into at most ``parts`` runs. In each run all sessions move to the open day before or
    after, practice is shortened or prolonged by a tenth (minutes and repetitions), and each kind of stimulation is left
    out. The amount of each kind of stimulation is changed by a tenth over the whole schedule. Locked sessions stay as
    they are. A moved session that would collide with another one begins when that has ended.

    Parameters
    ----------
    study
        Its limits, locked sessions, enrolment and last day.
    schedule
        One that counts from enrolment.
    parts
        1 or more.
    """
    free = [i for i, session in enumerate(schedule.sessions) if session not in study.locked]
    return tuple(_changes(study, schedule, free, parts))


def _changes(study: Study, plan: Schedule, free: Sequence[int], parts: int) -> Iterator[Variant]:
    doses = (("less", "less", 1 - DOSE), ("more", "more", 1 + DOSE))
    for label, chosen in _parts(plan, free, parts):
        for kind, words, step in (("earlier", "a day earlier", -1), ("later", "a day later", 1)):
            yield _variant(study, plan, kind, label, words, partial(_moved, study, plan, chosen, step))
        if any(plan.sessions[i].is_practice for i in chosen):
            for kind, words, factor in doses:
                text = f"{100 * DOSE:g} % {words} practice"
                yield _variant(study, plan, kind, label, text, partial(_dosed, plan, chosen, factor))
        for modality in _modalities(plan, chosen):
            words = f"without {MODALITY_WORDS[modality]}"
            yield _variant(study, plan, "without", label, words, partial(_without, plan, chosen, modality))
    for modality in _modalities(plan, free):
        for kind, words, factor in doses:
            text = f"{100 * DOSE:g} % {words} {MODALITY_WORDS[modality]}"
            yield _variant(study, plan, kind, "all weeks", text, partial(_stimulated, plan, free, modality, factor))


def _parts(plan: Schedule, free: Sequence[int], parts: int) -> Iterator[tuple[str, list[int]]]:
    """Yield runs of weeks, as equal in number as they go, with the sessions in them."""
    weeks = sorted({plan.sessions[i].day // _WEEK for i in free})
    count = min(parts, len(weeks))
    for k in range(count):
        run = weeks[k * len(weeks) // count : (k + 1) * len(weeks) // count]
        label = f"week {run[0] + 1}" if len(run) == 1 else f"weeks {run[0] + 1}-{run[-1] + 1}"
        yield label, [i for i in free if plan.sessions[i].day // _WEEK in run]


def _variant(
    study: Study, plan: Schedule, kind: str, part: str, words: str, change: Callable[[], list[Session]]
) -> Variant:
    name = f"{part}: {words}"
    try:
        changed = Schedule(name=plan.name, sessions=tuple(change()), origin=plan.origin)
        broken = _broken(study, changed)
    except (_ImpossibleError, InputError) as error:
        broken = error.message if isinstance(error, InputError) else str(error)
    return Variant(name, kind, part, None, broken) if broken else Variant(name, kind, part, changed)


def _broken(study: Study, changed: Schedule) -> str:
    """Return the first limit that is broken for somebody of the cohort, in words."""
    frame = study.space.frame
    for found in check_limits(changed, study.limits, enrolled_day=frame.earliest):
        if found.severity == "error":
            return f"day {found.day}: {found.message}"
    late = [day for day in changed.days if day > frame.last_day]
    return f"day {late[0]} lies after the last day of therapy" if late else ""


def _moved(study: Study, plan: Schedule, chosen: Sequence[int], step: int) -> list[Session]:
    off = study.limits.days_off
    result = [session for i, session in enumerate(plan.sessions) if i not in chosen]
    stay = list(result)
    days: dict[int, list[Session]] = {}
    for i in chosen:
        session = plan.sessions[i]
        days.setdefault(_open_day(session.day, step, off), []).append(session)
    for day, sessions in days.items():
        taken = [_span(session) for session in stay if session.day == day and session.needs_clinic]
        wanted = [_span(session) for session in sessions if session.needs_clinic]
        shift = 0.0
        if any(first < end and start < last for first, last in wanted for start, end in taken):
            shift = max(end for _, end in taken) - min(first for first, _ in wanted)
        result += [replace(session, day=day, start=session.start + shift) for session in sessions]
    return result


def _open_day(day: int, step: int, off: Sequence[str]) -> int:
    for distance in range(1, _FURTHEST):
        found = day + step * distance
        if found < 0:
            raise _ImpossibleError("would begin before enrolment")
        if WEEKDAYS[found % _WEEK] not in off:
            return found
    raise _ImpossibleError("there is no open day")


def _dosed(plan: Schedule, chosen: Sequence[int], factor: float) -> list[Session]:
    def change(session: Session) -> Session:
        return replace(session, minutes=session.minutes * factor, repetitions=session.repetitions * factor)

    return _changed(plan, chosen, change)


def _without(plan: Schedule, chosen: Sequence[int], modality: str) -> list[Session]:
    def change(session: Session) -> Session | None:
        if session.stimulation is None or session.stimulation.modality != modality:
            return session
        empty = not session.is_practice and session.constraint == 0.0 and session.sling == 0.0
        return None if empty else replace(session, stimulation=None)

    return _changed(plan, chosen, change)


def _stimulated(plan: Schedule, chosen: Sequence[int], modality: str, factor: float) -> list[Session]:
    def change(session: Session) -> Session:
        part = session.stimulation
        if part is None or part.modality != modality:
            return session
        return replace(session, stimulation=_scaled(part, factor))

    return _changed(plan, chosen, change)


def _scaled(part: Stimulation, factor: float) -> Stimulation:
    if part.pulses is not None:
        return replace(part, pulses=max(1, round(part.pulses * factor)))
    return replace(part, minutes=(part.minutes or 0.0) * factor)


def _changed(plan: Schedule, chosen: Sequence[int], change: Callable[[Session], Session | None]) -> list[Session]:
    inside = set(chosen)
    found = (change(session) if i in inside else session for i, session in enumerate(plan.sessions))
    return [session for session in found if session is not None]


def _modalities(plan: Schedule, chosen: Iterable[int]) -> list[str]:
    parts = (plan.sessions[i].stimulation for i in chosen)
    return list(dict.fromkeys(part.modality for part in parts if part is not None))


def _span(session: Session) -> tuple[float, float]:
    if session.stimulation is None:
        return session.start, session.end
    first, last = session.stimulation_span()
    return min(first, session.start), max(last, session.end)
