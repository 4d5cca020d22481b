"""Experiments of the dose group: contrast, threshold, decay after a bout, bistable use, equal dose."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.dose.bouts import bout_decay
from rehab_opt.validation.groups.dose.contrast import dose_contrast
from rehab_opt.validation.groups.dose.equal import equal_dose
from rehab_opt.validation.groups.dose.threshold import dose_threshold, threshold_by_size
from rehab_opt.validation.groups.dose.use import use_bistable

EXPERIMENTS: dict[str, Experiment] = {
    "dose-contrast": dose_contrast,
    "dose-threshold": dose_threshold,
    "threshold-by-size": threshold_by_size,
    "bout-decay": bout_decay,
    "use-bistable": use_bistable,
    "equal-dose": equal_dose,
}
