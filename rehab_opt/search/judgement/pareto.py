"""Several objectives: the front of trials that no other beats in everything, its hypervolume, and its knee."""

from __future__ import annotations

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

    Points that are not better than the reference in everything add nothing. Exact; meant for fronts of some hundred
    points in up to five objectives.

    Examples
    --------
    >>> hypervolume([(1.0, 3.0), (2.0, 1.0)], (4.0, 4.0))
    7.0
    """
    inside = sorted({point for point in points if all(a < b for a, b in zip(point, reference, strict=True))})
    if not inside:
        return 0.0
    if len(reference) == 1:
        return reference[0] - inside[0][0]
    # Slices along the first objective: between two neighbours only what came before counts.
    ends = [*(point[0] for point in inside[1:]), reference[0]]
    return sum(
        (end - point[0]) * hypervolume((other[1:] for other in inside[: i + 1]), reference[1:])
        for i, (point, end) in enumerate(zip(inside, ends, strict=True))
        if end > point[0]
    )


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
    alone = tuple(volume - hypervolume((p for p in points if p != point), reference) for point in points)
    return Front(members, losses(reference), volume, alone)
