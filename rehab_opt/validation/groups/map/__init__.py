"""Experiments of the map group: a sensory sheet that is imaged over days, with cells removed."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.map.coupling import like_to_like
from rehab_opt.validation.groups.map.lesions import map_inhibitory, map_nonresponsive, map_responsive
from rehab_opt.validation.groups.map.recruits import map_recruits
from rehab_opt.validation.groups.map.single_cells import map_dissociation, map_e_ramp, map_history, map_turnover
from rehab_opt.validation.groups.map.steady import map_sham

EXPERIMENTS: dict[str, Experiment] = {
    "map-sham": map_sham,
    "map-responsive": map_responsive,
    "map-nonresponsive": map_nonresponsive,
    "map-inhibitory": map_inhibitory,
    "map-dissociation": map_dissociation,
    "map-turnover": map_turnover,
    "map-history": map_history,
    "map-recruits": map_recruits,
    "map-e-ramp": map_e_ramp,
    "like-to-like": like_to_like,
}
