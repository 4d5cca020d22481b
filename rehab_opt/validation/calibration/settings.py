"""What a calibration is asked to do: its file, its targets, and the numbers of the model that it may move."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.validation.calibration.fitted import Fitted, resolve
from rehab_opt.validation.catalogue import Target, select, targets

CALIBRATE = "calibrate"
WHOLE = {"seed": (0, 0), "trials": (300, 1), "startup": (24, 1), "finalists": (6, 1), "repeats": (3, 2)}
"""Whole numbers of the file: key -> (default, least)."""
REAL = {"seeds": 0.25, "prior_weight": 0.05}
"""Positive numbers of the file: key -> default."""
OTHER = ("name", "sampler", "targets", "parameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A calibration as its file asks for it.

    Attributes
    ----------
    name, seed
        Kebab-case name; root of the sampler's random numbers and name of the stream of patients.
    trials, sampler, startup
        Budget, one of `rehab_opt.search.SAMPLERS`, and the trials at random before it models anything.
    seeds
        Factor on the numbers of patients of every experiment.
    finalists, repeats
        How many of the best are run again, and on how many fresh sets of patients.
    prior_weight
        Weight of the departure from today's values; see `rehab_opt.validation.calibration.loss`.
    targets
        Ids; all of the kind ``calibrate``.
    parameters
        What may move, and where.
    """

    name: str
    seed: int
    trials: int
    sampler: str
    startup: int
    seeds: float
    finalists: int
    repeats: int
    prior_weight: float
    targets: tuple[str, ...]
    parameters: tuple[Fitted, ...]

    @property
    def chosen(self) -> tuple[Target, ...]:
        """The targets, in the order of their file."""
        return calibrate_targets(self.targets)

    @property
    def start(self) -> dict[str, float]:
        """Today's values: the first trial."""
        return {row.name: row.start for row in self.parameters}

    def identity(self) -> dict[str, Any]:
        """Return all that a trial depends on beside the sources; a larger budget goes on with the same trials."""
        own = ("seed", "sampler", "startup", "seeds", "prior_weight")
        rows = {row.name: {"scale": row.scale, "given": list(row.given)} for row in self.parameters}
        return {**{key: getattr(self, key) for key in own}, "targets": list(self.targets), "parameters": rows}

    def with_trials(self, trials: int | None) -> Calibration:
        """Return the same with another budget, if one is given."""
        return self if trials is None else replace(self, trials=trials)


def calibrate_targets(ids: tuple[str, ...]) -> tuple[Target, ...]:
    """Return targets that parameters may be fitted to.

    Raises
    ------
    InputError
        If one is unknown, or is there to be checked only: such a target never enters a fit.

    Examples
    --------
    >>> [target.id for target in calibrate_targets(("chronic-floor",))]
    ['chronic-floor']
    """
    allowed = ", ".join(target.id for target in targets().values() if target.kind == CALIBRATE)
    if not ids or len(set(ids)) != len(ids):
        raise InputError("must be a list of different targets", key="targets", value=list(ids), allowed=allowed)
    for name in ids:
        if name not in targets():
            raise unknown_name_error("target", name, allowed.split(", "), key="targets")
        if targets()[name].kind != CALIBRATE:
            raise InputError("is of the kind shape: never fitted", key="targets", value=name, allowed=allowed)
    return select(ids)


def load_calibration(path: Path) -> Calibration:
    """Read a calibration file.

    Raises
    ------
    InputError
        If it cannot be read, or something in it cannot be used.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}", file=path) from None
    try:
        return parse_calibration(text)
    except InputError as error:
        raise error.within(path) from None


def parse_calibration(text: str) -> Calibration:
    r"""Read the text of a calibration file.

    Raises
    ------
    InputError
        If something in it cannot be used: names the key and what is allowed.

    Examples
    --------
    >>> found = parse_calibration('name = "small"\n[parameters]\n"assessment.fm-noise" = {}')
    >>> found.trials, len(found.targets), found.start
    (300, 12, {'assessment.fm-noise': 2.5})
    """
    from rehab_opt.search import SAMPLERS, check_sampler

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not valid TOML: {error}") from None
    known = (*OTHER, *WHOLE, *REAL)
    for key in data:
        if key not in known:
            raise unknown_name_error("key", key, known)
    name, sampler, rows = data.get("name"), data.get("sampler", "tpe"), data.get("parameters")
    if not isinstance(name, str) or not name.replace("-", "").isalnum():
        raise InputError("must be a kebab-case name", key="name", value=name)
    if sampler not in SAMPLERS:
        raise unknown_name_error("sampler", str(sampler), SAMPLERS, key="sampler")
    if not isinstance(rows, dict) or not rows:
        raise InputError("must name the parameters to fit", key="parameters", value=rows)
    try:
        check_sampler(sampler, (), len(rows))
    except InputError as error:
        raise InputError(error.message, key="sampler", value=sampler, allowed=error.allowed) from None
    return Calibration(
        name=name,
        sampler=sampler,
        targets=tuple(target.id for target in _targets(data)),
        parameters=tuple(resolve(key, row) for key, row in rows.items()),
        seed=_whole(data, "seed"),
        trials=_whole(data, "trials"),
        startup=_whole(data, "startup"),
        finalists=_whole(data, "finalists"),
        repeats=_whole(data, "repeats"),
        seeds=_real(data, "seeds"),
        prior_weight=_real(data, "prior_weight"),
    )


def _targets(data: Mapping[str, Any]) -> tuple[Target, ...]:
    everything = [target.id for target in targets().values() if target.kind == CALIBRATE]
    ids = data.get("targets", everything)
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        raise InputError("must be a list of ids", key="targets", value=ids)
    return calibrate_targets(tuple(ids))


def _whole(data: Mapping[str, Any], key: str) -> int:
    default, least = WHOLE[key]
    value = data.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError("must be a whole number", key=key, value=value, allowed=f"{least} or more")
    return value


def _real(data: Mapping[str, Any], key: str) -> float:
    value = data.get(key, REAL[key])
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise InputError("must be a positive number", key=key, value=value)
    return float(value)
