"""The generated parts of docs/benchmarks.md: tables and figures of the stored races, grid and costs.

Run ``python -m benchmarks.search.page`` to rewrite them, ``--check`` to be told (exit code 1) whether they are out of
date.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.common import ROOT, markdown, write
from benchmarks.search.fronts import FRONTS
from benchmarks.search.lookup import FOLDER, load_grid
from benchmarks.search.planted import PLANTED
from benchmarks.search.profiles import costs, draw, ratios, trials_to, within
from benchmarks.search.races import Race, misfit, problems, read_races
from benchmarks.tables import fill
from rehab_opt.search import SAMPLERS
from rehab_opt.study import SearchSettings

PAGE = ROOT / "docs" / "benchmarks.md"
FIGURE = ROOT / "docs" / "figures" / "search_profiles.svg"
DEFAULT = SearchSettings().sampler
GRID_SHARE, GRID_BUDGET = 0.95, 0.05
TIMES = (1, 2, 4, 8)


def tolerances() -> dict[str, float]:
    """Return problem -> tolerance, the grid included."""
    return {problem.name: problem.tolerance for problem in (*PLANTED, *FRONTS)} | {"grid": 1 - GRID_SHARE}


def planted_table(races: Sequence[Race]) -> str:
    """Return how the default sampler does on every planted problem."""
    heads = (
        "study",
        "dimensions",
        "best gain",
        "tolerance",
        "trials",
        "found",
        "chosen, median",
        "trials to it, median",
    )
    cells = []
    for problem in PLANTED:
        found = [race for race in races if race.problem == problem.name and race.sampler == DEFAULT]
        if not found:
            continue
        shares = [race.chosen or 0.0 for race in found]
        reached = sum(share >= 1 - problem.tolerance for share in shares)
        cells.append(
            [
                f"`{problem.name}`",
                str(len(problem.study.space.dimensions)),
                f"{problem.best:.1f} points",
                f"{100 * problem.tolerance:.0f} %",
                str(found[0].trials),
                f"{reached} of {len(found)}",
                f"{100 * median(shares):.1f} %",
                _trials(median(trials_to(race, 1 - problem.tolerance) for race in found)),
            ]
        )
    return markdown(heads, cells) if cells else "Not measured yet: `python -m benchmarks.search.races`."


def front_table(races: Sequence[Race]) -> str:
    """Return how the samplers do on the planted fronts: one row a sampler."""
    cells = []
    for problem in FRONTS:
        own = [race for race in races if race.problem == problem.name]
        for sampler in (name for name in SAMPLERS if any(race.sampler == name for race in own)):
            found = [race for race in own if race.sampler == sampler]
            shares = [race.steps[-1][1] if race.steps else 0.0 for race in found]
            numbers = [trials_to(race, 1 - problem.tolerance) for race in found]
            cells.append(
                [
                    f"`{problem.name}`",
                    f"{problem.best:.1f}",
                    f"{100 * problem.tolerance:.0f} %",
                    sampler,
                    str(found[0].trials),
                    f"{sum(number < math.inf for number in numbers)} of {len(found)}",
                    f"{100 * median(shares):.1f} %",
                    _trials(median(numbers)),
                ]
            )
    heads = (
        "study",
        "best hypervolume, points x hours",
        "tolerance",
        "sampler",
        "trials",
        "found",
        "share, median",
        "trials to it, median",
    )
    only = " ".join(f"--only {problem.name}" for problem in FRONTS)
    return markdown(heads, cells) if cells else f"Not measured yet: `python -m benchmarks.search.races {only}`."


def sampler_table(races: Sequence[Race]) -> str:
    """Return how often every sampler gets within the tolerance of every problem."""
    names = [name for name in tolerances() if any(race.problem == name for race in races)]
    samplers = [name for name in SAMPLERS if any(race.sampler == name for race in races)]
    studies = {problem.name: problem.study for problem in problems()}
    cells = []
    for name in names:
        row = [f"`{name}`"]
        for sampler in samplers:
            found = [race for race in races if (race.problem, race.sampler) == (name, sampler)]
            numbers = [trials_to(race, 1 - tolerances()[name]) for race in found]
            reached = sum(number < math.inf for number in numbers)
            unknown = "does not fit" if misfit(studies[name], sampler) else "not run"
            row.append(f"{reached} of {len(found)}; {_trials(median(numbers))}" if found else unknown)
        cells.append(row)
    return markdown(("study", *samplers), cells) if cells else "Not measured yet: `python -m benchmarks.search.races`."


def profile_table(races: Sequence[Race]) -> str:
    """Return the performance profiles at a few factors."""
    if not races:
        return "Not measured yet: `python -m benchmarks.search.races`."
    found = ratios(costs(races, tolerances()))
    rows = [[name, *(f"{100 * within(found[name], times):.0f} %" for times in TIMES)] for name in found]
    return markdown(("sampler", "fastest", *(f"within {times} times" for times in TIMES[1:])), rows)


def grid_table(races: Sequence[Race], stored: dict[str, Any]) -> str:
    """Return what the grid is and how the samplers do on it."""
    if not stored:
        return "Not simulated yet: `python -m benchmarks.search.grid`."
    origin = stored["provenance"]
    gain, tolerance = stored["gain"], stored["tolerance"]
    words = (
        f"{stored['schedules']:,} schedules, {stored['patients']} patients. The best gains **{gain:.2f} points** over "
        f"no therapy; Monte Carlo tolerance {tolerance:.2f} (half width of the 95 % interval of the paired gain over "
        f"the patients), so {gain / tolerance:.1f} tolerances. The median schedule gains {stored['median_gain']:.2f}; "
        f"{100 * stored['share_within_5_percent']:.1f} % of all are within 5 % of the best. Seed {origin['seed']}, "
        f"source {origin['source']}, parameters {origin['parameters']}, values {origin['values']}."
    )
    return f"{words}\n\n{grid_races(races, int(GRID_BUDGET * stored['schedules']))}"


def grid_races(races: Sequence[Race], budget: int) -> str:
    """Return one row a sampler: in how many seeds it gets there, and its trials to random's best of all its trials."""
    own = [race for race in races if race.problem == "grid"]
    if not own:
        return "No races yet: `python -m benchmarks.search.races --only grid`."
    random = {race.seed: race.steps[-1][1] for race in own if race.sampler == "random"}
    trials = max(race.trials for race in own)
    cells = []
    for sampler in dict.fromkeys(race.sampler for race in own):
        found = [race for race in own if race.sampler == sampler]
        reached = sum(trials_to(race, GRID_SHARE) <= budget for race in found)
        first = [trials_to(race, random[race.seed]) for race in found if race.seed in random]
        late = median(_share_at(race, budget) for race in found)
        cells.append(
            [sampler, f"{reached} of {len(found)}", f"{100 * late:.1f} %", _trials(median(first)) if first else "-"]
        )
    heads = (
        "sampler",
        f"seeds with {100 * GRID_SHARE:.0f} % of the best gain in {budget} trials",
        f"gain after {budget} trials, median",
        f"trials to random's best of {trials}, median",
    )
    return markdown(heads, cells)


