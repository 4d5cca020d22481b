"""Seconds and bytes of one patient's 26-week course on one core, by size of the network; compile time apart.

Run ``python -m benchmarks.course [--full] [--quick]``; ends with 1 when a default-size course misses its limits.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np

import rehab_opt as ro
from benchmarks.common import HORIZON, QUICK_HORIZON, arguments, markdown, say, store, usual_care
from rehab_opt.network.healthy import healthy_network
from rehab_opt.parameters import Parameters
from rehab_opt.patient.build import build

SIZES = (240, 600, 2000)
FULL_SIZES = (*SIZES, 6000, 20_000)
DEFAULT_SIZE = 600
MOST_SECONDS, MOST_MEGABYTES = 1.5, 200.0  # of a default-size 26-week course
REPEATS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One size: units, occupied synapses, days, median seconds of the repeats, and peak additional megabytes."""

    units: int
    synapses: int
    days: int
    seconds: float
    megabytes: float


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def synapses(patient: ro.Patient, parameters: Parameters) -> int:
    """Return the number of occupied synapses of a patient's brain at the moment of the lesion."""
    brain = build(patient, parameters)
    weights = (brain.state.recurrent.weight, brain.state.thalamic.weight, brain.anatomy.callosal)
    return sum(int(np.count_nonzero(weight)) for weight in weights)


def measure(units: int, days: int, repeats: int) -> Row:
    """Time the course of default patient 1; memory is traced in a run of its own, because tracing costs time."""
    say(f"{units} units")
    model, patient = ro.Model(set={"network.units": units}), ro.Patient.sample(seed=1)
    usual_care(model, patient, 15)  # warm-up: compiles, grows the healthy network, reaches the first therapy
    seconds = statistics.median(timed(lambda: usual_care(model, patient, days)) for _ in range(repeats))
    tracemalloc.start()
    usual_care(model, patient, days)
    peak = tracemalloc.get_traced_memory()[1]  # memory that was there before tracing began is not counted
    tracemalloc.stop()
    return Row(units, synapses(patient, model.parameters), days, seconds, peak / 1e6)


_CHILD = """
import json, sys, time
from benchmarks.course import compile_seconds
print(json.dumps(compile_seconds(int(sys.argv[1]))))
"""


def compile_seconds(seed: int) -> float:
    """Return what the first network and the first course of this process took beyond the second ones, in seconds."""
    parameters = Parameters({"network.units": 240})
    model = ro.Model(set={"network.units": 240})
    youth = [timed(partial(healthy_network, parameters, wiring)) for wiring in (seed, seed + 1)]
    patient = ro.Patient.sample(seed=1, wiring=seed, severity=0.5)
    first, second = (timed(partial(usual_care, model, patient, 15)) for _ in range(2))
    return max(0.0, youth[0] - youth[1]) + max(0.0, first - second)


def compile_times() -> dict[str, float]:
    """Return compile seconds in a new process with an empty cache (cold) and in a second one with the cache (warm)."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, seed in (("cold", 100), ("warm", 200)):
            say(f"compile, {name}")
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, str(seed)],
                env={**os.environ, "REHAB_OPT_CACHE": folder},
                capture_output=True,
                text=True,
                check=True,
            )
            found[name] = float(json.loads(done.stdout))
    return found


def main() -> int:
    """Measure, print, store; return the exit code."""
    parser = arguments(__doc__)
    parser.add_argument("--full", action="store_true", help="also 6000 and 20,000 units (minutes)")
    chosen = parser.parse_args()
    days = QUICK_HORIZON if chosen.quick else HORIZON
    sizes = SIZES[:2] if chosen.quick else FULL_SIZES if chosen.full else SIZES
    rows = [measure(units, days, 1 if chosen.quick else REPEATS) for units in sizes]
    compiling = compile_times()
    heads = ("units", "synapses", "days", "seconds", "peak additional MB")
    cells = [[f"{r.units}", f"{r.synapses}", f"{r.days}", f"{r.seconds:.2f}", f"{r.megabytes:.1f}"] for r in rows]
    print(markdown(heads, cells))
    print(f"\nlimits at {DEFAULT_SIZE} units, {HORIZON} days: {MOST_SECONDS} s, {MOST_MEGABYTES:.0f} MB")
    print(f"compile: {compiling['cold']:.1f} s with an empty cache, {compiling['warm']:.1f} s with a filled one")
    limits = {"seconds": MOST_SECONDS, "megabytes": MOST_MEGABYTES, "units": DEFAULT_SIZE}
    result = {"rows": [asdict(row) for row in rows], "compile_seconds": compiling, "limits": limits}
    store("course", result, chosen.out, chosen.quick)
    default = next(row for row in rows if row.units == DEFAULT_SIZE)
    return int(default.seconds >= MOST_SECONDS or default.megabytes >= MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
