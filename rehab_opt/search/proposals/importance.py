"""Which searched ranges mattered: Optuna's PED-ANOVA over the trials of a search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rehab_opt.search.proposals.samplers import distributions, quiet_optuna
from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from rehab_opt.study import Study

FEWEST_TRIALS = 20


def importances(study: Study, trials: Sequence[TrialRecord]) -> dict[str, float]:
    """Return dimension -> share of the difference between good and other trials that it explains, largest first.

    The shares add up to 1. With fewer than ``FEWEST_TRIALS`` completed trials, or values that are all alike, there is
    nothing to tell and the result is empty.
    """
    import optuna

    box = distributions(study.space.dimensions)
    done = [trial for trial in trials if trial.value is not None]
    if len(done) < FEWEST_TRIALS or len({trial.value for trial in done}) < 2 or not box:
        return {}
    with quiet_optuna():
        store = optuna.create_study(direction="maximize")
        for trial in done:
            store.add_trial(optuna.trial.create_trial(params=dict(trial.point), distributions=box, value=trial.value))
        found = optuna.importance.get_param_importances(store)
    return {name: float(share) for name, share in sorted(found.items(), key=lambda item: (-item[1], item[0]))}
