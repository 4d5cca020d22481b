"""What is left of one finding without one mechanism, and all of them together as plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rehab_opt.errors import InputError
from rehab_opt.validation.catalogue import Target, select
from rehab_opt.validation.checks import HOLDS
from rehab_opt.validation.result import TargetResult

SHAPE = "shape"
FORM = "rehab-opt.audit/1"
LITTLE = 0.2
"""Share of an effect below which it counts as gone, whatever the verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One finding with one mechanism removed.

    Attributes
    ----------
    target, mechanism
        Id of the target, kebab-case name of the mechanism.
    verdict
        ``"holds"`` or ``"falls short"`` without the mechanism.
    measured
        First check without it; None when it could not be measured.
    left
        That over the value with all mechanisms; None when one could not be measured or the latter is 0.
    turned
        Names of the checks that fall short without it: the first one may be as large as ever.
    trouble
        Why the experiment could not be run without the mechanism; else empty.
    """

    target: str
    mechanism: str
    verdict: str
    measured: float | None
    left: float | None
    turned: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def abolished(self) -> bool:
        """Whether the finding is gone: the verdict turned, or at most a fifth of the effect is left.

        What could not be run or measured says nothing.
        """
        if self.trouble or self.measured is None:
            return False
        return self.verdict != HOLDS or (self.left is not None and self.left <= LITTLE)

    def to_data(self) -> dict[str, Any]:
        """Return the effect as JSON-ready data."""
        own = ("target", "mechanism", "verdict", "measured", "left", "trouble")
        row = {key: getattr(self, key) for key in own}
        return {**row, "turned": list(self.turned), "abolished": self.abolished}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Effect:
        """Read the form that `to_data` writes."""
        row = {key: value for key, value in data.items() if key != "abolished"}
        return cls(**{**row, "turned": tuple(row["turned"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A finished audit.

    Attributes
    ----------
    mechanisms
        Those that were removed, one at a time.
    whole
        Every target asked for, with all mechanisms.
    effects
        One per target that holds and mechanism.
    provenance
        See `rehab_opt.validation.Validation`.
    """

    mechanisms: tuple[str, ...]
    whole: tuple[TargetResult, ...]
    effects: tuple[Effect, ...]
    provenance: Mapping[str, str]

    def to_data(self) -> dict[str, Any]:
        """Return the audit as JSON-ready data."""
        return {
            "format": FORM,
            "disclaimer": "Simulation, not clinical advice.",
            "provenance": dict(self.provenance),
            "mechanisms": list(self.mechanisms),
            "targets": [
                {
                    "id": row.target.id,
                    "group": row.target.group,
                    "verdict": row.verdict,
                    "trouble": row.trouble,
                    "check": row.checks[0].name if row.checks else None,
                    "measured": _finite(row.checks[0].measured) if row.checks else None,
                    "abolished_by": [e.mechanism for e in self.effects if e.target == row.target.id and e.abolished],
                }
                for row in self.whole
            ],
            "effects": [row.to_data() for row in self.effects],
        }


def compare(whole: TargetResult, without: TargetResult, mechanism: str) -> Effect:
    """Return what is left of a finding that holds."""
    before = _finite(whole.checks[0].measured)
    after = _finite(without.checks[0].measured) if without.checks else None
    left = None if after is None or before is None or before == 0 else after / before
    own = {"target": whole.target.id, "mechanism": mechanism, "verdict": without.verdict}
    turned = tuple(check.name for check in without.checks if not check.holds)
    return Effect(**own, measured=after, left=left, turned=turned, trouble=without.trouble)


def shape_targets(ids: Sequence[str] = (), groups: Sequence[str] = ()) -> tuple[Target, ...]:
    """Return the shape targets with these ids or in these groups; all of them when neither is given.

    Raises
    ------
    InputError
        If an id or a group is unknown, or an id is not of the kind ``shape``.

    Examples
    --------
    >>> len(shape_targets()), [target.id for target in shape_targets(groups=["models"])]
    (36, ['residual-capacity', 'targeted-feedback'])
    """
    chosen = select(ids, groups)
    for target in chosen:
        if target.id in ids and target.kind != SHAPE:
            raise InputError("is not of the kind shape", key="--target", value=target.id)
    return tuple(target for target in chosen if target.kind == SHAPE)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
