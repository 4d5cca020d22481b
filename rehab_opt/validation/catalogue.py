"""The published findings that the model is held against, read from the file that travels with the package."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rehab_opt.errors import InputError, unknown_name_error

KINDS = ("calibrate", "shape")
"""``calibrate``: parameters may be fitted to it; ``shape``: never fitted, only checked."""


@dataclass(frozen=True, slots=True)
class Target:
    """One published finding.

    Attributes
    ----------
    id, kind, group
        Kebab-case name, one of `KINDS`, and the group of experiments that it belongs to.
    statement, target
        The finding in words, and what counts as reproducing it.
    source, evidence
        Publication; T = stated in a text that was read, D = derived from such numbers, P = tolerance chosen here,
        K = general knowledge.
    how
        How the experiment is done.
    """

    id: str
    kind: str
    group: str
    statement: str
    target: str
    source: str
    evidence: str
    how: str


def targets_text() -> bytes:
    """Return the targets file as it is, byte for byte."""
    return (files("rehab_opt.validation") / "targets.toml").read_bytes()


def targets_hash() -> str:
    """Return the SHA-256 of the targets file.

    Examples
    --------
    >>> len(targets_hash())
    64
    """
    return hashlib.sha256(targets_text()).hexdigest()


@cache
def targets() -> Mapping[str, Target]:
    """Return every target by its id, in the order of the file.

    Examples
    --------
    >>> len(targets()), targets()["chronic-floor"].kind
    (48, 'calibrate')
    """
    rows = tomllib.loads(targets_text().decode("utf-8"))["target"]
    return {row["id"]: Target(**row) for row in rows}


def target_groups() -> tuple[str, ...]:
    """Return the names of all groups, in the order of the file.

    Examples
    --------
    >>> target_groups()[:2]
    ('map', 'network')
    """
    return tuple(dict.fromkeys(target.group for target in targets().values()))


def select(ids: Sequence[str] = (), group_names: Sequence[str] = ()) -> tuple[Target, ...]:
    """Return the targets with these ids or in these groups, in the order of the file; all when neither is given.

    Raises
    ------
    InputError
        If an id or a group is unknown; names the nearest one.

    Examples
    --------
    >>> [target.id for target in select(group_names=["models"])]
    ['residual-capacity', 'targeted-feedback']
    >>> select(["chronic-flour"])
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: --target: unknown target (got 'chronic-flour'); did you mean 'chronic-floor'?
    """
    for name in ids:
        if name not in targets():
            # Forty-eight names in one message help nobody; the nearest one does.
            nearest = unknown_name_error("target", name, targets()).nearest
            raise InputError("unknown target", key="--target", value=name, nearest=nearest)
    for name in group_names:
        if name not in target_groups():
            raise unknown_name_error("group", name, target_groups(), key="--group")
    everything = not ids and not group_names
    return tuple(t for t in targets().values() if everything or t.id in ids or t.group in group_names)
