"""Every schedule of studies/benchmarks/grid.toml, simulated, so that its best is known.

Run ``python -m benchmarks.search.grid [--workers 2]``: about 20 minutes. Killed, the same command goes on. The values
and where they come from are stored in benchmarks/results/search/; `python -m benchmarks.search.races` looks them up.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.common import RESULTS, ROOT, machine, say, write
from benchmarks.figures import Figure, failed, stored, table
from rehab_opt.parameters import Parameters
from rehab_opt.search import evaluate_block, make_executor, panel_work, warm_up
from rehab_opt.search.evaluate import PatientResult
from rehab_opt.search.record.sealed import SealedFile, read_sealed
from rehab_opt.search.workers.executors import Executor
from rehab_opt.study import Dimension, Study, load_study
from rehab_opt.therapy import Policy, as_policy, protocols

STUDY = ROOT / "studies" / "benchmarks" / "grid.toml"
FOLDER = RESULTS / "search"
LOG = ROOT / "runs" / "grid" / "values.jsonl"
FORM = "rehab-opt.grid/1"
REST = "no-therapy"
ROOMS = ("parameters", "therapy", "network", "mechanisms", "readout", "patient", "course")
AHEAD = 8  # schedules under way at once


def grid_values(side: Dimension) -> list[float | int]:
    """Return all values of one searched number.

    Examples
    --------
    >>> grid_values(Dimension(name="main.weeks", kind="int", low=2, high=5))
    [2, 3, 4, 5]
    """
    step = side.step or 1.0
    count = math.floor((side.high - side.low) / step + 1e-9) + 1
    values = [round(side.low + i * step, 9) for i in range(count)]
    return [int(value) for value in values] if side.kind == "int" else values


def grid_points(study: Study) -> list[dict[str, float | int | str]]:
    """Return every point of the box, the last dimension running fastest.

    Raises
    ------
    ValueError
        If two points are one schedule: the grid would be smaller than it looks.
    """
    sides = study.space.dimensions
    names = [side.name for side in sides]
    points: list[dict[str, float | int | str]] = [
        dict(zip(names, values, strict=True)) for values in itertools.product(*map(grid_values, sides))
    ]
    if len({study.space.decode(point).sessions for point in points}) < len(points):
        raise ValueError("two points of the grid are the same schedule")
    return points


def provenance(study: Study, points: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the values depend on: the study file, seed, sources and parameters, schedules."""
    numbers = json.dumps(dict(sorted(Parameters(dict(study.model.set)).items())))
    plans = "\n".join(repr(study.space.decode(point).sessions) for point in points)
    return {
        "study": _hash(STUDY.read_bytes()),
        "seed": study.seed,
        "source": model_hash(),
        "parameters": _hash(numbers.encode()),
        "schedules": _hash(plans.encode()),
    }


