"""A schedule in words and in numbers: sentences, dose facts side by side with a reference, and a table of weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from rehab_opt.study.words import MODALITY_WORDS

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule, Session

TASK_WORDS = {
    "reach": "affected-arm reaching",
    "good-arm": "good-arm practice",
    "touch": "sensory discrimination",
    "recall": "cognitive recall",
}
ORIGIN_WORDS = {"enrolment": "enrolment", "lesion": "the lesion"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the side-by-side table: what, this schedule, the reference, the difference where it is a number."""

    what: str
    ours: str
    theirs: str = ""
    difference: str = ""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One kind of session in a run of equal weeks."""

    weeks: str
    times: int
    minutes: str
    repetitions: str
    practice: str
    stimulation: str


def describe(schedule: Schedule) -> tuple[str, ...]:
    """Return the schedule in two or three plain sentences, for the terminal and the report."""
    sessions = [s for s in schedule.sessions if s.is_practice]
    if not schedule.sessions:
        return ("No therapy at all.",)
    if not sessions:
        return ("No practice.", *_stimulation_sentence(schedule))
    first, last, origin = sessions[0].day, sessions[-1].day, ORIGIN_WORDS[schedule.origin]
    return (
        f"{schedule.hours:.1f} h of practice in {len(sessions)} sessions of {_range(s.minutes for s in sessions)} min, "
        f"from day {first} to day {last} after {origin}.",
        f"Practice: {_task_mix(sessions)}; {_orders(sessions)} order; "
        f"difficulty {_range((s.difficulty for s in sessions), 2)}.",
        *_mitt_sentence(schedule),
        *_stimulation_sentence(schedule),
    )


def facts(ours: Schedule, theirs: Schedule | None) -> tuple[Fact, ...]:
    """Return the doses of two schedules side by side; without a second one only the first column is filled."""
    left, right = _dose(ours), _dose(theirs) if theirs is not None else {}
    table = []
    for what, (words, value) in left.items():
        other, other_value = right.get(what, ("", None))
        both = value is not None and other_value is not None
        change = f"{(value or 0.0) - (other_value or 0.0):+,.1f}".removesuffix(".0").replace("-", "−") if both else ""
        same = change == "+0" or (bool(other) and other == words)
        table.append(Fact(what, words, other, "same" if same else change))
    return tuple(table)


def week_table(schedule: Schedule) -> tuple[WeekRow, ...]:
    """Return one row for each kind of session in each run of equal weeks, in order of time."""
    rows: list[WeekRow] = []
    for first, last, sessions in week_runs(schedule):
        weeks = f"{first + 1}" if first == last else f"{first + 1}–{last + 1}"
        kinds = Counter(_kind(s) for s in sessions)
        for minutes, repetitions, practice, stimulation in kinds:
            times = kinds[minutes, repetitions, practice, stimulation]
            rows.append(WeekRow(weeks, times, minutes, repetitions, practice, stimulation))
    return tuple(rows)


def week_runs(schedule: Schedule) -> list[tuple[int, int, tuple[Session, ...]]]:
    """Return (first week, last week, sessions of one week) for runs of weeks alike; week 0 starts on day 0."""
    weeks: dict[int, list[Session]] = {}
    for session in schedule.sessions:
        weeks.setdefault(session.day // 7, []).append(session)
    runs: list[tuple[int, int, tuple[Session, ...]]] = []
    for week, sessions in sorted(weeks.items()):
        same = runs and runs[-1][1] == week - 1 and Counter(map(_kind, runs[-1][2])) == Counter(map(_kind, sessions))
        if same:
            runs[-1] = (runs[-1][0], week, runs[-1][2])
        else:
            runs.append((week, week, tuple(sessions)))
    return runs


def stimulation_words(session: Session) -> str:
    """Return a session's stimulation with its dose, site and timing; ``"none"`` without one."""
    stimulation = session.stimulation
    if stimulation is None:
        return "none"
    unit = "mA" if stimulation.modality in ("tdcs", "vns") else "% of motor threshold"
    polarity = f"{stimulation.polarity} " if stimulation.polarity else ""
    dose = (
        f"{stimulation.pulses} pulses" if stimulation.pulses is not None else f"{plain(stimulation.minutes or 0.0)} min"
    )
    site = "" if stimulation.modality == "vns" else f" over the {stimulation.site.replace('-', ' ')} area"
    name = polarity + MODALITY_WORDS.get(stimulation.modality, stimulation.modality)
    timing = _timing(stimulation.offset_minutes) if session.is_practice else "without practice"
    return f"{name}{site}, {dose} at {plain(stimulation.strength)} {unit}, {timing}"


