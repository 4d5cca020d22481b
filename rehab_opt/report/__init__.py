"""What a run has found, for people: one self-contained HTML file, and the schedule as calendar and dated table."""

from rehab_opt.report.data import DISCLAIMER, FrontPlot, ReportData, SearchHistory, WhatIfLine
from rehab_opt.report.dated import dated_csv
from rehab_opt.report.ics import to_ics
from rehab_opt.report.page import render_html
from rehab_opt.report.words import describe

__all__ = [
    "DISCLAIMER",
    "FrontPlot",
    "ReportData",
    "SearchHistory",
    "WhatIfLine",
    "dated_csv",
    "describe",
    "render_html",
    "to_ics",
]
