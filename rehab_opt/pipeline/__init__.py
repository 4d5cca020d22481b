"""The whole job, above all rooms: one study in, a searched schedule, its comparison and its report out."""

from rehab_opt.pipeline.launch import optimize
from rehab_opt.pipeline.outputs import FORMATS, export, report_data
from rehab_opt.pipeline.reproduce import Reproduction, reproduce
from rehab_opt.pipeline.run import SEARCHED, Run, load_run

__all__ = [
    "FORMATS",
    "SEARCHED",
    "Reproduction",
    "Run",
    "export",
    "load_run",
    "optimize",
    "report_data",
    "reproduce",
]
