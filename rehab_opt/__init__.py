"""rehab-opt: search for rehabilitation schedules on virtual patients. Simulation, not clinical advice.

Names are loaded when they are first used, so that importing the package costs next to nothing. Two rooms share their
name with a verb of theirs (``rehab_opt.compare``, ``rehab_opt.report``): such a module can be called like the function.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehab_opt.compare import Comparison as Comparison
    from rehab_opt.compare import compare as compare
    from rehab_opt.course import Course as Course
    from rehab_opt.course.model import Model as Model
    from rehab_opt.course.simulate import simulate as simulate
    from rehab_opt.errors import InputError as InputError
    from rehab_opt.patient import Cohort as Cohort
    from rehab_opt.patient import Lesion as Lesion
    from rehab_opt.patient import Patient as Patient
    from rehab_opt.pipeline import Run as Run
    from rehab_opt.pipeline import load_run as load_run
    from rehab_opt.pipeline import optimize as optimize
    from rehab_opt.pipeline import reproduce as reproduce
    from rehab_opt.pipeline import what_if as what_if
    from rehab_opt.pipeline.reporting import report as report
    from rehab_opt.study import Study as Study
    from rehab_opt.study import load_study as load_study
    from rehab_opt.therapy import Schedule as Schedule
    from rehab_opt.therapy import Session as Session
    from rehab_opt.therapy import Stimulation as Stimulation
    from rehab_opt.therapy import load_schedule as load_schedule
    from rehab_opt.therapy import protocols as protocols

    __version__: str

_HOMES = {
    "Cohort": "patient",
    "Comparison": "compare",
    "Course": "course",
    "InputError": "errors",
    "Lesion": "patient",
    "Model": "course.model",
    "Patient": "patient",
    "Run": "pipeline",
    "Schedule": "therapy",
    "Session": "therapy",
    "Stimulation": "therapy",
    "Study": "study",
    "compare": "compare",
    "load_run": "pipeline",
    "load_schedule": "therapy",
    "load_study": "study",
    "optimize": "pipeline",
    "protocols": "therapy",
    "report": "pipeline.reporting",
    "reproduce": "pipeline",
    "simulate": "course.simulate",
    "what_if": "pipeline",
}

__all__ = [
    "Cohort",
    "Comparison",
    "Course",
    "InputError",
    "Lesion",
    "Model",
    "Patient",
    "Run",
    "Schedule",
    "Session",
    "Stimulation",
    "Study",
    "__version__",
    "compare",
    "load_run",
    "load_schedule",
    "load_study",
    "optimize",
    "protocols",
    "report",
    "reproduce",
    "simulate",
    "what_if",
]


class _Verb(ModuleType):
    """A room that can be called: the verb that goes by its name."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return _find(self.__name__.rpartition(".")[2])(*args, **kwargs)


class _Package(ModuleType):
    """This package: the import system hands it each room as an attribute, which would hide a verb of the same name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOMES and isinstance(value, ModuleType):
            value.__class__ = _Verb
        super().__setattr__(name, value)


def _find(name: str) -> Any:
    return getattr(importlib.import_module(f"rehab_opt.{_HOMES[name]}"), name)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("rehab-opt")
    if name not in _HOMES:
        raise AttributeError(f"module 'rehab_opt' has no attribute {name!r}")
    return _find(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Package
