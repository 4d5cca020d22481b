"""The study file: strict reading, normal form, hash, the fixed box of schedules, and the study in words."""

from rehab_opt.study.faults import StudyError
from rehab_opt.study.file import load_study, new_study, parse_study
from rehab_opt.study.phase import Phase, PhaseStimulation
from rehab_opt.study.ranges import Dimension, Range
from rehab_opt.study.space import SearchSpace
from rehab_opt.study.study import Constraint, Objective, Panels, SearchSettings, Study
from rehab_opt.study.words import describe, describe_schedule

__all__ = [
    "Constraint",
    "Dimension",
    "Objective",
    "Panels",
    "Phase",
    "PhaseStimulation",
    "Range",
    "SearchSettings",
    "SearchSpace",
    "Study",
    "StudyError",
    "describe",
    "describe_schedule",
    "load_study",
    "new_study",
    "parse_study",
]
