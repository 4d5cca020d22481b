"""Experiments of the models group: published models of others in the plug."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.models.residual_capacity import residual_capacity
from rehab_opt.validation.groups.models.targeted_feedback import targeted_feedback

EXPERIMENTS: dict[str, Experiment] = {
    "residual-capacity": residual_capacity,
    "targeted-feedback": targeted_feedback,
}
