"""From the state of the network to numbers: clinical scores and biomarkers. Fixed links, nothing fitted."""

from rehab_opt.readout.biomarkers import Biomarkers
from rehab_opt.readout.scores import ARAT_MAX, FM_MAX, USE_MAX, clinical, score

__all__ = ["ARAT_MAX", "FM_MAX", "USE_MAX", "Biomarkers", "clinical", "score"]
