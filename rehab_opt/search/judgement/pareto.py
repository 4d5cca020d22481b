"""Several objectives: the front of trials that no other beats in everything, its hypervolume, and its knee."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from rehab_opt.study import Objective

Losses = tuple[float, ...]
"""Objectives turned so that less is better: the first, recovery, is negated."""


def losses(objectives: Sequence[float]) -> Losses:
    """Return objectives as losses.

    Examples
    --------
    >>> losses((41.5, 20.0))
    (-41.5, 20.0)
    """
    return (-objectives[0], *objectives[1:])


def dominates(one: Losses, other: Losses) -> bool:
    """Return whether one point is at least as good in everything and better in something.

    Examples
    --------
    >>> dominates((1.0, 2.0), (1.0, 3.0)), dominates((1.0, 2.0), (0.0, 3.0)), dominates((1.0,), (1.0,))
    (True, False, False)
    """
    return all(a <= b for a, b in zip(one, other, strict=True)) and one != other


def front(trials: Sequence[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Return the trials that no other dominates, in order; of trials with the same objectives the first one."""
    points = [losses(trial.objectives) for trial in trials]
    return tuple(
        trial
        for i, trial in enumerate(trials)
        if points[i] not in points[:i] and not any(dominates(point, points[i]) for point in points)
    )


def hypervolume(points: Iterable[Losses], reference: Losses) -> float:
    """Return the volume between a front and a reference point that is worse in everything.

    Points that are not better than the reference in everything add nothing. Exact, after While, Bradstreet and Barone
    (2012): what each point adds to those after it, in turn. Some hundred points in three objectives take
    about a second.

    Examples
    --------
    >>> hypervolume([(1.0, 3.0), (2.0, 1.0)], (4.0, 4.0))
    7.0
    """
    inside = _undominated({point for point in points if all(a < b for a, b in zip(point, reference, strict=True))})
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - inside[0][0]
    if len(reference) == 2:
        # Along the first loss the second falls: each point adds a rectangle below the one before.
        tops = [reference[1], *(point[1] for point in inside[:-1])]
        return sum((reference[0] - x) * (top - y) for (x, y), top in zip(inside, tops, strict=True))
    return sum(own_volume(point, inside[i + 1 :], reference) for i, point in enumerate(inside))


def own_volume(point: Losses, others: Sequence[Losses], reference: Losses) -> float:
    """Return what a point adds to the hypervolume of others; 0 when it is not better than the reference in everything.

    Examples
    --------
    >>> own_volume((1.0, 3.0), [(2.0, 1.0)], (4.0, 4.0))
    1.0
    """
    if any(a >= b for a, b in zip(point, reference, strict=True)):
        return 0.0
    box = math.prod(b - a for a, b in zip(point, reference, strict=True))
    return box - hypervolume([tuple(map(max, point, other)) for other in others], reference)


def _undominated(points: set[Losses]) -> list[Losses]:
    """Return the points that no other dominates, sorted."""
    kept: list[Losses] = []
    for point in sorted(points):
        # What dominates a point comes before it in this order.
        if not any(dominates(other, point) for other in kept):
            kept.append(point)
    return kept


def compromise(point: Losses, ideal: Losses, nadir: Losses) -> float:
    """Return the sum of the losses, each scaled from 0 at the best to 1 at the worst of the front.

    The knee is the point where it is least: it lies farthest from the plane through the ends of the front, towards the
    ideal. An objective in which the front does not differ adds nothing.

    Examples
    --------
    >>> compromise((1.0, 5.0), (0.0, 5.0), (4.0, 5.0))
    0.25
    """
    triples = zip(point, ideal, nadir, strict=True)
    return sum((value - best) / (worst - best) for value, best, worst in triples if worst > best)


def ends(points: Sequence[Losses]) -> tuple[Losses, Losses]:
    """Return the best and the worst of each objective over a front."""
    columns = list(zip(*points, strict=True))
    return tuple(min(column) for column in columns), tuple(max(column) for column in columns)


def by_compromise(members: Sequence[TrialRecord]) -> tuple[TrialRecord, ...]:
    """Return a front from its knee outwards; among equals the earlier trial."""
    points = {trial.number: losses(trial.objectives) for trial in members}
    ideal, nadir = ends(list(points.values()))
    return tuple(sorted(members, key=lambda trial: (compromise(points[trial.number], ideal, nadir), trial.number)))


@dataclass(frozen=True, slots=True)
class Front:
    """The front of a search.

    Parameters
    ----------
    members
        Trials that no other candidate dominates, from the knee outwards.
    reference
        Point that the hypervolume is measured from, in the units of the objectives.
    hypervolume
        Of the members, in the product of these units.
    alone
        What the hypervolume would lose without each member.
    """

    members: tuple[TrialRecord, ...]
    reference: tuple[float, ...]
    hypervolume: float
    alone: tuple[float, ...]

    @property
    def knee(self) -> TrialRecord:
        """The compromise on the search panel."""
        return self.members[0]


def pareto_front(
    trials: Sequence[TrialRecord], objective: Objective, others: Sequence[Sequence[float]] = ()
) -> Front | None:
    """Return the front of a search with several objectives, or None when there is none.

    Parameters
    ----------
    trials
        Of the search.
    objective
        Of the study; without a reference point of its own, the worst value of each objective among candidates and
        ``others`` takes its place, made worse by a tenth of the range seen (by 1 where all are alike).
    others
        Objectives of the references on the same panel.
    """
    candidates = [trial for trial in trials if trial.candidate]
    if not objective.trade_off or not candidates:
        return None
    best, worst = ends([losses(point) for point in (*(trial.objectives for trial in candidates), *others)])
    beyond = tuple(high + (0.1 * (high - low) or 1.0) for low, high in zip(best, worst, strict=True))
    reference = losses(objective.reference_point) if objective.reference_point else beyond
    members = by_compromise(front(candidates))
    points = [losses(trial.objectives) for trial in members]
    volume = hypervolume(points, reference)
    alone = tuple(own_volume(point, points[:i] + points[i + 1 :], reference) for i, point in enumerate(points))
    return Front(members, losses(reference), volume, alone)
