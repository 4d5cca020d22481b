"""Samplers of Optuna by name, built anew for each trial, and the check that a sampler can do what a study asks of
it."""

from __future__ import annotations

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

SAMPLERS = ("tpe", "cma-es", "nsga-ii", "qmc", "random")


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
        Trials proposed at random before the sampler models anything (TPE, CMA-ES); size of a generation (NSGA-II).

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
        # One range at a time: it found planted optima of 8 to 30 dimensions better than all ranges together did.
        return samplers.TPESampler(n_startup_trials=startup, seed=own, multivariate=False)
    if name == "cma-es":
        return samplers.CmaEsSampler(n_startup_trials=startup, seed=own, warn_independent_sampling=False)
    if name == "nsga-ii":
        return samplers.NSGAIISampler(population_size=max(2, startup), seed=own)
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


def check_sampler(name: str, constraints: Sequence[str], dimensions: int) -> None:
    """Refuse, before anything runs, what a sampler would ignore in silence.

    Raises
    ------
    InputError
        If the sampler is unknown, or does not heed constraints and there are some, or cannot work in so few dimensions.

    Examples
    --------
    >>> check_sampler("tpe", ["seizure-rate"], dimensions=5)
    >>> check_sampler("tpee", [], dimensions=5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: search.sampler: unknown sampler (got 'tpee'); ... did you mean 'tpe'?
    """
    if name not in SAMPLERS:
        raise unknown_name_error("sampler", name, SAMPLERS, key="search.sampler")
    if name != "cma-es":
        return
    others = ", ".join(other for other in SAMPLERS if other != name)
    if constraints:
        message = f"does not heed constraints ({', '.join(constraints)})"
        raise InputError(message, key="search.sampler", value=name, allowed=others)
    if dimensions < 2:
        raise InputError("needs two searched ranges", key="search.sampler", value=name, allowed=others)


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
