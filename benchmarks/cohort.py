"""Patients a second on one and on two cores, in threads and in processes, and what a trial of a search spends outside
the model.

Run ``python -m benchmarks.cohort [--quick]``; ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial

import rehab_opt as ro
from benchmarks.common import HORIZON, NOISE_SEED, QUICK_HORIZON, arguments, default_patients, markdown, say, store
from benchmarks.figures import Figure, failed, stored
from benchmarks.timing import one_core, timed
from benchmarks.trial import MOST_OUTSIDE, Shares, trial_shares
from rehab_opt.course import ModelSpec
from rehab_opt.search import make_executor
from rehab_opt.search.evaluate import Work, blocks, evaluate_block
from rehab_opt.search.workers.executors import Executor
from rehab_opt.study import SearchSettings

PATIENTS = 24
MOST_SECONDS, GOAL_SECONDS = 7.0, 3.5  # 24 patients x 26 weeks on two cores
LEAST_EFFICIENCY = 1.8  # times as many patients a second on two cores as on one
WARM_UP_DAYS = 15  # therapy has begun
KINDS = (("threads", 1), ("threads", 2), ("processes", 1), ("processes", 2))


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of executor and number of workers; median seconds, and speed relative to one worker of the kind."""

    executor: str
    workers: int
    seconds: float
    patients_a_second: float
    speedup: float


def cohort_work(days: int) -> Work:
    """Return what all patients share: the default model, usual care's horizon, FM-UE on the last day."""
    return Work(model=ModelSpec(), days=days, objective_day=days, measures=("fm_ue",), noise_seed=NOISE_SEED)


def simulate(executor: Executor, patients: Sequence[ro.Patient], days: int) -> None:
    """Simulate a cohort as a search does: blocks of patients handed to an executor."""
    policy, work = ro.protocols["usual-care"].policy(), cohort_work(days)
    parts = blocks(patients, SearchSettings().block)
    jobs = [executor.submit(evaluate_block, work, part, policy) for part in parts]
    for job in jobs:
        job.result()


def scaling(patients: Sequence[ro.Patient], days: int, repeats: int) -> list[Row]:
    """Time every kind in turn, several times; each pool is started and warm before it is timed."""
    seconds: dict[tuple[str, int], list[float]] = {kind: [] for kind in KINDS}
    pools = {kind: make_executor(*kind) for kind in KINDS}
    try:
        for kind, pool in pools.items():
            say(f"warming {kind[1]} {kind[0]}")
            for _ in range(kind[1]):  # so that every worker has met every network
                simulate(pool, patients, WARM_UP_DAYS)
        for turn in range(repeats):
            say(f"cohort, round {turn + 1} of {repeats}")
            for kind, pool in pools.items():
                seconds[kind].append(timed(partial(simulate, pool, patients, days)))
    finally:
        for pool in pools.values():
            pool.shutdown()
    rows = []
    for (name, workers), own in seconds.items():
        ratios = [one / mine for one, mine in zip(seconds[name, 1], own, strict=True)]
        middle = statistics.median(own)
        rows.append(Row(name, workers, middle, len(patients) / middle, statistics.median(ratios)))
    return rows


def figures(rows: Sequence[Row], shares: Shares, patients: int, days: int) -> list[Figure]:
    """Return the figures of acceptance."""
    two = {row.executor: row for row in rows if row.workers == 2}
    fastest = min(two.values(), key=lambda row: row.seconds)
    name = f"{patients} patients x {days} days on two cores, {fastest.executor} (goal {GOAL_SECONDS} s)"
    found = [Figure.at_most(name, fastest.seconds, MOST_SECONDS, "s")]
    found += [
        Figure.at_least(f"two cores against one, {row.executor}", row.speedup, LEAST_EFFICIENCY, "x")
        for row in two.values()
    ]
    for words, share in (
        ("outside the simulated courses", shares.outside_model),
        ("in records, scores, Optuna and the log", shares.bookkeeping),
        ("outside compiled kernels", shares.outside_kernels),
    ):
        found.append(Figure.at_most(f"share of a trial {words}", 100 * share, MOST_OUTSIDE, "%"))
    return found


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__).parse_args()
    days, count, repeats = (QUICK_HORIZON, 8, 1) if chosen.quick else (HORIZON, PATIENTS, 3)
    patients = default_patients(count)
    rows = scaling(patients, days, repeats)
    say("trials of a search")
    with one_core():
        shares = trial_shares(count, days, trials=2 if chosen.quick else 3)
    found = figures(rows, shares, count, days)
    cells = [
        [row.executor, f"{row.workers}", f"{row.seconds:.2f}", f"{row.patients_a_second:.1f}", f"{row.speedup:.2f}"]
        for row in rows
    ]
    print(f"{count} patients, {days} days; {os.cpu_count()} cores\n")
    print(markdown(("executor", "workers", "seconds", "patients a second", "times one worker"), cells) + "\n")
    print(shares.table())
    for figure in found:
        print(f"{figure.name}: {figure.value} ({figure.limit})")
    result = {"acceptance": stored(found), "patients": count, "days": days, "rows": [asdict(row) for row in rows]}
    store("cohort", {**result, "trial": asdict(shares)}, chosen.out, chosen.quick)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
