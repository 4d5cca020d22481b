"""Compiled kernels: pure functions of arrays and scalars. Nothing outside this folder imports numba."""

from rehab_opt.network.kernels.accelerate import cache_folder, source_hash
from rehab_opt.network.kernels.hebbian import hebbian
from rehab_opt.network.kernels.minutes import after_effect
from rehab_opt.network.kernels.night import balance_rows, consolidate, scale_rows
from rehab_opt.network.kernels.settle import settle, thalamic_drive
from rehab_opt.network.kernels.turnover import count_bound, pair, prune, retract

__all__ = [
    "after_effect",
    "balance_rows",
    "cache_folder",
    "consolidate",
    "count_bound",
    "hebbian",
    "pair",
    "prune",
    "retract",
    "scale_rows",
    "settle",
    "source_hash",
    "thalamic_drive",
]
