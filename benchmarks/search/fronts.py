"""A problem with two objectives whose Pareto front, and so its best hypervolume, is known from a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import cast

from benchmarks.search.planted import Point, read_study
from rehab_opt.course import load_model
from rehab_opt.models.planted import FRONT, SCALES, PlantedModel
from rehab_opt.search import TrialRecord
from rehab_opt.search.judgement.pareto import dominates, front, hypervolume
from rehab_opt.study import Study

Pair = tuple[float, float]
"""Gain over no therapy in points (more is better), hours of therapy (less is better)."""

(STRETCH,) = FRONT.stretches
BEST = dict(STRETCH.best)


def most(weeks: int, sessions: int, minutes: int) -> Pair:
    """Return the most that a plan of so many weeks, sessions a week and minutes a session gains, and its hours.

    All else is at its planted best, which costs no hours. A week beyond the stretch costs half of a week's worth.

    Examples
    --------
    >>> most(5, 4, 75)
    (40.0, 25.0)
    """
    plan = {"sessions": sessions, "minutes": minutes}
    distance = sum(((value - BEST[name]) / SCALES[name]) ** 2 for name, value in plan.items())
    counted = min(weeks, STRETCH.weeks) / (1.0 + distance) - FRONT.waste * max(0, weeks - STRETCH.weeks)
    return FRONT.reach * counted / STRETCH.weeks, weeks * sessions * minutes / 60.0


@dataclass(frozen=True)
class PlantedFront:
    """A planted front of recovery against hours.

    Attributes
    ----------
    name
        Of the file in studies/benchmarks/.
    tolerance
        Share of the best hypervolume that a search may miss.
    reference
        Where the hypervolume is measured from: gain in points, hours. A plan that takes more hours adds nothing.
    others
        Planted best of the ranges that cost no hours.
    """

    name: str
    tolerance: float
    reference: Pair
    others: Point

    @property
    def study(self) -> Study:
        """The study file."""
        return read_study(self.name)

    @cached_property
    def plans(self) -> Mapping[tuple[int, int, int], Pair]:
        """Every combination of the three ranges that cost hours, at its best.

        The hours of a schedule follow from the three alone, and no schedule with these three gains more than this: the
        other ranges can only add to the distance of its weeks, or move weeks out of the stretch.
        """
        return {plan: most(*plan) for plan in product(range(1, 9), range(1, 6), range(20, 121, 5))}

    @cached_property
    def front(self) -> tuple[Pair, ...]:
        """The true front, from the fewest hours on."""
        pairs = {(-gain, hours) for gain, hours in self.plans.values()}
        kept = [pair for pair in pairs if not any(dominates(other, pair) for other in pairs)]
        return tuple((-loss, hours) for loss, hours in sorted(kept, key=lambda pair: pair[1]))

    @cached_property
    def best(self) -> float:
        """Best hypervolume, in points times hours."""
        return self.volume(self.front)

    def point(self, weeks: int, sessions: int, minutes: int) -> Point:
        """Return the point that is a plan at its best."""
        dose = {"main.weeks": weeks, "main.sessions_per_week": sessions, "main.minutes": minutes}
        return {**self.others, **dose}

    def pair(self, point: Point) -> Pair:
        """Return gain and hours of a point by the model's formula, without noise."""
        study = self.study
        schedule = study.space.decode(point)
        gain = cast(PlantedModel, load_model(study.model)).gain(schedule)
        return gain, sum(session.minutes for session in schedule.sessions) / 60.0

    def volume(self, pairs: Iterable[Pair]) -> float:
        """Return the hypervolume of gains and hours."""
        gain, hours = self.reference
        return hypervolume([(-found, cost) for found, cost in pairs], (-gain, hours))

    def steps(self, trials: Iterable[TrialRecord]) -> tuple[tuple[int, float], ...]:
        """Return when the front so far, as the search sees it, changed, and the true share of the best hypervolume.

        Each step is (trial, counted from 1; share).
        """
        members: tuple[TrialRecord, ...] = ()
        found: list[tuple[int, float]] = []
        for trial in trials:
            if not trial.candidate:
                continue
            members = front([*members, trial])
            if trial in members:
                share = self.volume(self.pair(member.point) for member in members) / self.best
                found.append((trial.number + 1, round(share, 5)))
        return tuple(found)


FRONTS = (
    PlantedFront(
        "planted_front",
        tolerance=0.10,
        reference=(0.0, 30.0),
        others={
            "main.start": 14,
            "main.repetitions_per_minute": 3.6,
            "main.difficulty": 0.6,
            "main.feedback": 0.7,
            "main.constraint": 0.3,
        },
    ),
)
