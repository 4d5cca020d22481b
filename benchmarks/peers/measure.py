"""One size: every peer is prepared and then run in turn with the package, so that both see the same machine."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import say
from benchmarks.peers.child import Child, PeerError, this_environment
from benchmarks.peers.environments import Installed
from benchmarks.peers.implementations.problem import Form, Problem
from benchmarks.peers.peers import US, Peer
from benchmarks.peers.reference import solve
from benchmarks.peers.work import STEPS, held_out_score

TOLERANCE, MOST_STEPS = 2e-3, 60  # of a day's settling: the package's defaults
_TIGHT = Form(0, 1000, 1e-5)  # the course that others are held against
LARGE = 1000  # units from which on some peers run fewer days
_GUARANTEED_DAYS = 10  # every day costs the same: no need to see all


@dataclass(slots=True)
class Timing:
    """A form of the work, per day and patient.

    Attributes
    ----------
    days
        Days of a run.
    milliseconds
        Of each run, per day and patient.
    ours
        Of the package just before and after it, mean.
    build_seconds
        What the first run took beyond the median of the others: compilation, mostly.
    agreement
        Largest difference from the reference in rates and weights, relative to the largest entry of each.
    score_difference
        FM-UE of the end state minus that of the tightly settled course.
    steps
        Settling steps a day.
    scaled
        Not measured, but another number of steps' time scaled.
    """

    days: int
    milliseconds: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    build_seconds: float = 0.0
    agreement: float | None = None
    score_difference: float | None = None
    steps: float = 0.0
    scaled: bool = False

    @property
    def median(self) -> float:
        """Milliseconds per day and patient."""
        return statistics.median(self.milliseconds)

    @property
    def ratio(self) -> float:
        """Times as long as the package took next to it; the median of the pairs."""
        return statistics.median(a / b for a, b in zip(self.milliseconds, self.ours, strict=True))


@dataclass(slots=True)
class Row:
    """What is known of a peer at a size: a reason, or timings by form ("fixed", "tested", "guaranteed")."""

    peer: str
    units: int
    reason: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    timings: dict[str, Timing] = field(default_factory=dict)


class Yardstick:
    """End states of the reference, each computed once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._known: dict[Form, tuple[dict[str, Any], list[int]]] = {}

    def end(self, form: Form) -> tuple[dict[str, Any], list[int]]:
        """Return arrays of the end state and the settling steps of each day."""
        if form not in self._known:
            result, steps = solve(self.problem, form)
            arrays = {name: getattr(result, name) for name in ("rates", "weight", "input_weight", "excitability")}
            self._known[form] = arrays, steps
        return self._known[form]

    def agreement(self, form: Form, found: Mapping[str, Any]) -> float:
        """Return the largest relative difference of some end state."""
        wanted, _ = self.end(form)
        return max(float(np.abs(found[name] - w).max() / np.abs(w).max()) for name, w in wanted.items())

    def score_difference(self, days: int, found: Mapping[str, Any]) -> float:
        """Return FM-UE of some rates minus that of the tightly settled course."""
        tight, _ = self.end(replace(_TIGHT, days=days))
        return held_out_score(self.problem, found["rates"]) - held_out_score(self.problem, tight["rates"])


