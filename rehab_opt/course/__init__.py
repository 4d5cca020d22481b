"""The course of recovery: what a simulation gives back and the plug that every model fits."""

from rehab_opt.course.plug import ModelSpec, Simulator, load_model
from rehab_opt.course.result import AdverseEvent, Course, Outcome

__all__ = ["AdverseEvent", "Course", "ModelSpec", "Outcome", "Simulator", "load_model"]
