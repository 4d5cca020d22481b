"""A silenced network must not settle more slowly than a live one: rates that decay must not become subnormal numbers.

Run ``python -m benchmarks.denormals [--quick]``; ends with 1 when a silenced network is too slow.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numba
import numpy as np

from benchmarks.common import arguments, markdown, store
from benchmarks.figures import Figure, failed, stored
from benchmarks.settle_case import SettleCase, settle_case
from benchmarks.timing import best, one_core, replaced
from rehab_opt.network import settling
from rehab_opt.network.kernels import settle

MOST_RATIO = 1.5  # times the seconds of a step of the live network
SILENCED = 0.3  # share of the units
DECAY_STEPS = 1500  # enough for rates without a drive to fall below 1e-38
STEPS = 20  # of one measurement: short enough to fit between two disturbances
_CLAMP = "1e-12"  # in the source of the kernel


@dataclass(frozen=True, slots=True)
class Row:
    """One network: µs a settling step, relative to the live one, and the subnormal numbers among its rates."""

    network: str
    microseconds: float
    ratio: float
    subnormal: int


def cases() -> dict[str, SettleCase]:
    """Return the live network and silenced ones; the same units are silenced in each way."""
    live = settle_case()
    units = len(live.alive)
    chosen = np.random.default_rng(1).permutation(units) < SILENCED * units
    return {
        "live": live,
        "30 % dead": settle_case(alive=np.where(chosen, 0.0, live.alive)),
        "30 % decaying without drive": settle_case(current=np.where(chosen, -100.0, 0.0)),
        "all decaying without drive": settle_case(current=np.full(units, -100.0)),
    }


def without_clamp() -> Callable[..., Any] | None:
    """Return the settle kernel compiled from the same source but for its clamp; None if it has no such clamp."""
    function = vars(settle)["py_func"]
    source = inspect.getsource(function)
    code = "\n".join(line for line in source.splitlines() if not line.startswith("@"))
    if code.count(f"({_CLAMP})") != 1:
        return None
    space = dict(vars(inspect.getmodule(function)))
    exec(code.replace(f"({_CLAMP})", "(0)"), space)
    made: Callable[..., Any] = numba.njit(nogil=True, error_model="numpy", fastmath={"contract", "nsz"})(
        space["settle"]
    )
    return made


def measure(repeats: int, suffix: str = "") -> list[Row]:
    """Let every network run until silent rates have decayed, then time them in turn."""
    found = cases()
    seconds = dict.fromkeys(found, 1e9)
    for case in found.values():
        case.run(DECAY_STEPS)
    for _ in range(repeats):
        for name, case in found.items():
            seconds[name] = min(seconds[name], best(lambda case=case: case.run(STEPS), 10) / STEPS)  # type: ignore[misc]
    rows = []
    for name, case in found.items():
        size = np.abs(case.rates)
        subnormal = int(np.count_nonzero((size > 0) & (size < np.finfo(size.dtype).tiny)))
        rows.append(Row(name + suffix, seconds[name] * 1e6, seconds[name] / seconds["live"], subnormal))
    return rows


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__).parse_args()
    repeats = 5 if chosen.quick else 30
    with one_core():
        rows, other = measure(repeats), []
        unclamped = without_clamp()
        if unclamped is not None:
            with replaced([(settling, "settle", unclamped)]):
                other = measure(repeats, ", no clamp")
    cells = [[r.network, f"{r.microseconds:.1f}", f"{r.ratio:.2f}", f"{r.subnormal}"] for r in [*rows, *other]]
    print(markdown(("network", "µs a step", "times the live one", "subnormal rates"), cells))
    found = [
        Figure.at_most(f"settling, {row.network}, against a live network", row.ratio, MOST_RATIO, "x")
        for row in rows[1:]
    ]
    result = {"acceptance": stored(found), "rows": [asdict(row) for row in [*rows, *other]]}
    store("denormals", result, chosen.out, chosen.quick)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
