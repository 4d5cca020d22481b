"""Every number of the model as data, and the named random streams."""

from rehab_opt.parameters.registry import Parameter, Parameters, catalogue, check_overrides
from rehab_opt.parameters.streams import derive_seed, stream

__all__ = ["Parameter", "Parameters", "catalogue", "check_overrides", "derive_seed", "stream"]
