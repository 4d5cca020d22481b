"""A sampler that proposes what is on record, whatever the sampler behind it would have proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna.samplers import BaseSampler

from rehab_opt.search.record.records import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution
    from optuna.study import Study
    from optuna.trial import FrozenTrial, TrialState


class RecordedSampler(BaseSampler):
    """Gives one trial its recorded point.

    The sampler behind it is asked all the same, for what it notes about a trial (its generation, its place in a
    sequence) decides what it proposes later.

    Parameters
    ----------
    sampler
        The sampler of the study.
    point
        What is on record for this trial.
    """

    def __init__(self, sampler: BaseSampler, point: Point) -> None:
        self._sampler, self._point = sampler, point

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Return what the sampler behind would propose together."""
        return self._sampler.infer_relative_search_space(study, trial)

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Return the recorded values of what is proposed together."""
        proposed = self._sampler.sample_relative(study, trial, search_space)
        return {name: self._point[name] for name in proposed}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """Return the recorded value of what is proposed on its own."""
        self._sampler.sample_independent(study, trial, param_name, param_distribution)
        return self._point[param_name]

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Hand on."""
        self._sampler.before_trial(study, trial)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """Hand on."""
        self._sampler.after_trial(study, trial, state, values)
