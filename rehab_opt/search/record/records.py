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

COMPLETED, STOPPED, FAILED, CRASHED, TIMED_OUT = "completed", "stopped", "failed", "crashed", "timed-out"
REFERENCE, CHOICE, CONFIRM, WHAT_IF = "reference", "choice", "confirm", "what-if"
FIT, PART, END, CLOCK = "fit", "part", "end", "clock"
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
        ``"completed"``, ``"stopped"`` (clearly worse, or sure to break a constraint, before its last patient),
        ``"failed"`` (the model raised an error), ``"crashed"`` (its worker died repeatedly) or ``"timed-out"`` (a block
        of patients took longer than it may).
    value
        The objective over the search panel, estimated when stopped; None when failed or crashed.
    constraints
        Constraint -> value minus its maximum; 0 or less is feasible. Over the patients seen when stopped.
    results
        One result a patient seen, in the order of the panel.
    message
        Why it failed or was stopped.
    values
        All objectives when there are several, the first of them again; otherwise empty.
    """

    number: int
    point: Point
    origin: str
    outcome: str
    value: float | None = None
    constraints: Mapping[str, float] = field(default_factory=dict)
    results: tuple[PatientResult, ...] = ()
    message: str = ""
    values: tuple[float, ...] = ()

    @property
    def feasible(self) -> bool:
        """Whether it has a value and met every constraint, as far as it was evaluated."""
        return self.outcome in (COMPLETED, STOPPED) and all(value <= 0.0 for value in self.constraints.values())

    @property
    def candidate(self) -> bool:
        """Whether it can be chosen: feasible on the whole panel."""
        return self.outcome == COMPLETED and self.feasible

    @property
    def objectives(self) -> tuple[float, ...]:
        """All objectives, also when there is one; none without a value."""
        return self.values or (() if self.value is None else (self.value,))

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
            **({"values": list(self.values)} if self.values else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TrialRecord:
        """Return the record of a line."""
        names = ("number", "point", "origin", "outcome", "value", "constraints", "message")
        results, values = _results(data["results"]), tuple(data.get("values", ()))
        return cls(**{name: data[name] for name in names}, results=results, values=values)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRecord:
    """One block of patients under one named policy, outside the trials: a reference, the choice or the confirmation.

    Parameters
    ----------
    panel
        ``"reference"`` (the search panel), ``"choice"``, ``"confirm"`` or ``"what-if"``.
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


@dataclass(frozen=True, slots=True)
class PartRecord:
    """Results of a trial that was looked at and goes on: those since the look before, in the order of the panel."""

    number: int
    point: Point
    results: tuple[PatientResult, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        results = [result.to_dict() for result in self.results]
        return {"kind": PART, "number": self.number, "point": dict(self.point), "results": results}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PartRecord:
        """Return the record of a line."""
        return cls(data["number"], data["point"], _results(data["results"]))


@dataclass(frozen=True, slots=True)
class EndRecord:
    """The search ended before its budget of trials: ``reason`` is ``"hours"`` or ``"noise"``, ``trials`` all that
    count."""

    reason: str
    trials: int

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {"kind": END, "reason": self.reason, "trials": self.trials}


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """The search goes on now, after ``used`` seconds of search in earlier sessions; written when hours are limited."""

    used: float

    def to_dict(self) -> dict[str, Any]:
        """Return the line of the log, as plain data."""
        return {"kind": CLOCK, "used": self.used}


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


Record = TrialRecord | PartRecord | BlockRecord | FitRecord | EndRecord | ClockRecord | AcceptedRecord
"""A line of the log after the header."""


def _results(rows: Sequence[Mapping[str, Any]]) -> tuple[PatientResult, ...]:
    return tuple(PatientResult.from_dict(row) for row in rows)