def model_hash() -> str:
    """Return a hash of the rooms that a course of the built-in model is made in, and of no other."""
    root, digest = ROOT / "rehab_opt", hashlib.sha256()
    for path in sorted(path for room in ROOMS for path in (root / room).rglob("*") if path.suffix in (".py", ".toml")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def simulate_all(
    study: Study, points: Sequence[Mapping[str, Any]], log: Path, pool: Executor
) -> dict[int, list[float]]:
    """Simulate what the log does not hold yet; return index (-1: no therapy) -> value of every patient, points.

    Raises
    ------
    SearchError
        If the log was edited.
    ValueError
        If the log is of another study or model.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    found, origin = read_sealed(log, FORM, "grid"), provenance(study, points)
    if found.rows and {key: found.rows[0].get(key) for key in origin} != origin:
        raise ValueError(f"{log} is of another study or model; delete it to begin anew")
    values = {row["index"]: row["values"] for row in found.rows[1:]}
    work, patients, measure = panel_work(study, "search"), study.patients("search"), study.objective.measure
    left = ((i, _policy(study, points, i)) for i in range(-1, len(points)) if i not in values)
    with SealedFile(log, found, FORM, origin) as file:
        for index, results in _in_turn(pool, left, lambda policy: (work, patients, policy)):
            values[index] = [result.values[measure] for result in results]
            file.write({"kind": "schedule", "index": index, "values": values[index]})
            if len(values) % 100 == 0:
                say(f"{len(values)} of {len(points) + 1}")
    return values


def _policy(study: Study, points: Sequence[Mapping[str, Any]], index: int) -> Policy:
    return protocols[REST].policy() if index < 0 else as_policy(study.space.decode(points[index]))


def _in_turn(
    pool: Executor, jobs: Iterator[tuple[int, Policy]], arguments: Any
) -> Iterator[tuple[int, tuple[PatientResult, ...]]]:
    """Keep a few schedules under way and yield their results in order."""
    open_jobs: list[tuple[int, Future[tuple[PatientResult, ...]]]] = []
    for index, policy in jobs:
        open_jobs.append((index, pool.submit(evaluate_block, *arguments(policy))))
        if len(open_jobs) == AHEAD:
            first, future = open_jobs.pop(0)
            yield first, future.result()
    yield from ((index, future.result()) for index, future in open_jobs)


def summary(values: Mapping[int, Sequence[float]]) -> dict[str, Any]:
    """Return the best schedule's gain over no therapy and its Monte Carlo tolerance.

    The tolerance is the half width of the 95 % t interval of the paired gain over the patients of the panel: what$
    another draw of patients and noise would move it by.
    """
    indices = sorted(index for index in values if index >= 0)
    gains = np.array([values[index] for index in indices]) - np.array(values[-1])
    means = gains.mean(axis=1)
    best = int(np.argmax(means))
    count = gains.shape[1]
    error = float(gains[best].std(ddof=1) / math.sqrt(count))
    return {
        "schedules": len(indices),
        "patients": count,
        "best": indices[best],
        "gain": float(means[best]),
        "tolerance": float(stats.t.ppf(0.975, count - 1)) * error,
        "median_gain": float(np.median(means)),
        "share_within_5_percent": float(np.mean(means >= 0.95 * means[best])),
    }


def figures(found: Mapping[str, Any]) -> list[Figure]:
    """Return what has to hold for the grid to be a test of anything."""
    return [
        Figure.at_least("schedules on the grid", found["schedules"], 2000, ""),
        Figure.at_least("gain of the best over no therapy, in tolerances", found["gain"] / found["tolerance"], 3, "x"),
    ]


def keep(study: Study, points: Sequence[Mapping[str, Any]], values: Mapping[int, Sequence[float]]) -> dict[str, Any]:
    """Write the values as CSV and what they are of beside them; return the latter."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    people = [patient.id for patient in study.patients("search")]
    lines = [",".join(["index", *points[0], *people])]
    for index in sorted(values):
        cells = [""] * len(points[0]) if index < 0 else [repr(value) for value in points[index].values()]
        lines.append(",".join([str(index), *cells, *(f"{value:.6f}" for value in values[index])]))
    text = "\n".join(lines) + "\n"
    write(FOLDER / "grid.csv", text)
    found = summary(values)
    whole = {
        "benchmark": "grid",
        "machine": machine(),
        "provenance": {**provenance(study, points), "values": _hash(text.encode())},
        **found,
        "point": dict(points[found["best"]]),
        "acceptance": stored(figures(found)),
    }
    write(FOLDER / "grid.json", json.dumps(whole, indent=1) + "\n")
    return whole


def main() -> int:
    """Simulate, store and print; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search.grid", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--log", type=Path, default=LOG, help="where finished schedules are kept until all are done")
    chosen = parser.parse_args()
    study = load_study(STUDY)
    points = grid_points(study)
    pool = make_executor("processes", chosen.workers)
    try:
        warm_up(pool, "processes", study.model)
        values = simulate_all(study, points, chosen.log, pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    found = keep(study, points, values)
    print(table({"grid": figures(found)}))
    print(f"\nbest {found['point']}: {found['gain']:.2f} points, tolerance {found['tolerance']:.2f}")
    return failed(figures(found))


if __name__ == "__main__":
    sys.exit(main())
