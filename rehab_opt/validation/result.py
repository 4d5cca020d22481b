"""What came of one target, how it is kept, and the totals that a reader wants first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rehab_opt.validation.catalogue import KINDS, Target, targets
from rehab_opt.validation.checks import FALLS_SHORT, HOLDS, Check
from rehab_opt.validation.finding import Figure

NOT_RUN = "not run"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetResult:
    """One target with its checks. It holds when it was run and every check holds.

    Attributes
    ----------
    target
        The published finding.
    checks, figure
        Of its experiment; none when it was not run or failed.
    trouble
        Why there are no checks: ``"not run"`` without an experiment, else the error's text. Empty otherwise.
    seconds
        What the experiment took when it was run; courses that were at hand cost nothing.
    """

    target: Target
    checks: tuple[Check, ...] = ()
    figure: Figure | None = None
    trouble: str = ""
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """``"holds"`` or ``"falls short"``."""
        return HOLDS if self.checks and all(check.holds for check in self.checks) else FALLS_SHORT

    @property
    def holds(self) -> bool:
        """Whether the verdict is ``"holds"``."""
        return self.verdict == HOLDS

    def to_data(self) -> dict[str, Any]:
        """Return the result in the published form for scripts.

        Examples
        --------
        >>> TargetResult(target=targets()["map-sham"], trouble="not run").to_data()["verdict"]
        'falls short'
        """
        target = self.target
        return {
            "id": target.id,
            "kind": target.kind,
            "group": target.group,
            "checks": [check.to_data() for check in self.checks],
            "verdict": self.verdict,
        }

    def to_kept(self) -> dict[str, Any]:
        """Return all of the result as JSON-ready data, for the disk."""
        figure = None if self.figure is None else self.figure.to_data()
        return {**self.to_data(), "figure": figure, "seconds": self.seconds}

    @classmethod
    def from_kept(cls, data: dict[str, Any]) -> TargetResult:
        """Read the form that `to_kept` writes."""
        return cls(
            target=targets()[data["id"]],
            checks=tuple(Check.from_data(row) for row in data["checks"]),
            figure=None if data["figure"] is None else Figure.from_data(data["figure"]),
            seconds=float(data["seconds"]),
        )


def totals(results: Sequence[TargetResult]) -> tuple[tuple[str, int, int], ...]:
    """Return (kind, how many hold, how many there are) for both kinds of target.

    Examples
    --------
    >>> totals([TargetResult(target=targets()["map-sham"], trouble="not run")])
    (('calibrate', 0, 0), ('shape', 0, 1))
    """
    of_kind = {kind: [result for result in results if result.target.kind == kind] for kind in KINDS}
    return tuple((kind, sum(result.holds for result in rows), len(rows)) for kind, rows in of_kind.items())
