"""Where a score that falls with severity crosses a target: regula falsi for functions with steps and some noise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# A proposal stays this share of the bracket away from its ends: next to an end it would teach too little.
_MARGIN = 0.1
# Severities closer than this kill the same units.
_NARROWEST = 1e-3


@dataclass(frozen=True, slots=True)
class Found:
    """The severity (0 to 1) whose score came nearest to the target, that score, and how many were computed."""

    severity: float
    score: float
    evaluations: int


@dataclass(slots=True)
class _End:
    """One end of the bracket; ``excess`` is score minus target, only assumed until the score was computed."""

    severity: float
    excess: float
    computed: bool = False
    moves: int = 0


def search_severity(
    score: Callable[[float], float], target: float, highest: float, tolerance: float, evaluations: int
) -> Found:
    """Return the severity whose score is nearest to ``target``, stopping at the first within ``tolerance``.

    The Illinois form of regula falsi. At first the score is taken to fall from ``highest`` at severity 0 to 0 at
    severity 1; an end is computed only when the search is driven towards it, and if the target lies beyond it, the
    search ends there.

    Parameters
    ----------
    score
        Falls with severity, save for steps and noise.
    target, highest, tolerance
        In the unit of the score.
    evaluations
        Scores computed at most, 1 or more.

    Examples
    --------
    >>> round(search_severity(lambda x: 60 - 50 * x, 35.0, 66.0, 0.5, 8).severity, 6)
    0.5
    >>> search_severity(lambda x: 60 - 50 * x, 2.0, 66.0, 0.5, 8).severity
    1.0
    """
    mild, severe = _End(0.0, highest - target), _End(1.0, -target)
    seen: list[tuple[float, float]] = []
    while len(seen) < evaluations:
        severity = _proposal(mild, severe)
        excess = score(severity) - target
        seen.append((severity, excess))
        if abs(excess) <= tolerance or severity == (1.0 if excess > 0.0 else 0.0):
            break
        _move(*((mild, severe) if excess > 0.0 else (severe, mild)), severity, excess)
        if severe.severity - mild.severity < _NARROWEST:
            break
    # Among equals the last, where the bracket is narrowest; on a flat end that is the end itself.
    severity, excess = min(reversed(seen), key=lambda point: abs(point[1]))
    return Found(severity, excess + target, len(seen))


def _proposal(mild: _End, severe: _End) -> float:
    span = mild.excess - severe.excess
    share = mild.excess / span if span > 0.0 else 0.5
    # Driven to an end that nobody has looked at: find out whether the target lies beyond it.
    if not severe.computed and (mild.moves >= 2 or share == 1.0):
        return severe.severity
    if not mild.computed and (severe.moves >= 2 or share == 0.0):
        return mild.severity
    width = severe.severity - mild.severity
    return mild.severity + width * min(1.0 - _MARGIN, max(_MARGIN, share))


def _move(moved: _End, kept: _End, severity: float, excess: float) -> None:
    """Bring one end to what was computed; if it moves twice running, the other counts half, so that it moves too."""
    moved.severity, moved.excess, moved.computed = severity, excess, True
    moved.moves, kept.moves = moved.moves + 1, 0
    if moved.moves >= 2:
        kept.excess /= 2.0
