"""Which function does which target's experiment: each group of targets has a folder with a mapping `EXPERIMENTS`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache

from rehab_opt.errors import InputError
from rehab_opt.validation.catalogue import Target, select
from rehab_opt.validation.experiment import Experiment


def module_of(group: str) -> str:
    """Return the name of the package with a group's experiments.

    Examples
    --------
    >>> module_of("natural history")
    'rehab_opt.validation.groups.natural_history'
    """
    return f"rehab_opt.validation.groups.{group.replace(' ', '_')}"


@cache
def experiments(group: str) -> Mapping[str, Experiment]:
    """Return target id -> experiment of one group.

    Raises
    ------
    InputError
        If an experiment belongs to no target of the group.
    """
    found: Mapping[str, Experiment] = importlib.import_module(module_of(group)).EXPERIMENTS
    known = {target.id for target in select(group_names=[group])}
    for name in found:
        if name not in known:
            raise InputError("experiment without a target in its group", key=module_of(group), value=name)
    return dict(found)


def experiment_of(target: Target) -> Experiment | None:
    """Return the experiment of a target; None when nobody has written it.

    Examples
    --------
    >>> from rehab_opt.validation.catalogue import targets
    >>> callable(experiment_of(targets()["random-practice"]))
    True
    """
    return experiments(target.group).get(target.id)


def without_experiment() -> tuple[str, ...]:
    """Return the ids of all targets that nobody has written an experiment for."""
    return tuple(target.id for target in select() if experiment_of(target) is None)
