"""What each mechanism is worth: 26-week FM-UE under usual care with one mechanism removed, minus that with all.

Run ``python -m benchmarks.knockouts [--patients N] [--write-docs] [--quick]``; ``--write-docs`` puts the stored or new
table into docs/model.md.
"""

from __future__ import annotations

import sys
from typing import TypedDict

import numpy as np

import rehab_opt as ro
from benchmarks.common import HORIZON, QUICK_HORIZON, arguments, default_patients, final_scores, store
from benchmarks.tables import knockout_table, refresh
from rehab_opt.compare.statistics import bootstrap_interval
from rehab_opt.mechanisms import check_off, names


class Row(TypedDict):
    """One removed mechanism: mean paired difference in FM points, 95 % interval, and the patients' own differences."""

    mechanism: str
    mean: float
    low: float
    high: float
    differences: list[float]


def knock_out(chosen: tuple[str, ...], patients: tuple[ro.Patient, ...], days: int, workers: int) -> list[Row]:
    """Return the paired differences of each mechanism, in the order of the day."""
    models = {"all mechanisms": ro.Model()} | {name: ro.Model(off=(name,)) for name in chosen}
    scores = final_scores(models, patients, days, workers)
    rows: list[Row] = []
    for name in chosen:
        difference = scores[name] - scores["all mechanisms"]
        low, high = bootstrap_interval(difference, seed=1)
        mean = float(np.mean(difference))
        rows.append({"mechanism": name, "mean": mean, "low": low, "high": high, "differences": difference.tolist()})
    return rows


def main() -> int:
    """Measure, print, store; return the exit code."""
    parser = arguments(__doc__, patients=32)
    parser.add_argument(
        "--only", action="append", choices=names(), metavar="MECHANISM", help="remove only this one (may be repeated)"
    )
    parser.add_argument("--write-docs", action="store_true", help="then rewrite the table in docs/model.md")
    chosen = parser.parse_args()
    if chosen.write_docs and (chosen.quick or chosen.only or chosen.out):
        parser.error("--write-docs needs the whole measurement in its usual place")
    days = QUICK_HORIZON if chosen.quick else HORIZON
    removed = check_off(chosen.only or (names()[:2] if chosen.quick else names()))
    patients = default_patients(3 if chosen.quick else chosen.patients)
    result = {"patients": len(patients), "days": days, "rows": knock_out(removed, patients, days, chosen.workers)}
    print(knockout_table(result))
    store("knockouts" if not chosen.only else "knockouts-some", result, chosen.out, chosen.quick)
    if chosen.write_docs:
        refresh()
    return 0


if __name__ == "__main__":
    sys.exit(main())
