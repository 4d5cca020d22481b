"""What the run log holds: fits of patients, trials of the search, and blocks of patients under named policies. Plain
data with a JSON form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rehab_opt.fitting import Fit
from rehab_opt.search.evaluate import PatientResult

Point = Mapping[str, float | int | str]
"""Coordinates of a schedule in the study's box: name of the dimension -> value."""

COMPLETED, FAILED, CRASHED, TIMED_OUT = "completed", "failed", "crashed", "timed-out"
REFERENCE, CHOICE, CONFIRM = "reference", "choice", "confirm"
FIT = "fit"
ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRecord:
    """One finished trial of the search.

    Parameters
    ----------
    number
        Position in the search, from 0.
    point
        Where in the box it lies.
    origin
        Name of the reference protocol that was entered here, or ``"sampler"``.
    outcome
        ``"completed"``, ``"failed"`` (the model raised an error), ``"crashed"`` (its worker died repeatedly) or
        ``"timed-out"`` (a block of patients took longer than it may).
    value
        The objective over the search panel; None unless completed.
    constraints
        Constraint -> value minus its maximum; 0 or less is feasible.
    results
        One result a patient, in the order of the panel.
    message
        Why it failed.
    """

    number: int
    point: Point
    origin: str
    outcome: str
    value: float | None = None
    constraints: Mapping[str, float] = field(default_factory=dict)
    results: tuple[PatientResult, ...] = ()
    message: str = ""

    @property
    def feasible(self) -> bool:
        """Whether it completed and met every constraint."""
        return self.outcome == COMPLETED and all(value <= 0.0 for value in self.constraints.values())

    @property
    def violation(self) -> float:
        """By how much the constraints are broken, summed; 0 when feasible."""
        return sum(max(value, 0.0) for value in self.constraints.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {
            "kind": "trial",
            "number": self.number,
            "point": dict(self.point),
            "origin": self.origin,
            "outcome": self.outcome,
            "value": self.value,
            "constraints": dict(self.constraints),
            "results": [result.to_dict() for result in self.results],
            "message": self.message,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrialRecord:
        """Return the record of a line."""
        names = ("number", "point", "origin", "outcome", "value", "constraints", "message")
        return cls(**{name: data[name] for name in names}, results=_results(data["results"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRecord:
    """One block of patients under one named policy, outside the trials: a reference, the choice or the confirmation.

    Parameters
    ----------
    panel
        ``"reference"`` (the search panel), ``"choice"`` or ``"confirm"``.
    policy
        Name of the policy; a finalist is called ``"trial-<number>"``.
    block
        Position of the block in the panel, from 0.
    outcome, results, message
        As in `TrialRecord`.
    """

    panel: str
    policy: str
    block: int
    outcome: str
    results: tuple[PatientResult, ...] = ()
    message: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What makes it unique in a log."""
        return self.panel, self.policy, self.block

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {
            "kind": self.panel,
            "policy": self.policy,
            "block": self.block,
            "outcome": self.outcome,
            "results": [result.to_dict() for result in self.results],
            "message": self.message,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> BlockRecord:
        """Return the record of a line."""
        names = ("policy", "block", "outcome", "message")
        return cls(panel=data["kind"], **{name: data[name] for name in names}, results=_results(data["results"]))


@dataclass(frozen=True, slots=True)
class FitRecord:
    """The lesion found for one patient's measured baseline."""

    fit: Fit

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {"kind": FIT, **self.fit.to_data()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FitRecord:
        """Return the record of a line."""
        return cls(Fit.from_data(data))


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedRecord:
    """The user went on with other code than before.

    Parameters
    ----------
    changes
        What was accepted: ``"versions"``, ``"model"``.
    source, versions
        The code from here on.
    trials
        Trials that were finished before.
    """

    changes: tuple[str, ...]
    source: str
    versions: Mapping[str, str]
    trials: int

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {
            "kind": ACCEPTED,
            "changes": list(self.changes),
            "source": self.source,
            "versions": dict(self.versions),
            "trials": self.trials,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> AcceptedRecord:
        """Return the record of a line."""
        return cls(
            changes=tuple(data["changes"]), source=data["source"], versions=data["versions"], trials=data["trials"]
        )


Record = TrialRecord | BlockRecord | FitRecord | AcceptedRecord
"""A line of the log after the header."""


def _results(rows: Sequence[Mapping[str, Any]]) -> tuple[PatientResult, ...]:
    return tuple(PatientResult.from_dict(row) for row in rows)
