"""Experiments of the timing group: when training starts, how much is too much too early, and years later."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.timing.chronic import chronic_floor
from rehab_opt.validation.groups.timing.disinhibition import disinhibition_window
from rehab_opt.validation.groups.timing.load import overuse_lesion, u_shape
from rehab_opt.validation.groups.timing.onset import onset_order
from rehab_opt.validation.groups.timing.very_early import very_early_harm

EXPERIMENTS: dict[str, Experiment] = {
    "chronic-floor": chronic_floor,
    "onset-order": onset_order,
    "overuse-lesion": overuse_lesion,
    "u-shape": u_shape,
    "very-early-harm": very_early_harm,
    "disinhibition-window": disinhibition_window,
}
