"""Protocols side by side on the same virtual patients: paired differences, intervals, subgroups, burden and safety."""

from rehab_opt.compare.comparison import IMPORTANT_CHANGE, Comparison, Difference, Row
from rehab_opt.compare.curse import Curse, Gap, winners_curse
from rehab_opt.compare.curves import Curve, difference_curve, mean_curve
from rehab_opt.compare.fresh import SEARCHED, compare
from rehab_opt.compare.groups import info_groups, severity_groups
from rehab_opt.compare.named import Therapies, named_policies
from rehab_opt.compare.statistics import bootstrap_interval, holm, share_better, sign_flip_p
from rehab_opt.compare.summarise import summarise

__all__ = [
    "IMPORTANT_CHANGE",
    "SEARCHED",
    "Comparison",
    "Curse",
    "Curve",
    "Difference",
    "Gap",
    "Row",
    "Therapies",
    "bootstrap_interval",
    "compare",
    "difference_curve",
    "holm",
    "info_groups",
    "mean_curve",
    "named_policies",
    "severity_groups",
    "share_better",
    "sign_flip_p",
    "summarise",
    "winners_curse",
]
