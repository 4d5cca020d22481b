"""Compiled kernels: pure functions of arrays and scalars. Nothing outside this folder imports numba."""

from rehab_opt.network.kernels.accelerate import cache_folder, source_hash
from rehab_opt.network.kernels.growth import grow, sprout, support
from rehab_opt.network.kernels.hebbian import hebbian
from rehab_opt.network.kernels.learn import carry, feed_back, slide
from rehab_opt.network.kernels.look import agree, correlations, crowd, flow, occupied, stand_out
from rehab_opt.network.kernels.minutes import after_effect, potentiate
from rehab_opt.network.kernels.night import balance_rows, consolidate, scale_rows
from rehab_opt.network.kernels.settle import pack, settle, thalamic_drive
from rehab_opt.network.kernels.turnover import count_bound, pair, prune, retract_axons, retract_dendrites

__all__ = [
    "after_effect",
    "agree",
    "balance_rows",
    "cache_folder",
    "carry",
    "consolidate",
    "correlations",
    "count_bound",
    "crowd",
    "feed_back",
    "flow",
    "grow",
    "hebbian",
    "occupied",
    "pack",
    "pair",
    "potentiate",
    "prune",
    "retract_axons",
    "retract_dendrites",
    "scale_rows",
    "settle",
    "slide",
    "source_hash",
    "sprout",
    "stand_out",
    "support",
    "thalamic_drive",
]
