"""Seconds, bytes and counts of work of one patient's course on one core, by size of the network.

Run ``python -m benchmarks.course [--quick]``; ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import statistics
import sys
import tracemalloc
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

import rehab_opt as ro
from benchmarks.common import HORIZON, QUICK_HORIZON, arguments, markdown, say, store, usual_care
from benchmarks.figures import Figure, failed, stored
from benchmarks.timing import counted, one_core, timed
from rehab_opt.parameters import Parameters
from rehab_opt.patient.build import build

SIZES = (240, 600, 2000, 10_000, 20_000)
LARGE = 10_000  # from here on shorter courses
EQUAL_DAYS = 28  # of the courses that are compared across sizes: the same days at every size
DEFAULT_SIZE = 600
MOST_SECONDS, MOST_MEGABYTES = 0.5, 50.0  # of a default-size 26-week course
EXPONENT = (0.9, 1.1)  # of seconds against synapses, from the default size on


@dataclass(frozen=True, slots=True)
class Row:
    """One size and length: occupied synapses, median seconds, peak additional megabytes, and counts of work a day.

    ``updates`` are synapse-stimulus updates of settling, ``plastic`` those of the rules of learning.
    """

    units: int
    synapses: int
    days: int
    seconds: float
    megabytes: float
    settles: float
    steps: float
    updates: float
    plastic: float


def synapses(patient: ro.Patient, parameters: Parameters) -> int:
    """Return the number of occupied synapses of a patient's brain at the moment of the lesion."""
    brain = build(patient, parameters)
    weights = (brain.state.recurrent.weight, brain.state.thalamic.weight, brain.anatomy.callosal)
    return sum(int(np.count_nonzero(weight)) for weight in weights)


def measure(units: int, lengths: Sequence[int], repeats: int) -> list[Row]:
    """Time courses of default patient 1; memory is traced in a run of its own, because tracing costs time."""
    say(f"{units} units")
    model, patient = ro.Model(set={"network.units": units}), ro.Patient.sample(seed=1)
    usual_care(model, patient, 15)  # warm-up: compiles, grows the healthy network, reaches the first therapy
    rows = []
    for days in lengths:

        def course(days: int = days) -> object:
            return usual_care(model, patient, days)

        with counted() as found:
            seconds = statistics.median(timed(course) for _ in range(repeats))
        work, each = found[-1], days + 1
        rows.append(
            Row(
                units,
                synapses(patient, model.parameters),
                days,
                seconds,
                peak_megabytes(model, patient, days),
                work.settles / each,
                work.steps / each,
                work.synapse_updates / each,
                work.plastic_updates / each,
            )
        )
    return rows


def peak_megabytes(model: ro.Model, patient: ro.Patient, days: int) -> float:
    """Return what one more patient needs at most while it runs; what was there before is not counted."""
    tracemalloc.start()
    try:
        usual_care(model, patient, days)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Return b of the least-squares line log seconds = a + b log size.

    Examples
    --------
    >>> round(exponent([1, 10, 100], [2, 20, 200]), 6)
    1.0
    """
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def figures(rows: Sequence[Row], days: int) -> list[Figure]:
    """Return the figures of acceptance."""
    default = next(row for row in rows if row.units == DEFAULT_SIZE and row.days == days)
    equal = [row for row in rows if row.units >= DEFAULT_SIZE and row.days == min(EQUAL_DAYS, days)]
    name = f"{days}-day course, {DEFAULT_SIZE} units, one core"
    found = [
        Figure.at_most(name, default.seconds, MOST_SECONDS, "s"),
        Figure.at_most("each further patient", default.megabytes, MOST_MEGABYTES, "MB"),
    ]
    if len(equal) > 1:
        power = exponent([row.synapses for row in equal], [row.seconds for row in equal])
        words = f"exponent of seconds against synapses, {equal[0].units} to {equal[-1].units} units"
        found.append(Figure.between(words, power, *EXPONENT))
    return found


def table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown."""
    heads = (
        "units",
        "synapses",
        "days",
        "seconds",
        "ms a day",
        "peak additional MB",
        "settles a day",
        "settling steps a day",
        "10^6 synapse-stimulus updates a day",
        "10^6 plasticity updates a day",
    )
    cells = []
    for r in rows:
        size = [f"{r.units}", f"{r.synapses}", f"{r.days}"]
        cost = [f"{r.seconds:.3f}", f"{1e3 * r.seconds / (r.days + 1):.2f}", f"{r.megabytes:.1f}"]
        work = [f"{r.settles:.2f}", f"{r.steps:.1f}", f"{r.updates / 1e6:.2f}", f"{r.plastic / 1e6:.2f}"]
        cells.append(size + cost + work)
    return markdown(heads, cells)


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__).parse_args()
    days = QUICK_HORIZON if chosen.quick else HORIZON
    rows: list[Row] = []
    with one_core():
        for units in SIZES[:3] if chosen.quick else SIZES:
            lengths = [days] if chosen.quick else [EQUAL_DAYS] if units >= LARGE else [EQUAL_DAYS, days]
            rows += measure(units, lengths, 1 if chosen.quick else 3 if units >= LARGE else 5)
    found = figures(rows, days)
    print(table(rows))
    print(f"\n{LARGE} units and more: {EQUAL_DAYS} days; the exponent compares courses of equal days")
    for figure in found:
        print(f"{figure.name}: {figure.value} ({figure.limit})")
    store("course", {"acceptance": stored(found), "rows": [asdict(row) for row in rows]}, chosen.out, chosen.quick)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
