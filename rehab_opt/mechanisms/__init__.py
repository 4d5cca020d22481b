"""The biological processes that change the network: one file each, one row each."""

from rehab_opt.mechanisms.base import Context, Draws, Mechanism, Phase
from rehab_opt.mechanisms.catalogue import MECHANISMS, check_off, names, rows

__all__ = ["MECHANISMS", "Context", "Draws", "Mechanism", "Phase", "check_off", "names", "rows"]