class Measurement:
    """The peers of one size."""

    def __init__(self, problem: Problem, folder: Path, rounds: int, days: int) -> None:
        self.problem, self.folder, self.rounds, self.days = problem, folder, rounds, days
        self.file = folder / f"problem-{problem.units}.npz"
        problem.save(self.file)
        self.yardstick = Yardstick(problem)
        course = self.yardstick.end(Form(days, MOST_STEPS, TOLERANCE))[1]
        self.guaranteed = max(course)  # steps that meet the tolerance on every day
        self.us = Child(US, this_environment(), self.file)

    def close(self) -> None:
        """End the package's own process."""
        self.us.close()

    def forms(self, peer: Peer) -> dict[str, Form]:
        """Return the forms of the work that a peer is measured in."""
        days = min(self.days, peer.most_days if self.problem.units < LARGE else peer.most_days_large)
        forms = {"fixed": Form(days, STEPS)}
        if peer.tests:
            forms["tested"] = Form(days, MOST_STEPS, TOLERANCE)
        if not peer.rebuilds:
            forms["guaranteed"] = Form(min(days, _GUARANTEED_DAYS), self.guaranteed)
        return forms

    def row(self, peer: Peer, installed: Installed) -> Row:
        """Return the measured row of a peer, or one with the reason why there is none."""
        row = Row(peer.name, self.problem.units)
        if self.problem.units > peer.most_units:
            row.reason = f"not run: {peer.why_not_more}"
            return row
        say(f"{self.problem.units} units: {peer.name}")
        child: Child | None = None
        try:
            child = Child(peer, installed, self.file)
            row.versions = child.versions
            for name, form in self.forms(peer).items():
                row.timings[name] = self._timing(child, name, form)
        except PeerError as error:
            row.reason = str(error)
        finally:
            if child is not None:
                child.close()
        if peer.rebuilds and "fixed" in row.timings:
            row.timings["guaranteed"] = self._scaled(row.timings["fixed"])
        return row

    def _timing(self, child: Child, name: str, form: Form) -> Timing:
        """Prepare both sides, then run them in turn: ours, theirs, ours, theirs, ..., ours."""
        saved, peer = self.folder / "end.npz", child.peer
        first = child.prepare(form, saved)
        # Against steps that settle any day the package goes its own way, through all days: the first ones take most.
        mine = Form(self.days, MOST_STEPS, TOLERANCE) if name == "guaranteed" else form
        self.us.prepare(mine, None)
        timing = Timing(form.days, steps=first.steps / form.days)
        before = self.us.run().seconds
        for _ in range(self.rounds):
            seconds, after = child.run().seconds, self.us.run().seconds
            timing.milliseconds.append(seconds * 1e3 / form.days / peer.patients)
            timing.ours.append((before + after) / 2 * 1e3 / mine.days)
            before = after
        timing.build_seconds = max(0.0, first.all - timing.median * form.days * peer.patients / 1e3)
        with np.load(saved) as found:
            if name != "tested":
                timing.agreement = self.yardstick.agreement(form, found)
            if name == "tested" or not peer.tests:
                timing.score_difference = self.yardstick.score_difference(form.days, found)
        return timing

    def _scaled(self, fixed: Timing) -> Timing:
        """The time of the guaranteed steps from that of the fixed ones, where measuring means to build anew."""
        factor = self.guaranteed / fixed.steps
        self.us.prepare(Form(self.days, MOST_STEPS, TOLERANCE), None)
        times = [value * factor for value in fixed.milliseconds]
        mine = [self.us.run().seconds * 1e3 / self.days for _ in times]
        return Timing(fixed.days, times, mine, steps=float(self.guaranteed), scaled=True)

    def our_row(self) -> Row:
        """Return the package's own row, measured alone."""
        row = Row(US.name, self.problem.units, versions=self.us.versions)
        for name, form in self.forms(US).items():
            if name != "guaranteed":
                row.timings[name] = self._own_timing(name, form)
        return row

    def _own_timing(self, name: str, form: Form) -> Timing:
        saved = self.folder / "end.npz"
        first = self.us.prepare(form, saved)
        timing = Timing(form.days, steps=first.steps / form.days)
        timing.milliseconds = [self.us.run().seconds * 1e3 / form.days for _ in range(2 * self.rounds)]
        timing.ours = timing.milliseconds
        timing.build_seconds = max(0.0, first.all - timing.median * form.days / 1e3)
        with np.load(saved) as found:
            if name == "fixed":
                timing.agreement = self.yardstick.agreement(form, found)
            else:
                timing.score_difference = self.yardstick.score_difference(form.days, found)
        return timing


def measure(
    problem: Problem, peers: Sequence[tuple[Peer, Installed]], folder: Path, rounds: int, days: int
) -> tuple[list[Row], int]:
    """Return the rows of one size, the package's first, and the steps that settle every day."""
    measurement = Measurement(problem, folder, rounds, days)
    try:
        rows = [measurement.our_row()]
        rows += [measurement.row(peer, installed) for peer, installed in peers]
    finally:
        measurement.close()
    return rows, measurement.guaranteed
