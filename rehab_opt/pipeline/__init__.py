"""The whole job, above all rooms: one study in, a searched schedule, its comparison and its report out."""

from rehab_opt.pipeline.launch import optimize
from rehab_opt.pipeline.outputs import FORMATS, export, report_data
from rehab_opt.pipeline.reproduce import Reproduction, reproduce
from rehab_opt.pipeline.run import SEARCHED, Run, load_run
from rehab_opt.pipeline.what_if import WhatIf, what_if

__all__ = [
    "FORMATS",
    "SEARCHED",
    "Reproduction",
    "Run",
    "WhatIf",
    "export",
    "load_run",
    "optimize",
    "report_data",
    "reproduce",
    "what_if",
]