def _share_at(race: Race, number: int) -> float:
    return max((share for trial, share in race.steps if trial <= number), default=0.0)


def _trials(number: float) -> str:
    return "-" if number == math.inf else f"{number:g}"


def overhead_table(stored: dict[str, Any]) -> str:
    """Return what the coordinator costs."""
    from benchmarks.figures import read, table
    from benchmarks.search.overhead import cost_table
    from benchmarks.search.scaling import Cost

    if not stored:
        return "Not measured yet: `python -m benchmarks.search.overhead`."
    rows = cost_table([Cost(**row) for row in stored["costs"]], stored["ask_ms"])
    return f"{table({'overhead': read(stored)})}\n\n{rows}"


def study_table(stored: dict[str, Any]) -> str:
    """Return what every sampler found on the real study."""
    from benchmarks.search.samplers import Row, as_table

    if not stored:
        return "Not measured yet: `python -m benchmarks.search.samplers`."
    return as_table([Row(**row) for row in stored["rows"]])


def regenerated(text: str) -> str:
    """Return the page with every generated part as it should be."""
    races = _current(read_races())
    parts = {
        "planted": planted_table(races),
        "front": front_table(races),
        "samplers": sampler_table(races),
        "profiles": profile_table(races),
        "grid": grid_table(races, _stored("grid")),
        "study": study_table(_stored("samplers")),
        "overhead": overhead_table(_stored("overhead")),
    }
    for name, part in parts.items():
        text = fill(text, name, part)
    return text


def _current(races: Sequence[Race]) -> list[Race]:
    """Leave out races on a grid that is no longer there."""
    return [race for race in races if race.problem != "grid" or load_grid() is not None]


def _stored(name: str) -> dict[str, Any]:
    file = FOLDER / f"{name}.json"
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def main() -> int:
    """Rewrite or check; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search.page", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a part is out of date")
    check = parser.parse_args().check
    races = _current(read_races())
    wanted: dict[Path, str] = {PAGE: regenerated(PAGE.read_text("utf-8"))}
    if races:
        wanted[FIGURE] = draw(ratios(costs(races, tolerances())))
    old = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in old:
        if check:
            print(f"{path}: out of date; run python -m benchmarks.search.page", file=sys.stderr)
        else:
            path.parent.mkdir(exist_ok=True)
            write(path, wanted[path])
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main())
