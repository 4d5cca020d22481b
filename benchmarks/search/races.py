"""Every sampler on every problem with a known answer, ten seeds each.

Run ``python -m benchmarks.search.races [--only planted_six] [--workers 2]``: about half an hour. The histories are
stored in benchmarks/results/search/races.json; `python -m benchmarks.search.page` makes tables and figures of them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, machine, say, write
from benchmarks.search.fronts import FRONTS, PlantedFront
from benchmarks.search.history import chosen, history, variant
from benchmarks.search.lookup import Grid, load_grid, stored_grid
from benchmarks.search.planted import PLANTED, Planted
from rehab_opt.errors import InputError
from rehab_opt.search import SAMPLERS, TrialRecord, check_sampler
from rehab_opt.study import Study
from rehab_opt.worker import start_worker

SEEDS = 10
GRID_TRIALS = 500  # so far random goes; a twentieth of the grid is the first hundred
FILE = RESULTS / "search" / "races.json"


@dataclass(frozen=True, slots=True)
class Race:
    """One search.

    Attributes
    ----------
    steps
        (trial, counted from 1; true gain of the best trial so far as a share of the best possible), at every change.
        The best so far is the best as the search sees it: under noise it need not be the truly best one. With two
        objectives: the true hypervolume of the front so far as a share of the best possible.
    chosen
        The same share of the schedule that the study chooses in the end; None on the grid, which has no fresh patients,
        and with two objectives.
    """

    problem: str
    sampler: str
    seed: int
    trials: int
    steps: tuple[tuple[int, float], ...]
    chosen: float | None


Problem = Planted | PlantedFront | Grid


def problems() -> list[Problem]:
    """Return the planted problems and, once it was simulated, the grid."""
    grid = load_grid()
    return [*PLANTED, *FRONTS, *([] if grid is None else [grid])]


def fitting(study: Study) -> list[str]:
    """Return the samplers that can do what a study asks for."""
    return [name for name in SAMPLERS if not misfit(study, name)]


def misfit(study: Study, sampler: str) -> str:
    """Return why a sampler cannot do what a study asks for; nothing when it can."""
    try:
        sides = study.space.dimensions
        named = [side.name for side in sides if side.kind == "categorical"]
        limits, objectives = [constraint.name for constraint in study.constraints], len(study.objective.names)
        check_sampler(sampler, limits, len(sides), objectives=objectives, named=named)
    except InputError as error:
        return error.message
    return ""


def steps(problem: Problem, trials: Iterable[TrialRecord]) -> tuple[tuple[int, float], ...]:
    """Return when the best trial (or the front) so far changed and what it is truly worth."""
    if isinstance(problem, PlantedFront):
        return problem.steps(trials)
    found: list[tuple[int, float]] = []
    best: float | None = None
    for trial in trials:
        if trial.feasible and trial.value is not None and (best is None or trial.value > best):
            best = trial.value
            found.append((trial.number + 1, round(problem.gain(trial.point) / problem.best, 5)))
    return tuple(found)


def run_race(name: str, sampler: str, seed: int, trials: int | None = None) -> Race:
    """Run one search; ``trials`` takes the place of the problem's own number."""
    problem = next(problem for problem in problems() if problem.name == name)
    count = trials or (GRID_TRIALS if isinstance(problem, Grid) else problem.study.search.trials)
    study = variant(problem.study, sampler=sampler, seed=seed, trials=count)
    found = history(study, problem.study.patients("search"))
    share = None
    if isinstance(problem, Planted) and any(trial.feasible for trial in found):
        share = round(problem.gain(chosen(study, found).point) / problem.best, 5)
    return Race(name, sampler, seed, count, steps(problem, found), share)


def run_all(names: Sequence[str], samplers: Sequence[str], seeds: int, workers: int) -> list[Race]:
    """Run all races in worker processes; the order of the result is fixed."""
    jobs = [
        (problem.name, sampler, seed)
        for problem in problems()
        if problem.name in names
        for sampler in fitting(problem.study)
        if sampler in samplers
        for seed in range(1, seeds + 1)
    ]
    found = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=start_worker) as pool:
        for job, race in zip(jobs, pool.map(run_race, *zip(*jobs, strict=True)), strict=True):
            found.append(race)
            say(f"{' '.join(map(str, job))}: {race.steps[-1][1] if race.steps else 0:.3f}")
    return found


def read_races(path: Path = FILE) -> list[Race]:
    """Return the stored races; none when there are none."""
    if not path.exists():
        return []
    rows = json.loads(path.read_text("utf-8"))["races"]
    return [Race(**{**row, "steps": tuple((n, share) for n, share in row["steps"])}) for row in rows]


def keep(found: Sequence[Race], path: Path) -> None:
    """Store races, in place of those of the same problems and samplers."""
    new = {(race.problem, race.sampler) for race in found}
    races = [race for race in read_races(path) if (race.problem, race.sampler) not in new] + list(found)
    grid: dict[str, Any] = stored_grid()["provenance"] if load_grid() is not None else {}
    head = {"benchmark": "races", "machine": machine(), "grid": grid}
    rows = ",\n".join(json.dumps(asdict(race)) for race in races)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps(head, indent=1)[:-2] + ',\n "races": [\n' + rows + "\n]}\n")


def main() -> int:
    """Run, store; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search.races", description=__doc__)
    known = [problem.name for problem in problems()]
    parser.add_argument("--only", action="append", choices=known, metavar="PROBLEM", help="this one (may be repeated)")
    parser.add_argument("--sampler", action="append", choices=SAMPLERS, help="this one (may be repeated)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"searches of each sampler (default {SEEDS})")
    parser.add_argument("--workers", type=int, default=2, help="worker processes (default 2)")
    parser.add_argument("--out", type=Path, default=FILE, help="file of the results")
    given = parser.parse_args()
    keep(run_all(given.only or known, given.sampler or SAMPLERS, given.seeds, given.workers), given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
