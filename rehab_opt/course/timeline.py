"""From a day's sessions to bouts: stretches in which practice and stimulation are constant. The only place that
reads minutes."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from rehab_opt.network.layout import AREAS
from rehab_opt.network.state import SKILLS, Bout, Current
from rehab_opt.parameters import Parameters
from rehab_opt.therapy import Session, Stimulation

REST_AFTER = 240.0  # minutes; a longer pause has nothing left to decay


def field_of(stimulation: Stimulation, lesioned: int, p: Parameters) -> Current:
    """Return the field of a stimulation: site -> hemisphere and area, strength -> amplitude in units of drive."""
    if stimulation.modality == "vns":
        return Current(gate=p["stimulation.vns-gate"] * stimulation.strength / 0.8)
    side, _, area = stimulation.site.partition("-")
    hemisphere = lesioned if side == "ipsilesional" else 1 - lesioned
    place = AREAS.index(area)
    if stimulation.modality == "tdcs":
        sign = 1.0 if stimulation.polarity == "anodal" else -1.0
        amplitude = sign * p["stimulation.tdcs-current"] * stimulation.strength
        return Current(hemisphere=hemisphere, area=place, amplitude=amplitude, oriented=True)
    if stimulation.modality == "itbs":
        amplitude = p["stimulation.itbs-current"] * stimulation.strength / 80.0
        return Current(hemisphere=hemisphere, area=place, amplitude=amplitude)
    share = stimulation.strength / 110.0
    amplitude, calcium = -p["stimulation.rtms-1hz-current"] * share, p["stimulation.rtms-1hz-calcium"] * share
    return Current(hemisphere=hemisphere, area=place, amplitude=amplitude, calcium=calcium)


def _pieces(start: float, end: float, edges: Iterable[float], longest: float) -> list[tuple[float, float]]:
    """Cut [start, end] at the edges inside it and into equal parts no longer than ``longest`` minutes."""
    cuts = sorted({start, end, *(edge for edge in edges if start < edge < end)})
    found = []
    for left, right in itertools.pairwise(cuts):
        parts = max(1, math.ceil((right - left) / longest - 1e-9))
        step = (right - left) / parts
        found += [(left + step * k, left + step * (k + 1)) for k in range(parts)]
    return found


def _practice(session: Session, current: Current | None, p: Parameters) -> list[tuple[float, Bout]]:
    """Bouts of the practice itself; in blocked order the first half of the time belongs to half of the stimuli."""
    start, end = session.start, session.start + session.minutes
    per_minute = session.repetitions / session.minutes
    longest = min(p["practice.bout-minutes"], p["practice.bout-repetitions"] / max(per_minute, 1e-9))
    edges = [start + session.minutes / 2] if session.order == "blocked" else []
    if current is not None:
        edges += [*session.stimulation_span()]
    bouts = []
    for left, right in _pieces(start, end, edges, longest):
        middle = (left + right) / 2
        half = 0 if session.order != "blocked" else (1 if middle < start + session.minutes / 2 else 2)
        bout = Bout(
            minutes=right - left,
            skill=SKILLS.index(session.task),
            repetitions=per_minute * (right - left),
            half=half,
            feedback=session.feedback,
            difficulty=session.difficulty,
            current=_during(session, middle, current),
        )
        bouts.append((left, bout))
    return bouts


def _during(session: Session, minute: float, current: Current | None) -> Current | None:
    if current is None:
        return None
    first, last = session.stimulation_span()
    # Events of paired stimulation are timed to the movements, so it lasts as long as the practice does.
    return current if current.gate > 0 or first <= minute < last else None


def _alone(session: Session, current: Current) -> list[tuple[float, Bout]]:
    """Stimulation outside the practice, in pieces of at most 5 minutes."""
    if current.gate > 0:
        return []
    first, last = session.stimulation_span()
    start, end = session.start, session.start + session.minutes
    spans = [(first, min(last, start)), (max(first, end), last)] if session.minutes > 0 else [(first, last)]
    return [
        (left, Bout(minutes=right - left, current=current))
        for low, high in spans
        if high > low
        for left, right in _pieces(low, high, (), 5.0)
    ]


def _current(session: Session, lesioned: int, p: Parameters) -> Current | None:
    """None for a sham as well: else the practice would be cut, and settle anew, where nothing begins or ends."""
    if session.stimulation is None:
        return None
    current = field_of(session.stimulation, lesioned, p)
    return None if current.amplitude == current.calcium == current.gate == 0 else current


def timeline(sessions: Sequence[Session], lesioned: int, p: Parameters, stimulated: bool = True) -> tuple[Bout, ...]:
    """Return a day's bouts in clock order, with pauses between them where a field was on before.

    Parameters
    ----------
    sessions
        The day's.
    lesioned
        Index of the lesioned hemisphere: what ipsilesional means.
    p
        The patient's numbers.
    stimulated
        False: every stimulation is a sham.

    Examples
    --------
    >>> session = Session(day=3, minutes=45, repetitions=90, stimulation=Stimulation(
    ...     modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-10))
    >>> [(round(b.minutes, 1), b.repetitions > 0) for b in timeline([session], 0, Parameters())]
    [(3.3, False), (6.7, False), (15.0, True), (15.0, True), (15.0, True)]
    """
    timed: list[tuple[float, Bout]] = []
    for session in sessions:
        current = _current(session, lesioned, p) if stimulated else None
        if current is not None:
            timed += _alone(session, current)
        if session.minutes > 0 and session.repetitions > 0:
            timed += _practice(session, current, p)
    timed.sort(key=lambda item: item[0])
    bouts: list[Bout] = []
    stimulated, clock = False, None
    for start, bout in timed:
        if stimulated and clock is not None and start - clock > 0.01:
            bouts.append(Bout(minutes=min(start - clock, REST_AFTER)))
        bouts.append(bout)
        stimulated = stimulated or bout.current is not None
        clock = start + bout.minutes
    return tuple(bouts)
