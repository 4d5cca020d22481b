"""Every sampler once on a real study, and what its schedule is worth on fresh patients.

Run ``python -m benchmarks.search.samplers`` for studies/subacute_upper_limb.toml in full: hours. Killed, the same
command goes on: each sampler has a run of its own under runs/samplers/. ``--trials`` and ``--patients`` make it
smaller.
A sampler that cannot do what the study asks is left out, and the table says why.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import rehab_opt as ro
from benchmarks.common import RESULTS, ROOT, machine, markdown, say, store
from benchmarks.search.races import misfit
from rehab_opt.compare import SEARCHED, summarise
from rehab_opt.pipeline import Run
from rehab_opt.search import EXECUTORS, SAMPLERS, objective_value
from rehab_opt.study import Study, load_study

STUDY = ROOT / "studies" / "subacute_upper_limb.toml"
RUNS = ROOT / "runs" / "samplers"
FILE = RESULTS / "search" / "samplers.json"


@dataclass(frozen=True, slots=True)
class Row:
    """What one sampler found.

    Attributes
    ----------
    search, confirmed
        Objective of the chosen schedule on the search panel and on the confirmation panel.
    against
        The reference that is best on the confirmation panel.
    gain, low, high
        Paired difference to it with its 95 % interval, points.
    misfit
        Why the sampler did not run; the numbers are None then.
    """

    sampler: str
    trials: int = 0
    search: float | None = None
    confirmed: float | None = None
    against: str = ""
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    seconds: float | None = None
    misfit: str = ""

    @property
    def curse(self) -> float | None:
        """Search value minus confirmed value: what picking the best of many tries claims too much."""
        return None if self.search is None or self.confirmed is None else self.search - self.confirmed


def smaller(study: Study, trials: int | None, patients: int | None) -> Study:
    """Return the study with other trials, and other patients of the search panel (twice as many choose, and confirm).

    A smaller study keeps its startup below its trials.
    """
    count = trials or study.search.trials
    search = dataclasses.replace(study.search, trials=count, startup=min(study.search.startup, max(1, count // 2)))
    panels = study.panels
    if patients is not None:
        panels = dataclasses.replace(panels, search=patients, choice=2 * patients, confirm=2 * patients)
    return dataclasses.replace(study, search=search, panels=panels)


def run_sampler(study: Study, sampler: str, folder: Path, executor: str, workers: int) -> Row:
    """Run the study with one sampler, or go on with it; a run that is finished is only read."""
    own = dataclasses.replace(study, search=dataclasses.replace(study.search, sampler=sampler))
    reason = misfit(own, sampler)
    if reason:
        return Row(sampler, misfit=reason)
    begin = time.monotonic()
    run = ro.optimize(own, out=folder / f"{study.name}-{sampler}", executor=executor, workers=workers)
    return result(run, sampler, time.monotonic() - begin)


def result(run: Run, sampler: str, seconds: float) -> Row:
    """Return what a finished run found, against the best of its references."""
    goal = run.study.objective
    worth = {name: objective_value(found, goal) for name, found in run.results.items()}
    against = max((name for name in worth if name != SEARCHED), key=lambda name: worth[name])
    compared = summarise(run.results, reference=against, measures=(goal.measure,), seed=run.comparison.seed)
    gain = compared.difference(SEARCHED, goal.measure)
    return Row(
        sampler=sampler,
        trials=len(run.trials),
        search=run.finalists[0].search_value,
        confirmed=worth[SEARCHED],
        against=against,
        gain=gain.mean,
        low=gain.low,
        high=gain.high,
        seconds=seconds,
    )


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as Markdown, in the order of the samplers."""
    cells = []
    for row in sorted(rows, key=lambda row: SAMPLERS.index(row.sampler)):
        if row.misfit:
            cells.append([row.sampler, "-", "-", "-", "-", row.misfit])
            continue
        span = "" if row.low is None or row.high is None else f" ({row.low:+.2f} to {row.high:+.2f})"
        gain = f"{row.gain or 0.0:+.2f}{span} over {row.against}"
        cells.append(
            [row.sampler, str(row.trials), f"{row.search:.2f}", f"{row.confirmed:.2f}", f"{row.curse:+.2f}", gain]
        )
    heads = ("sampler", "trials", "search value", "confirmed", "winner's curse", "confirmed gain (95 %)")
    return markdown(heads, cells)


def others(rows: Sequence[Row], study: str, file: Path) -> list[Row]:
    """Return the stored rows of samplers that did not run now: of the same study and the same sources only."""
    if not file.exists():
        return []
    stored = json.loads(file.read_text("utf-8"))
    if (stored["study"], stored["machine"]["source"]) != (study, machine()["source"]):
        return []
    known = {row.sampler for row in rows}
    return [Row(**row) for row in stored["rows"] if row["sampler"] not in known]


def main() -> int:
    """Run all, print, store; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search.samplers", description=__doc__)
    parser.add_argument("--study", type=Path, default=STUDY, help="another study")
    parser.add_argument("--trials", type=int, help="trials of each sampler; by default those of the study")
    parser.add_argument("--patients", type=int, help="patients of a trial; twice as many choose, and confirm")
    parser.add_argument("--sampler", action="append", choices=SAMPLERS, help="this one (may be repeated)")
    parser.add_argument("--runs", type=Path, default=RUNS, help="where the runs are kept")
    parser.add_argument("--executor", choices=EXECUTORS, default="processes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="file of the results; not kept when smaller, unless given")
    given = parser.parse_args()
    study = smaller(load_study(given.study), given.trials, given.patients)
    rows = []
    for sampler in given.sampler or SAMPLERS:
        rows.append(run_sampler(study, sampler, given.runs, given.executor, given.workers))
        say(f"{sampler}: {rows[-1].misfit or 'done'}")
    print(as_table(rows))
    rows = [*others(rows, study.name, FILE if given.out is None else given.out), *rows]
    reduced = given.trials is not None or given.patients is not None or given.study != STUDY
    store("search/samplers", {"study": study.name, "rows": [asdict(row) for row in rows]}, given.out, reduced)
    return 0


if __name__ == "__main__":
    sys.exit(main())
