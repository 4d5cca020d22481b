"""From shares of the largest strength and amount to stimulation inside the limits, and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rehab_opt.study.phase import VAGUS
from rehab_opt.therapy import Limits, Stimulation

FULL_PERCENT_OF_THRESHOLD = 120.0
"""Strength 1 of iTBS and 1 Hz, in per cent of the motor threshold (chosen; published protocols use 80 to 120)."""
_PULSES_STEP = {"itbs": 30, "rtms-1hz": 10}  # a train of iTBS is 30 pulses
_NUDGE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class StimulationPlan:
    """What a point asks for: shares of the largest strength and amount."""

    modality: str
    site: str
    polarity: str
    strength: float
    amount: float
    offset_minutes: float


@dataclass(frozen=True, slots=True)
class Blocks:
    """Stimulation of one day: ``main`` goes with practice, ``extra`` start so many minutes before it (iTBS only)."""

    main: Stimulation
    extra: tuple[tuple[float, Stimulation], ...] = ()

    @property
    def lead(self) -> float:
        """Minutes by which the first stimulation starts before practice."""
        return max(0.0, -self.main.offset_minutes, *(before for before, _ in self.extra))

    @property
    def tail(self) -> float:
        """Minutes from the start of practice to the end of the last stimulation."""
        return self.main.offset_minutes + self.main.duration_minutes


def full_strength(modality: str, limits: Limits) -> float:
    """Return what strength 1 means: mA for tDCS and VNS, per cent of the motor threshold for the others.

    Examples
    --------
    >>> full_strength("tdcs", Limits()), full_strength("itbs", Limits())
    (4.0, 120.0)
    """
    return {"tdcs": limits.tdcs_ma, "vns": limits.vns_ma}.get(modality, FULL_PERCENT_OF_THRESHOLD)


def full_amount(modality: str, limits: Limits, minutes: float) -> float:
    """Return what amount 1 means: minutes for tDCS and VNS (all of the practice), pulses a day for the others.

    Examples
    --------
    >>> full_amount("itbs", Limits(), 45.0), full_amount("vns", Limits(), 45.0)
    (1800.0, 45.0)
    """
    return {
        "tdcs": limits.tdcs_minutes,
        "vns": minutes,
        "itbs": float(limits.itbs_pulses_per_day),
        "rtms-1hz": float(limits.rtms_1hz_pulses),
    }[modality]


def make_blocks(plan: StimulationPlan, limits: Limits, minutes: float) -> Blocks | None:
    """Return the stimulation of one session of ``minutes`` inside the limits, or None when nothing is left of it.

    Strength is rounded to 0.1 mA or 1 %, amounts down to whole minutes, 30 (iTBS) or 10 (1 Hz) pulses. A tDCS charge
    that is too large shortens it. iTBS beyond one block becomes further blocks before it, the least gap apart.

    Examples
    --------
    >>> plan = StimulationPlan(
    ...     modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=1.0, amount=1.0, offset_minutes=0
    ... )
    >>> blocks = make_blocks(plan, Limits(), 45)
    >>> blocks.main.strength, blocks.main.minutes, blocks.main.coulombs <= 7.2
    (4.0, 30.0, True)
    """
    pulsed = plan.modality in _PULSES_STEP
    full = full_strength(plan.modality, limits)
    strength = min(round(plan.strength * full, 0 if pulsed else 1), full)
    amount = plan.amount * full_amount(plan.modality, limits, minutes)
    if plan.modality == "tdcs" and strength > 0:
        amount = min(amount, limits.tdcs_coulombs * 1000.0 / 60.0 / strength)
    step = _PULSES_STEP.get(plan.modality, 1)
    whole = math.floor(amount / step + _NUDGE) * step
    if strength <= 0 or whole <= 0:
        return None
    if plan.modality == "itbs":
        return _trains(plan, limits, strength, whole)
    return Blocks(_part(plan, strength, whole, plan.offset_minutes))


def shares_of(blocks: Blocks, limits: Limits, minutes: float) -> tuple[float, float]:
    """Return the shares of the largest strength and amount that `make_blocks` turns into these blocks."""
    main = blocks.main
    strength = full_strength(main.modality, limits)
    amount = full_amount(main.modality, limits, minutes)
    if strength <= 0 or amount <= 0:
        return 0.0, 0.0
    given = (main.pulses or 0) + sum(part.pulses or 0 for _, part in blocks.extra)
    return main.strength / strength, (given or main.minutes or 0.0) / amount


def _trains(plan: StimulationPlan, limits: Limits, strength: float, pulses: int) -> Blocks:
    main = _part(plan, strength, min(pulses, limits.itbs_block_pulses), plan.offset_minutes)
    extra, before, left = [], -plan.offset_minutes, pulses - (main.pulses or 0)
    while left > 0:
        part = _part(plan, strength, min(left, limits.itbs_block_pulses), 0.0)
        before += limits.itbs_gap_minutes + part.duration_minutes
        extra.append((before, part))
        left -= part.pulses or 0
    return Blocks(main, tuple(extra))


def _part(plan: StimulationPlan, strength: float, amount: int, offset: float) -> Stimulation:
    pulsed = plan.modality in _PULSES_STEP
    return Stimulation(
        modality=plan.modality,
        site=VAGUS if plan.modality == "vns" else plan.site,
        polarity=plan.polarity if plan.modality == "tdcs" else None,
        strength=strength,
        minutes=None if pulsed else float(amount),
        pulses=amount if pulsed else None,
        offset_minutes=offset,
    )
