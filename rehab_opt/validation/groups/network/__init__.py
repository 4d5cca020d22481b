"""Experiments of the network group: homeostasis, stability, turnover, repair, growth rules, topology."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.network.rates import rate_homeostasis
from rehab_opt.validation.groups.network.rules import opposite_growth_rules
from rehab_opt.validation.groups.network.stability import stability_corridor
from rehab_opt.validation.groups.network.turnover import structural_turnover
from rehab_opt.validation.groups.network.wires import topology
from rehab_opt.validation.groups.network.zone import lpz_repair

EXPERIMENTS: dict[str, Experiment] = {
    "rate-homeostasis": rate_homeostasis,
    "stability-corridor": stability_corridor,
    "structural-turnover": structural_turnover,
    "lpz-repair": lpz_repair,
    "opposite-growth-rules": opposite_growth_rules,
    "topology": topology,
}
