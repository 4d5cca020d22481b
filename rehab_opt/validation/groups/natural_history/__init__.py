"""Experiments of the natural-history group: recovery of a population under usual care."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.natural_history.early import early_by_severity, early_trajectory
from rehab_opt.validation.groups.natural_history.five_groups import group_1, group_2, group_3, group_4, group_5
from rehab_opt.validation.groups.natural_history.forecast import week_1_forecast
from rehab_opt.validation.groups.natural_history.plateau import coarse_plateau
from rehab_opt.validation.groups.natural_history.poor import poor_recoverers

EXPERIMENTS: dict[str, Experiment] = {
    "natural-history-1": group_1,
    "natural-history-2": group_2,
    "natural-history-3": group_3,
    "natural-history-4": group_4,
    "natural-history-5": group_5,
    "poor-recoverers": poor_recoverers,
    "early-trajectory": early_trajectory,
    "early-by-severity": early_by_severity,
    "coarse-plateau": coarse_plateau,
    "week-1-forecast": week_1_forecast,
}
