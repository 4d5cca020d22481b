"""The model against published findings: what was found, how each is tried on the model, and the verdicts."""

from rehab_opt.validation.catalogue import Target, select, target_groups, targets, targets_hash
from rehab_opt.validation.checks import (
    Check,
    direction,
    effect_size,
    estimate,
    fact,
    mean_interval,
    paired_d,
    proportion,
    statistic,
    within,
)
from rehab_opt.validation.experiment import Experiment, Job, Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.page import render_page
from rehab_opt.validation.population import Curve, Population, fit_curve, population, virtual_patients
from rehab_opt.validation.registry import without_experiment
from rehab_opt.validation.result import TargetResult, totals
from rehab_opt.validation.run import Validation, validate
from rehab_opt.validation.show import table_lines, total_words, trouble_lines
from rehab_opt.validation.work import Bench, Progress

__all__ = [
    "Bench",
    "Check",
    "Curve",
    "Experiment",
    "Figure",
    "Finding",
    "Job",
    "Population",
    "Progress",
    "Series",
    "Setup",
    "Target",
    "TargetResult",
    "Validation",
    "direction",
    "effect_size",
    "estimate",
    "fact",
    "fit_curve",
    "mean_interval",
    "paired_d",
    "population",
    "proportion",
    "render_page",
    "select",
    "statistic",
    "table_lines",
    "target_groups",
    "targets",
    "targets_hash",
    "total_words",
    "totals",
    "trouble_lines",
    "validate",
    "virtual_patients",
    "within",
    "without_experiment",
]
