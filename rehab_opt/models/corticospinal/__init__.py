"""Corticospinal search: strength comes back as spared cells find, by chance and reward, the activations that pull."""

from rehab_opt.models.corticospinal.cells import Cells, after_lesion, draw_cells, spared_share
from rehab_opt.models.corticospinal.model import (
    NORMAN_2022,
    NORMAN_2022_TARGETED,
    REINKENSMEYER_2012,
    CorticospinalModel,
    lateralisation,
)
from rehab_opt.models.corticospinal.numbers import VARIANTS, corticospinal_parameters, numbers_of
from rehab_opt.models.corticospinal.search import TargetedFeedback, practise

__all__ = [
    "NORMAN_2022",
    "NORMAN_2022_TARGETED",
    "REINKENSMEYER_2012",
    "VARIANTS",
    "Cells",
    "CorticospinalModel",
    "TargetedFeedback",
    "after_lesion",
    "corticospinal_parameters",
    "draw_cells",
    "lateralisation",
    "numbers_of",
    "practise",
    "spared_share",
]
