"""From a measured baseline to the lesion that gives it: for one patient, or for many at once."""

from rehab_opt.fitting.fit import LONGEST, MOST_EVALUATIONS, TOLERANCE, Fit, find_fit, fit_patient
from rehab_opt.fitting.many import Pool, fit_patients, land_fits

__all__ = [
    "LONGEST",
    "MOST_EVALUATIONS",
    "TOLERANCE",
    "Fit",
    "Pool",
    "find_fit",
    "fit_patient",
    "fit_patients",
    "land_fits",
]
