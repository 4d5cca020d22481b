"""The plug for models: anything with one method `simulate` can be searched, compared and reported like the built-in
model."""

from __future__ import annotations

import importlib
import math
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from rehab_opt.errors import InputError, nearest_name

if TYPE_CHECKING:
    from rehab_opt.course.result import Course
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy

DEFAULT_PLUG = "rehab_opt.course.model:Model"
_loading = threading.Lock()


@runtime_checkable
class Simulator(Protocol):
    """What every model offers. One object serves many threads at once, so `simulate` must not change it.

    The same patient, policy, days and seed give the same course on every call, in every thread and process. A course
    that diverges is returned with its outcome; an exception marks the whole trial as failed.
    """

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of one patient under one policy from the lesion to day ``days``."""
        ...


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by name and settings: hashable, picklable, and the same on every worker.

    Parameters
    ----------
    plug
        ``"module:object"`` of a model of one's own; None is the built-in network model.
    off
        Kebab-case names of mechanisms to remove (built-in model only).
    set
        Pairs of a dotted parameter name and its value (built-in model only).

    Raises
    ------
    InputError
        If ``plug`` is not of the form ``module:object``, a value is not finite, or a plug is given mechanisms or
        parameters.

    Examples
    --------
    >>> ModelSpec("rehab_opt.models.toy:ToyModel").plug
    'rehab_opt.models.toy:ToyModel'
    """

    plug: str | None = None
    off: tuple[str, ...] = ()
    set: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.plug is not None:
            module, _, name = self.plug.partition(":")
            if not (module and name and all(part.isidentifier() for part in (*module.split("."), name))):
                raise InputError(
                    "must name an object in a module", key="model", value=self.plug, allowed="module:object"
                )
            if self.off or self.set:
                key = "off" if self.off else "set"
                raise InputError("applies to the built-in model, not to a plug", key=f"model.{key}", value=self.plug)
        for name, value in self.set:
            if not math.isfinite(value):
                raise InputError("parameter must be a finite number", key=name, value=value)


def load_model(spec: ModelSpec) -> Simulator:
    """Return the model that ``spec`` names, built once per process.

    Raises
    ------
    InputError
        If the module or the object does not exist, or the object has no `simulate`.

    Examples
    --------
    >>> model = load_model(ModelSpec("rehab_opt.models.toy:ToyModel"))
    >>> model is load_model(ModelSpec("rehab_opt.models.toy:ToyModel"))
    True
    """
    # Two threads that ask at the same time must not build (and compile) the model twice.
    with _loading:
        return _load(spec)


@lru_cache(maxsize=8)
def _load(spec: ModelSpec) -> Simulator:
    named = _resolve(spec.plug or DEFAULT_PLUG)
    if spec.plug is None:
        build = cast("Callable[..., Simulator]", named)
        return build(off=spec.off, set=dict(spec.set))
    model = cast("Callable[[], object]", named)() if isinstance(named, type) else named
    if not isinstance(model, Simulator):
        raise InputError("object has no method simulate(patient, policy, days, seed)", key="model", value=spec.plug)
    return model


def _resolve(plug: str) -> object:
    module_name, _, name = plug.partition(":")
    if os.getcwd() not in sys.path:
        # A user's own model lies where the command is given. Put last, it can hide nothing that is installed.
        sys.path.append(os.getcwd())
    try:
        module = importlib.import_module(module_name)
    except Exception as error:
        # Whatever the user's own module raises is named, not hidden: it may be a misspelt name or a fault inside it.
        message = f"module cannot be imported: {type(error).__name__}: {error}"
        raise InputError(message, key="model", value=plug) from error
    if not hasattr(module, name):
        raise InputError(
            f"module {module_name} has no object of this name",
            key="model",
            value=plug,
            nearest=nearest_name(name, [n for n in vars(module) if not n.startswith("_")]),
        )
    return cast(object, getattr(module, name))
