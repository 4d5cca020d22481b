"""A sensory sheet of the model's own units, synapses and mechanisms, on which the map experiments run."""

from rehab_opt.validation.sheet.cohorts import BASELINE, LATE, LESION_DAY, LESIONS, POST, Plan, Result, run_sheet
from rehab_opt.validation.sheet.imaging import Picture
from rehab_opt.validation.sheet.numbers import Numbers, own_numbers

__all__ = [
    "BASELINE",
    "LATE",
    "LESIONS",
    "LESION_DAY",
    "POST",
    "Numbers",
    "Picture",
    "Plan",
    "Result",
    "own_numbers",
    "run_sheet",
]
