"""How near to the machine's own limits the kernels run, and where the time of a course goes.

Run ``python -m benchmarks.roofline [--quick]``; ends with 1 when settling is below its share of the streaming roofline.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass

import rehab_opt as ro
from benchmarks import machine_speed
from benchmarks.common import HORIZON, QUICK_HORIZON, arguments, markdown, say, store
from benchmarks.figures import Figure, failed, stored
from benchmarks.kernel_calls import COUNTS, largest_calls
from benchmarks.profile import kernel_profile, profile, table
from benchmarks.settle_case import SettleCase, settle_case
from benchmarks.timing import best, one_core

LEAST_SHARE = 0.60  # of the streaming roofline, for the settle kernel
STEPS = 20  # of settling in one measurement: short enough to fit between two disturbances


@dataclass(frozen=True, slots=True)
class Speed:
    """One kernel: µs a call (settling: a step), 1e9 multiply-adds and bytes a second, and its streaming roofline.

    ``share`` is bytes a second / read bandwidth over a working set of the same size.
    """

    name: str
    microseconds: float
    multiply_adds: float
    gigabytes: float
    share: float


def settling(case: SettleCase, repeats: int) -> Speed:
    """Return the speed of settling, measured next to the read stream that it is compared with."""
    case.run(STEPS)
    seconds, bandwidth = 1e9, 0.0
    for _ in range(repeats):  # in turn, so that a slow spell of the machine meets both
        seconds = min(seconds, best(lambda: case.run(STEPS), 20) / STEPS)
        bandwidth = max(bandwidth, machine_speed.stream(case.bytes_held, 5).read)
    moved = case.bytes_per_step / seconds / 1e9
    return Speed("settle", seconds * 1e6, case.updates_per_step / seconds / 1e9, moved, moved / bandwidth)


def other_kernels(repeats: int) -> list[Speed]:
    """Return the speed of the kernels of learning, on calls of a real course."""
    found = []
    for name, call in largest_calls(ro.Model(), ro.Patient.sample(seed=1)).items():
        if name not in COUNTS:
            continue
        seconds = call.seconds(40 * repeats)
        adds, moved = COUNTS[name](call.named)
        bandwidth = machine_speed.stream(call.size, repeats).read
        rate = moved / seconds / 1e9
        found.append(Speed(name, seconds * 1e6, adds / seconds / 1e9, rate, rate / bandwidth))
    return sorted(found, key=lambda speed: speed.name)


def machine_rows(streams: dict[str, machine_speed.Stream], dense: float, sparse: float) -> str:
    """Return what the machine can do as Markdown."""
    cells = [
        [f"stream, {level} ({s.held >> 10} kB)", f"{s.read:.0f}", f"{s.triad:.0f}", "-"] for level, s in streams.items()
    ]
    cells.append(["sgemm 256 x 256 (in L2)", "-", "-", f"{dense:.1f}"])
    cells.append(["scipy sparse x dense, same synapses", "-", "-", f"{sparse:.1f}"])
    return markdown(("machine, one core", "read GB/s", "triad GB/s", "GFMA/s"), cells)


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__).parse_args()
    repeats, days = (2, QUICK_HORIZON) if chosen.quick else (10, HORIZON)
    with one_core():
        model, patient = ro.Model(), ro.Patient.sample(seed=1)
        speeds = [settling(settle_case(), repeats), *other_kernels(repeats)]
        say("streams and products")
        streams = {level: machine_speed.stream(kb * 1024, repeats) for level, kb in machine_speed.LEVELS.items()}
        case = settle_case()
        dense, sparse = machine_speed.dense_product(repeats), machine_speed.sparse_product(case, repeats)
        say("profile")
        parts, kernels = (work(model, patient, days, 1 if chosen.quick else 5) for work in (profile, kernel_profile))
    print(machine_rows(streams, dense, sparse))
    cells = [
        [s.name, f"{s.microseconds:.1f}", f"{s.multiply_adds:.1f}", f"{s.gigabytes:.0f}", f"{100 * s.share:.0f}"]
        for s in speeds
    ]
    print("\n" + markdown(("kernel", "µs", "GFMA/s", "GB/s", "% of streaming roofline"), cells))
    print("\n" + table(parts, days) + "\n\n" + table(kernels, days))
    figure = Figure.at_least("settle kernel, share of the streaming roofline", speeds[0].share, LEAST_SHARE, "")
    result = {
        "acceptance": stored([figure]),
        "streams": {level: asdict(s) for level, s in streams.items()},
        "gfma": {"sgemm": dense, "scipy sparse x dense": sparse},
        "kernels": [asdict(s) for s in speeds],
        "profile": [asdict(p) for p in parts],
        "kernel_profile": [asdict(p) for p in kernels],
    }
    store("roofline", result, chosen.out, chosen.quick)
    return failed([figure])


if __name__ == "__main__":
    sys.exit(main())
