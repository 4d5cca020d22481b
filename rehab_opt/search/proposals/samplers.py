"""Samplers of Optuna by name, built anew for each trial, and the check that a sampler can do what a study asks of
it."""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.parameters.streams import derive_seed

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler

    from rehab_opt.study import Dimension

SAMPLERS = ("tpe", "cma-es", "nsga-ii", "nsga-iii", "gp", "qmc", "random")
LEAST_STARTUP = {"tpe": 2, "nsga-ii": 2, "nsga-iii": 2, "gp": 2}
"""Fewest trials to begin with: two can be told apart or crossed, one cannot."""

TPE_APART = 150
"""Trials in which TPE proposes each range by itself; after them, it takes turns (`proposes_together`)."""


def make_sampler(name: str, seed: int, number: int, startup: int) -> BaseSampler:
    """Return the sampler that proposes one trial; a function of its arguments only.

    Parameters
    ----------
    name
        One of `SAMPLERS`.
    seed
        Seed of the study.
    number
        Number of the trial, from 0.
    startup
        Trials proposed at random before the sampler models anything (TPE, CMA-ES, GP); size of a generation (NSGA).

    Raises
    ------
    InputError
        If the name is unknown.

    Examples
    --------
    >>> type(make_sampler("tpe", seed=1, number=0, startup=10)).__name__
    'TPESampler'
    """
    from optuna import samplers

    own = derive_seed(seed, "sampler", number) % 2**32
    if name == "tpe":
        form = _tpe_form(number)
        if form == "step":
            from rehab_opt.search.proposals.step_sampler import StepSampler

            return StepSampler(own)
        if form == "apart":
            return samplers.TPESampler(n_startup_trials=startup, seed=own, multivariate=False)
        return samplers.TPESampler(n_startup_trials=startup, seed=own)
    if name == "cma-es":
        return samplers.CmaEsSampler(n_startup_trials=startup, seed=own, warn_independent_sampling=False)
    if name == "nsga-ii":
        return samplers.NSGAIISampler(population_size=max(2, startup), seed=own)
    if name == "nsga-iii":
        return samplers.NSGAIIISampler(population_size=max(2, startup), seed=own)
    if name == "gp":
        return _gaussian_process(own, startup)
    if name == "random":
        return samplers.RandomSampler(seed=own)
    if name == "qmc":
        # One scrambling for the whole study: a new one for each trial would be plain random numbers.
        scrambling = derive_seed(seed, "sampler", "scrambling") % 2**32
        return samplers.QMCSampler(
            scramble=True,
            seed=scrambling,
            independent_sampler=samplers.RandomSampler(seed=own),
            warn_independent_sampling=False,
        )
    raise unknown_name_error("sampler", name, SAMPLERS, key="search.sampler")


def _gaussian_process(seed: int, startup: int) -> BaseSampler:
    import torch
    from optuna import samplers

    # Sums in another order differ in the last digits, so the number of threads must not depend on the machine.
    torch.set_num_threads(1)
    return samplers.GPSampler(n_startup_trials=startup, seed=seed)


def proposes_together(name: str, number: int) -> bool:
    """Return whether the sampler proposes all ranges of a trial together, as one point, or each by itself.

    TPE begins with each by itself, which learns faster from few trials. Later every second trial is a step from one of
    the best (`StepSampler`), for TPE rarely hits a narrow hilltop or the corner between two constraints; the others are
    TPE in both ways in turn, for each by itself may settle next to the best. All was seen on planted optima
    (docs/benchmarks.md).

    Examples
    --------
    >>> [proposes_together("tpe", number) for number in (0, 2, 150, 151, 152)]
    [False, False, False, True, True]
    """
    return name != "tpe" or _tpe_form(number) != "apart"


def _tpe_form(number: int) -> str:
    return "apart" if number < TPE_APART else ("together", "step", "apart", "step")[number % 4]


def check_sampler(
    name: str,
    constraints: Sequence[str],
    dimensions: int,
    *,
    objectives: int = 1,
    named: Sequence[str] = (),
    startup: int | None = None,
) -> None:
    """Refuse, before anything runs, what a sampler would ignore in silence or fail at later.

    Parameters
    ----------
    name
        Of the sampler.
    constraints
        Names of the constraints of the study.
    dimensions
        Sides of the box.
    objectives
        Number of objectives.
    named
        Dimensions that choose among names.
    startup
        Trials drawn at random at first, or the size of a generation; None when that is not known.

    Raises
    ------
    InputError
        If the sampler is unknown, or cannot do what the study asks; it names the samplers that can.

    Examples
    --------
    >>> check_sampler("tpe", ["seizure-rate"], dimensions=5)
    >>> check_sampler("cma-es", [], dimensions=5, objectives=2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: search.sampler: knows one objective only, not 2 (got 'cma-es'); allowed: tpe, ...
    >>> check_sampler("tpee", [], dimensions=5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: search.sampler: unknown sampler (got 'tpee'); ... did you mean 'tpe'?
    """
    if name not in SAMPLERS:
        raise unknown_name_error("sampler", name, SAMPLERS, key="search.sampler")

    def faults(sampler: str) -> Iterator[str]:
        return _faults(sampler, constraints, dimensions, objectives, named)

    fault = next(faults(name), None)
    if fault is not None:
        able = [other for other in SAMPLERS if next(faults(other), None) is None]
        raise InputError(fault, key="search.sampler", value=name, allowed=", ".join(able))
    least = LEAST_STARTUP.get(name, 1)
    if startup is not None and startup < least:
        message = f"{name} needs more trials to begin with"
        raise InputError(message, key="search.startup", value=startup, allowed=f"{least} or more")


def _faults(
    name: str, constraints: Sequence[str], dimensions: int, objectives: int, named: Sequence[str]
) -> Iterator[str]:
    """Yield why a sampler cannot do a study."""
    if name == "cma-es":
        if constraints:
            yield f"does not heed constraints ({', '.join(constraints)})"
        if objectives > 1:
            yield f"knows one objective only, not {objectives}"
        if named:
            yield f"knows numbers only and would draw names at random ({', '.join(named)})"
        if dimensions < 2:
            yield "needs two searched ranges"
    if name == "nsga-iii" and objectives < 2:
        yield "spreads a front along several objectives, and there is one"
    if name == "gp" and importlib.util.find_spec("torch") is None:
        yield "needs torch, which is not installed (pip install 'rehab-opt[gp]')"


def distributions(dimensions: Sequence[Dimension]) -> dict[str, BaseDistribution]:
    """Return the box of a study as Optuna's distributions, in the order of the study."""
    from optuna import distributions as known

    box: dict[str, BaseDistribution] = {}
    for dimension in dimensions:
        if dimension.kind == "categorical":
            box[dimension.name] = known.CategoricalDistribution(dimension.choices)
        elif dimension.kind == "int":
            step = 1 if dimension.step is None else int(dimension.step)
            box[dimension.name] = known.IntDistribution(int(dimension.low), int(_last(dimension)), step=step)
        else:
            box[dimension.name] = known.FloatDistribution(dimension.low, _last(dimension), step=dimension.step)
    return box


def _last(dimension: Dimension) -> float:
    """Return the highest value on the grid of a number; Optuna wants its ranges to end on one."""
    if dimension.step is None:
        return dimension.high
    steps = math.floor((dimension.high - dimension.low) / dimension.step + 1e-9)
    return round(dimension.low + steps * dimension.step, 9)


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Keep Optuna's own log lines and notes on experimental parts from the user's screen while the search talks to
    it."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(before)
