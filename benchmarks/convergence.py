"""Do the numbers depend on how they are computed? Paired 26-week FM-UE with finer steps, a larger network, float64.

Run ``python -m benchmarks.convergence [--patients N] [--quick]``; ends with 1 when a difference exceeds its limit.
"""

from __future__ import annotations

import sys

import numpy as np

import rehab_opt as ro
from benchmarks.common import HORIZON, QUICK_HORIZON, arguments, default_patients, final_scores, markdown, store
from rehab_opt.parameters import Parameters

LIMITS = {"half settling tolerance": 1.0, "half plasticity step": 1.0, "twice network size": 2.0, "float64": 0.5}
"""Largest mean absolute paired difference, FM points."""


def variants() -> dict[str, ro.Model]:
    """Return the default model and one model for each of `LIMITS`."""
    p = Parameters()
    return {
        "default": ro.Model(),
        # Twice the steps as well: a tolerance that is never reached would look converged.
        "half settling tolerance": ro.Model(
            set={
                "network.settle-tolerance": p["network.settle-tolerance"] / 2,
                "network.settle-steps": p["network.settle-steps"] * 2,
            }
        ),
        "half plasticity step": ro.Model(
            set={name: p[name] / 2 for name in ("practice.bout-minutes", "practice.bout-repetitions")}
        ),
        "twice network size": ro.Model(set={"network.units": p["network.units"] * 2}),
        "float64": ro.Model(precision="double"),
    }


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__, patients=24).parse_args()
    days = QUICK_HORIZON if chosen.quick else HORIZON
    patients = default_patients(2 if chosen.quick else chosen.patients)
    scores = final_scores(variants(), patients, days, chosen.workers)
    result, cells, exceeded = [], [], False
    for name, limit in LIMITS.items():
        difference = scores[name] - scores["default"]
        mean = float(np.abs(difference).mean())
        row = {"variant": name, "mean_absolute": mean, "largest": float(np.abs(difference).max())}
        result.append({**row, "mean": float(difference.mean()), "limit": limit, "differences": difference.tolist()})
        cells.append([name, f"{mean:.3f}", f"{row['largest']:.3f}", f"{difference.mean():+.3f}", f"{limit:g}"])
        exceeded |= not mean < limit
    print(markdown(("variant", "mean absolute difference", "largest", "mean", "limit"), cells))
    print(f"\nFM-UE points on day {days}, {len(patients)} patients, usual care, each against the default model")
    store("convergence", {"patients": len(patients), "days": days, "rows": result}, chosen.out, chosen.quick)
    return int(exceeded)


if __name__ == "__main__":
    sys.exit(main())
