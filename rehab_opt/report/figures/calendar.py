"""The schedule as a calendar picture: a row a week, a column a day, a bar a session, a mark for stimulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rehab_opt.report.figures.svg import NARROW, WIDE, Canvas
from rehab_opt.report.words import plain, practice_words, stimulation_words

if TYPE_CHECKING:
    from rehab_opt.report.weeks import CalendarRow
    from rehab_opt.therapy import Session

MARKS = {"tdcs": "D", "itbs": "T", "rtms-1hz": "R", "vns": "V"}
"""Modality -> the letter on its mark."""


def calendar_figure(weeks: Sequence[CalendarRow], columns: Sequence[str], origin: str, css: str) -> str:
    """Draw the calendar.

    Parameters
    ----------
    weeks
        In order; a run of weeks without any session is drawn as one thin line.
    columns
        Seven column titles.
    origin
        What days are counted from, in words, for the hints.
    css
        ``"wide"`` or ``"narrow"``.
    """
    narrow = css == "narrow"
    width, left, tall, thin = (NARROW, 46.0, 30.0, 15.0) if narrow else (WIDE, 110.0, 36.0, 18.0)
    heights = [thin if week.free else tall for week in weeks]
    canvas = Canvas(width, 22 + sum(heights) + 2)
    cell = (width - left) / 7
    most = max((sum(s.minutes for s in day) for week in weeks for day in week.days), default=60.0)
    for i, column in enumerate(columns):
        canvas.text(left + cell * (i + 0.5), 14, column, "tick", anchor="middle")
    top = 22.0
    for week, height in zip(weeks, heights, strict=True):
        label = week.short if narrow else week.label
        if not week.free:
            canvas.text(0, top + height / 2 + 4, label, "row-label")
            for i, sessions in enumerate(week.days):
                _day(canvas, (left + cell * i, top, cell, height), sessions, most, origin)
        else:
            canvas.text(0, top + 13, label, "tick")
            canvas.text(left + cell * 3.5, top + 13, "no therapy", "tick", anchor="middle")
        top += height
    return canvas.render(f"Calendar of the schedule, {len(weeks)} rows of weeks", css)


def _day(
    canvas: Canvas, box: tuple[float, float, float, float], sessions: Sequence[Session], most: float, origin: str
) -> None:
    """Draw one day: its bars share the cell's width in proportion to the longest day."""
    left, top, width, height = box
    canvas.rect(left + 1.5, top + 1.5, width - 3, height - 3, "day" if sessions else "day free", round_=3)
    if not sessions:
        return
    narrow = width < 60
    inner, x = width - (7 if narrow else 11), left + (3.5 if narrow else 5.5)
    minutes = sum(s.minutes for s in sessions)
    canvas.text(x, top + height / 2 + (0 if narrow else 1), plain(minutes, 0) if minutes else "mitt", "minutes")
    for session in sessions:
        length = inner * session.minutes / most
        words = f"day {session.day} after {origin}: {plain(session.minutes)} min {practice_words(session)}"
        if session.stimulation is not None:
            words += f"; {stimulation_words(session)}"
        kind = f"task {session.task}" if session.is_practice else "task unpractised"
        canvas.rect(x, top + height - 11, max(length - 1.2, 1.5), 6, kind, round_=1.5, hint=words)
        x += length
    edge = left + width - (3.0 if narrow else 4.0)
    modalities = Counter(s.stimulation.modality for s in sessions if s.stimulation is not None)
    for modality, times in modalities.items():
        letter = MARKS.get(modality, "?")
        if times > 1 and not narrow:  # no room for it on a phone; the table of sessions has it too
            letter = f"{times}{letter}"
        size = 11.0 if narrow else 13.0
        long = size + 5.0 * (len(letter) - 1)
        canvas.rect(edge - long, top + 10.5 - size / 2, long, size, f"stimulation {modality}", round_=size / 2)
        canvas.text(edge - long / 2, top + 14 - (0.5 if narrow else 0), letter, "mark-letter", anchor="middle")
        edge -= long + 1.5
