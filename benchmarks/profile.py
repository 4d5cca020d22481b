"""Where the time of a course goes: watches around mechanisms, settling, readout, records, building of a brain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import rehab_opt as ro
from benchmarks.common import markdown, usual_care
from benchmarks.timing import Clocks, around_kernels, replaced, timed
from rehab_opt.course import day, model, record
from rehab_opt.course.day import Conductor
from rehab_opt.mechanisms import MECHANISMS, Mechanism
from rehab_opt.network.settling import Settling
from rehab_opt.readout import Biomarkers

REST = "rest (calendar, policy, conductor)"
OUTSIDE = "outside compiled kernels"
PLACES: tuple[tuple[Any, str, str], ...] = (
    (Settling, "load", "settling: pack"),
    (Settling, "drive", "settling: thalamic drive"),
    (Settling, "run", "settling: steps"),
    (day, "score", "readout: function"),
    (record, "clinical", "readout: clinical scales"),
    (Biomarkers, "measure", "readout: biomarkers"),
    (record.Record, "morning", "records"),
    (record.Record, "finish", "records"),
    (model, "build", "building the brain"),
    (model, "timeline", "timeline"),
    (day, "use_of_the_day", "activity of the day"),
)
"""Owner, name and label of the functions beside the mechanisms that are watched."""


@dataclass(frozen=True, slots=True)
class Part:
    """One place where time goes: seconds of its own in a course, share of the course, and calls."""

    name: str
    seconds: float
    share: float
    calls: int


def watched_model(source: ro.Model, clocks: Clocks) -> ro.Model:
    """Return a model of the same settings, with a watch around every step of every mechanism."""

    def watch(row: Mechanism) -> Mechanism:
        also = tuple((phase, clocks.around(row.name, step)) for phase, step in row.also)
        return replace(row, step=clocks.around(row.name, row.step), also=also)

    found = ro.Model(off=source.off, set=dict(source.parameters.overrides))
    found._conductor = Conductor(source.off, tuple(watch(row) for row in MECHANISMS))
    return found


def profile(source: ro.Model, patient: ro.Patient, days: int, repeats: int) -> list[Part]:
    """Return where the time of a course goes, most first; of some repeats the fastest.

    What the watches take is taken out of the rest. Everything must be compiled and the healthy network in memory.
    """

    def once() -> tuple[float, Clocks]:
        clocks = Clocks()
        watched = watched_model(source, clocks)
        places = [(owner, name, clocks.around(label, getattr(owner, name))) for owner, name, label in PLACES]
        with replaced(places):
            return timed(lambda: usual_care(watched, patient, days)), clocks

    return _parts(min((once() for _ in range(repeats)), key=lambda found: found[0]), REST)


def kernel_profile(source: ro.Model, patient: ro.Patient, days: int, repeats: int) -> list[Part]:
    """Return the time inside each compiled kernel, calls from Python included, most first; of repeats the fastest."""

    def once() -> tuple[float, Clocks]:
        clocks = Clocks()
        with around_kernels(clocks.around):
            return timed(lambda: usual_care(source, patient, days)), clocks

    return _parts(min((once() for _ in range(repeats)), key=lambda found: found[0]), OUTSIDE)


def _parts(found: tuple[float, Clocks], remainder: str) -> list[Part]:
    clocks = found[1]
    whole = found[0] - clocks.cost()
    rest = max(0.0, whole - sum(clocks.seconds.values()))
    parts = [Part(name, s, s / whole, clocks.calls[name]) for name, s in clocks.seconds.items()]
    return sorted([*parts, Part(remainder, rest, rest / whole, 1)], key=lambda part: -part.seconds)


def table(parts: list[Part], days: int) -> str:
    """Return the parts as Markdown."""
    cells = []
    for part in parts:
        each = f"{part.seconds / part.calls * 1e6:.0f}" if part.calls > 1 else "-"
        calls = f"{part.calls / (days + 1):.1f}"
        cells.append([part.name, f"{part.seconds * 1e3:.1f}", f"{100 * part.share:.1f}", calls, each])
    return markdown(("where", "ms of the course", "share %", "calls a day", "µs a call"), cells)
