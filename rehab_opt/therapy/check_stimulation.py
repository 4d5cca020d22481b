"""Limits of stimulation: one stimulation by itself, and all those of one day together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rehab_opt.therapy.limits import Limits
from rehab_opt.therapy.session import Session, Stimulation
from rehab_opt.therapy.violation import TOLERANCE, Numbered, Violation, broken, over


def check_stimulation(item: Numbered, part: Stimulation, limits: Limits, since_lesion: int) -> Iterator[Violation]:
    """Yield what the stimulation ``part`` of one session, given on day ``since_lesion``, breaks by itself."""
    if since_lesion < limits.acute_window_days:
        allowed = f"from day {limits.acute_window_days} since the lesion"
        yield broken(item, "day", since_lesion, allowed=allowed, message="no stimulation inside the acute window")
    if part.modality == "tdcs":
        yield from _check_tdcs(item, part, limits)
    if part.modality == "itbs" and part.pulses is not None and part.pulses > limits.itbs_block_pulses:
        allowed = f"at most {limits.itbs_block_pulses} pulses a block"
        yield broken(item, "stimulation.pulses", part.pulses, allowed=allowed, message="iTBS block is too long")
    if part.modality == "vns" and part.strength > limits.vns_ma:
        message, allowed = "vagus-nerve current is too strong", f"at most {limits.vns_ma:g} mA"
        yield broken(item, "stimulation.strength", part.strength, allowed=allowed, message=message)


def _check_tdcs(item: Numbered, part: Stimulation, limits: Limits) -> Iterator[Violation]:
    key = "stimulation.strength"
    if part.strength > limits.tdcs_ma:
        allowed = f"at most {limits.tdcs_ma:g} mA"
        yield broken(item, key, part.strength, allowed=allowed, message="tDCS current is too strong")
    elif part.strength > limits.tdcs_warn_ma:
        message, allowed = "tDCS current is unusually strong", f"up to {limits.tdcs_warn_ma:g} mA without a warning"
        yield broken(item, key, part.strength, allowed=allowed, message=message, severity="warning")
    if part.duration_minutes > limits.tdcs_minutes + TOLERANCE:
        allowed = f"at most {limits.tdcs_minutes:g} minutes"
        yield broken(item, "stimulation.minutes", part.duration_minutes, allowed=allowed, message="tDCS is too long")
    if part.coulombs > limits.tdcs_coulombs + TOLERANCE:
        message, allowed = (
            "tDCS charge is too large",
            f"at most {limits.tdcs_coulombs:g} C a session (current times time)",
        )
        yield broken(item, "stimulation.coulombs", round(part.coulombs, 3), allowed=allowed, message=message)


def check_stimulation_of_day(today: Sequence[Numbered], limits: Limits) -> Iterator[Violation]:
    """Yield what the stimulations of one day break together."""
    stimulated = sorted(
        (item for item in today if item[1].stimulation is not None), key=lambda item: item[1].stimulation_span()
    )
    yield from _check_modalities(stimulated, limits)
    for before, after in pairwise(stimulated):
        if _gap(before, after) < -TOLERANCE:
            start, free = after[1].stimulation_span()[0], before[1].stimulation_span()[1]
            message, allowed = f"stimulation overlaps that of session {before[0]}", f"a start at {free:g} or later"
            yield broken(after, "stimulation.offset_minutes", start, allowed=allowed, message=message)
    blocks = _of("itbs", stimulated)
    for before, after in pairwise(blocks):
        gap = _gap(before, after)
        if -TOLERANCE <= gap < limits.itbs_gap_minutes - TOLERANCE:
            message, allowed = "gap between iTBS blocks is too short", f"at least {limits.itbs_gap_minutes:g} minutes"
            yield broken(after, "stimulation.offset_minutes", round(gap, 3), allowed=allowed, message=message)
    yield from _check_pulses(blocks, limits.itbs_pulses_per_day)
    yield from _check_pulses(_of("rtms-1hz", stimulated), limits.rtms_1hz_pulses)


def _check_modalities(stimulated: Sequence[Numbered], limits: Limits) -> Iterator[Violation]:
    kinds: list[str] = []
    for item in stimulated:
        kind = _modality(item[1])
        if kind not in kinds:
            kinds.append(kind)
            if len(kinds) > limits.modalities_per_day:
                message, allowed = (
                    "too many kinds of stimulation on one day",
                    f"at most {limits.modalities_per_day} a day",
                )
                yield broken(item, "stimulation.modality", kind, allowed=allowed, message=message)


def _check_pulses(items: Sequence[Numbered], most: int) -> Iterator[Violation]:
    allowed = f"at most {most} pulses a day"
    yield from over(items, _pulses, most, "stimulation.pulses", allowed=allowed, message="too many pulses on one day")


def _of(modality: str, items: Sequence[Numbered]) -> list[Numbered]:
    return [item for item in items if _modality(item[1]) == modality]


def _gap(before: Numbered, after: Numbered) -> float:
    return after[1].stimulation_span()[0] - before[1].stimulation_span()[1]


def _modality(session: Session) -> str:
    return "" if session.stimulation is None else session.stimulation.modality


def _pulses(session: Session) -> float:
    return 0.0 if session.stimulation is None else float(session.stimulation.pulses or 0)
