"""One evaluated parameter set: its loss, what every check of every target measured, and its line in the log."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehab_opt.validation.calibration.loss import check_loss
from rehab_opt.validation.result import TargetResult

TRIAL, FRESH = "trial", "fresh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A finished evaluation.

    Attributes
    ----------
    kind
        ``"trial"`` on the patients that all trials share, ``"fresh"`` on others.
    number, repeat
        Number of the trial, from 0; which set of fresh patients (0 for a trial).
    point
        Parameter -> value.
    loss
        What the search minimises, `prior` included.
    prior
        Its part from the departure of the parameters, already weighted.
    targets
        Id -> ``kind``, ``loss``, ``trouble`` and ``checks`` (name, measured, tolerance, loss) as plain data.
    seconds
        What it took.
    """

    kind: str
    number: int
    repeat: int
    point: Mapping[str, float]
    loss: float
    prior: float
    targets: Mapping[str, Mapping[str, Any]]
    seconds: float

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes it unique in a log."""
        return self.kind, self.number, self.repeat

    def to_data(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        names = ("kind", "number", "repeat", "loss", "prior", "seconds")
        return {
            **{name: getattr(self, name) for name in names},
            "point": dict(self.point),
            "targets": {name: dict(row) for name, row in self.targets.items()},
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Record:
        """Read the form that `to_data` writes."""
        names = ("kind", "number", "repeat", "point", "loss", "prior", "targets", "seconds")
        return cls(**{name: data[name] for name in names})


def target_row(result: TargetResult, loss: float) -> dict[str, Any]:
    """Return what the log holds of one target."""
    checks = [
        {
            "name": check.name,
            "measured": check.measured if math.isfinite(check.measured) else None,
            "tol_low": check.tol_low,
            "tol_high": check.tol_high,
            "loss": check_loss(check),
            "holds": check.holds,
        }
        for check in result.checks
    ]
    return {"kind": result.target.kind, "loss": loss, "trouble": result.trouble, "checks": checks}
