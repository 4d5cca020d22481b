"""The ensemble: parameter sets that the calibration found about as good as the best, one of which is the default."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

from rehab_opt.errors import InputError

FILE = "ensemble.toml"


def ensemble() -> tuple[Mapping[str, float], ...]:
    """Return the parameter overrides of every member, best first.

    The file holds one ``[[member]]`` each, with its ``loss`` and a table ``set`` of dotted parameter names.

    Raises
    ------
    InputError
        If there is no ensemble in this version of the package, or a member cannot be used.
    """
    file = files("rehab_opt.validation") / FILE
    if not file.is_file():
        raise InputError("this version of the package has no ensemble of parameter sets", key="--ensemble")
    return parse_ensemble(file.read_text("utf-8"))


def parse_ensemble(text: str) -> tuple[Mapping[str, float], ...]:
    """Read the text of an ensemble file; see `ensemble`.

    Examples
    --------
    >>> parse_ensemble('[[member]]\\nloss = 1.5\\nset = {"network.units" = 480}')
    ({'network.units': 480.0},)
    """
    from rehab_opt.parameters import check_overrides

    try:
        members = tomllib.loads(text)["member"]
        found = tuple({str(name): float(value) for name, value in member["set"].items()} for member in members)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"cannot be read: {error}", file=FILE) from None
    if not found:
        raise InputError("has no member", file=FILE)
    for number, overrides in enumerate(found):
        check_overrides(overrides, key=f"member[{number}].set")
    return found
