"""A sampler that takes a step from one of the best points so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalChoiceType,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler, RandomSampler
from optuna.search_space import IntersectionSearchSpace
from optuna.study import StudyDirection
from optuna.trial import TrialState

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

MEAN_SIDES = 2.0
"""Sides of the box that a step changes, on average; never none."""
WIDTHS = (0.01, 0.3)
"""Standard deviation of a step along a side, as a share of it; drawn anew for each step, evenly on a log scale."""


class StepSampler(BaseSampler):
    """Proposes a point close to one of the best so far.

    Half of the steps start at the very best, half at any of the best tenth, since from the best alone two sides that a
    constraint couples (sessions a week, minutes a session) are never changed together; with several objectives, all
    start at one of the front. A few sides of the box are drawn; along each, a number takes a normal step, reflected at
    the ends, and a name gives way to another one. The width of the step is drawn first, so that nothing has to be
    learned about the landscape: wide and narrow steps mixed, after Yao, Liu and Lin (IEEE Trans Evol Comput 3:82,
    1999).

    No step starts at a trial that breaks a constraint. Before any keeps them, points are random.

    Parameters
    ----------
    seed
        Of the one step: the sampler is built anew for each.

    Examples
    --------
    >>> import optuna
    >>> optuna.logging.set_verbosity(optuna.logging.ERROR)
    >>> study = optuna.create_study()
    >>> for number in range(60):
    ...     study.sampler = StepSampler(number)
    ...     study.optimize(lambda trial: trial.suggest_float("x", -1, 1) ** 2, n_trials=1)
    >>> study.best_value < 0.01
    True
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._random = RandomSampler(seed=seed)

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Return all ranges that the trials so far share."""
        return IntersectionSearchSpace().calculate(study)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Propose the point a step away."""
        starts = self._starts(study) if search_space else []
        if not starts:
            return {}
        point = starts[int(self._rng.integers(len(starts)))].params
        names = list(search_space)
        count = min(len(names), 1 + int(self._rng.poisson(MEAN_SIDES - 1.0)))
        moved = {names[place] for place in self._rng.choice(len(names), size=count, replace=False)}
        low, high = np.log(WIDTHS)
        width = float(np.exp(self._rng.uniform(low, high)))
        return {
            name: self._step(point[name], side, width) if name in moved else point[name]
            for name, side in search_space.items()
        }

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Propose at random what no trial shares yet."""
        return self._random.sample_independent(study, trial, param_name, param_distribution)

    def _starts(self, study: Study) -> list[FrozenTrial]:
        """Return the trials that the step may start at."""
        if len(study.directions) > 1:
            return study.best_trials
        done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        kept = [trial for trial in done if all(value <= 0.0 for value in trial.constraints.values())]
        maximize = study.direction == StudyDirection.MAXIMIZE
        kept.sort(key=lambda trial: trial.values[0], reverse=maximize)
        wide = self._rng.random() < 0.5
        return kept[: max(1, len(kept) // 10) if wide else 1]

    def _step(self, value: Any, side: BaseDistribution, width: float) -> CategoricalChoiceType:
        if isinstance(side, CategoricalDistribution):
            others = [choice for choice in side.choices if choice != value]
            return others[int(self._rng.integers(len(others)))] if others else value
        assert isinstance(side, IntDistribution | FloatDistribution)
        reach, step = side.high - side.low, side.step
        moved = float(value) + float(self._rng.normal()) * width * reach
        if step is not None and abs(moved - value) < step:
            # A step too short for the grid would try the same point again.
            moved = value + float(np.copysign(step, moved - value))
        # Reflected at the ends: cut off there, steps would crowd on the rim.
        moved = side.low + abs(moved - side.low)
        moved = max(side.high - abs(side.high - moved), side.low)
        if step is not None:
            moved = side.low + step * round((moved - side.low) / step)
        return round(moved) if isinstance(side, IntDistribution) else min(moved, side.high)
