"""Calibration: parameters of the model fitted, within their prior ranges, to the targets that may be fitted to."""

from rehab_opt.validation.calibration.choose import Choice, Finalist, Sensitivity
from rehab_opt.validation.calibration.fitted import Fitted
from rehab_opt.validation.calibration.record import Record
from rehab_opt.validation.calibration.run import calibrate
from rehab_opt.validation.calibration.settings import Calibration, load_calibration, parse_calibration
from rehab_opt.validation.calibration.write import ENSEMBLE, PAGE, RESULT, result_data

__all__ = [
    "ENSEMBLE",
    "PAGE",
    "RESULT",
    "Calibration",
    "Choice",
    "Finalist",
    "Fitted",
    "Record",
    "Sensitivity",
    "calibrate",
    "load_calibration",
    "parse_calibration",
    "result_data",
]
