"""Experiments of the stimulation group: trials of 1 Hz and iTBS, severity, spacing of bursts, priming."""

from rehab_opt.validation.experiment import Experiment
from rehab_opt.validation.groups.stimulation.courses import (
    excite_ipsilesional,
    inhibit_contralesional,
    sign_by_severity,
)
from rehab_opt.validation.groups.stimulation.spacing import burst_spacing, priming_polarity

EXPERIMENTS: dict[str, Experiment] = {
    "inhibit-contralesional": inhibit_contralesional,
    "excite-ipsilesional": excite_ipsilesional,
    "sign-by-severity": sign_by_severity,
    "burst-spacing": burst_spacing,
    "priming-polarity": priming_polarity,
}