def practice_words(session: Session) -> str:
    """Return what is practised in one session and how."""
    words = ["no practice"]
    if session.is_practice:
        task = TASK_WORDS.get(session.task, session.task)
        words = [task, f"{session.order} order", f"difficulty {session.difficulty:.2f}"]
        if session.feedback != 1.0:
            words.append(f"feedback {session.feedback:.2f}")
    if session.constraint > 0.0:
        words.append(f"mitt on the good arm {session.constraint:.0%} of the day")
    if session.sling > 0.0:
        words.append(f"affected arm in a sling {session.sling:.0%} of the day")
    return ", ".join(words)


def plain(value: float, digits: int = 1) -> str:
    """Return a number with at most ``digits`` decimals and no trailing zeros.

    Examples
    --------
    >>> plain(60.0), plain(0.25, 2), plain(-1.04)
    ('60', '0.25', '−1')
    """
    text = f"{value:,.{digits}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def _kind(session: Session) -> tuple[str, str, str, str]:
    stimulation = stimulation_words(session)
    return plain(session.minutes), plain(session.repetitions, 0), practice_words(session), stimulation


def _dose(schedule: Schedule) -> dict[str, tuple[str, float | None]]:
    sessions = [s for s in schedule.sessions if s.is_practice]
    if not sessions:
        return {"therapy, hours": ("0", 0.0), "sessions of practice": ("0", 0.0), "repetitions": ("0", 0.0)}
    origin = ORIGIN_WORDS[schedule.origin]
    weeks = len({s.day // 7 for s in sessions})
    repetitions = sum(s.repetitions for s in sessions)
    stimulated = Counter(MODALITY_WORDS[s.stimulation.modality] for s in schedule.sessions if s.stimulation is not None)
    mitt = {s.day for s in schedule.sessions if s.constraint > 0.0}
    return {
        "therapy, hours": (f"{schedule.hours:.1f}", schedule.hours),
        "sessions of practice": (f"{len(sessions)}", float(len(sessions))),
        f"first session, day after {origin}": (f"{sessions[0].day}", float(sessions[0].day)),
        f"last session, day after {origin}": (f"{sessions[-1].day}", float(sessions[-1].day)),
        "weeks with therapy": (f"{weeks}", float(weeks)),
        "minutes a session, median": (plain(median(s.minutes for s in sessions)), median(s.minutes for s in sessions)),
        "repetitions": (plain(repetitions, 0), repetitions),
        "practice": (_task_mix(sessions), None),
        "order": (_orders(sessions), None),
        "difficulty": (_range((s.difficulty for s in sessions), 2), None),
        "feedback": (_range((s.feedback for s in sessions), 2), None),
        "days with a mitt on the good arm": (f"{len(mitt)}", float(len(mitt))),
        "sessions with stimulation": (f"{stimulated.total()}", float(stimulated.total())),
        "stimulation": (", ".join(f"{n} × {kind}" for kind, n in stimulated.items()) or "none", None),
    }


def _stimulation_sentence(schedule: Schedule) -> tuple[str, ...]:
    kinds = Counter(stimulation_words(s) for s in schedule.sessions if s.stimulation is not None)
    words = "; ".join(f"{n} session{'s' if n > 1 else ''} with {kind}" for kind, n in kinds.items())
    return (f"Stimulation: {words}." if words else "No stimulation.",)


def _mitt_sentence(schedule: Schedule) -> tuple[str, ...]:
    shares = {s.day: s.constraint for s in schedule.sessions if s.constraint > 0.0}
    if not shares:
        return ()
    share = _range(100 * s for s in shares.values())
    return (f"A mitt on the good arm on {len(shares)} days, for {share} % of waking hours.",)


def _task_mix(sessions: Sequence[Session]) -> str:
    minutes: dict[str, float] = {}
    for session in sessions:
        minutes[session.task] = minutes.get(session.task, 0.0) + session.minutes
    total = sum(minutes.values())
    most_first = sorted(minutes.items(), key=lambda item: -item[1])
    return ", ".join(f"{100 * m / total:.0f} % {TASK_WORDS.get(task, task)}" for task, m in most_first)


def _orders(sessions: Sequence[Session]) -> str:
    return " and ".join(sorted({s.order for s in sessions}))


def _range(values: Iterable[float], digits: int = 0) -> str:
    found = sorted({plain(v, digits): v for v in values}.items(), key=lambda item: item[1])
    return found[0][0] if len(found) == 1 else f"{found[0][0]}–{found[-1][0]}"


def _timing(offset: float) -> str:
    if offset == 0:
        return "starting with practice"
    return f"starting {plain(abs(offset))} min {'before' if offset < 0 else 'into'} practice"
