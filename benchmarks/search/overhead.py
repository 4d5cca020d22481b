"""What the coordinator itself costs: its share of a trial, the use of two workers, time and memory as a search grows.

Run ``python -m benchmarks.search.overhead [--quick]``; ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import rehab_opt as ro
from benchmarks.common import arguments, markdown, say, store
from benchmarks.figures import Figure, failed, stored, table
from benchmarks.search.scaling import PATIENTS, Cost, ask_ms, costs, subacute
from rehab_opt.course import Course, ModelSpec
from rehab_opt.patient import Patient
from rehab_opt.search import Bench, Pace, Silent, StopRequest, make_executor, run_trials
from rehab_opt.search.record.log import RunLog
from rehab_opt.search.workers.executors import Executor
from rehab_opt.study import Study
from rehab_opt.therapy import Policy

MOST_OVERHEAD = 5.0  # per cent of a trial
LEAST_USE = 90.0  # per cent of two workers
WATCH = "REHAB_OPT_WATCH"
COUNTS = (100, 1000, 10_000)
BRIEF = 35  # days: the last patient is enrolled on day 30


class Watched:
    """The built-in model, with the seconds of every course added to the file that an environment variable names."""

    def __init__(self) -> None:
        self._model = ro.Model()

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of the built-in model."""
        begin = time.perf_counter()
        course = self._model.simulate(patient, policy, days, seed)
        line = f"{time.perf_counter() - begin!r}\n".encode()
        file = os.open(os.environ[WATCH], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(file, line)
        os.close(file)
        return course


@dataclass(frozen=True, slots=True)
class Use:
    """Of one search with the built-in model.

    Attributes
    ----------
    seconds
        From the first trial asked to the last one told.
    share
        Of that time (of all workers) inside simulated courses, 0 to 1.
    """

    executor: str
    workers: int
    trials: int
    seconds: float
    share: float


def use(study: Study, executor: str, workers: int) -> Use:
    """Run a search and compare the seconds of its courses with the whole."""
    patients, brief = study.patients("search"), _brief(study)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[WATCH] = str(Path(folder) / "seconds")
        pool = make_executor(executor, workers)
        _search(brief, patients, pool, Path(folder) / "warm.jsonl")
        Path(os.environ[WATCH]).write_text("", "ascii")
        whole = _search(study, patients, pool, Path(folder) / "log.jsonl")
        inside = sum(map(float, Path(os.environ[WATCH]).read_text("ascii").split()))
        pool.shutdown(wait=True)
    return Use(executor, workers, study.search.trials, whole, inside / whole / workers)


def _search(study: Study, patients: Sequence[Patient], pool: Executor, path: Path) -> float:
    with RunLog(path, {}) as log:
        bench = Bench(pool, log, Silent(), Pace(0), StopRequest())
        begin = time.perf_counter()
        found = run_trials(study, bench, patients, {})
        seconds = time.perf_counter() - begin
    if not all(trial.outcome == "completed" for trial in found):
        raise RuntimeError(next(trial.message for trial in found if trial.message))
    return seconds


def _brief(study: Study) -> Study:
    """The same for five weeks: every worker compiles, and meets every network."""
    return replace(
        study,
        days=BRIEF,
        last_day=BRIEF,
        objective=replace(study.objective, day=BRIEF),
        search=replace(study.search, trials=2),
    )


def real(trials: int, patients: int) -> Study:
    """Return the subacute study on the watched model; from the second trial on, TPE models what it has seen."""
    study = subacute("tpe", trials, patients)
    model = ModelSpec("benchmarks.search.overhead:Watched")
    return replace(study, model=model, search=replace(study.search, startup=1))


def figures(uses: Sequence[Use], patients: int) -> list[Figure]:
    """Return what is asked of the coordinator."""
    alone, two = uses
    return [
        Figure.at_most(
            f"outside the courses, {patients} patients a trial", 100 * (1 - alone.share), MOST_OVERHEAD, "%"
        ),
        Figure.at_least("use of 2 workers", 100 * two.share, LEAST_USE, "%"),
    ]


def cost_table(rows: Sequence[Cost], asks: Mapping[str, float]) -> str:
    """Return time and memory as Markdown."""
    cells = [
        [
            r.sampler,
            f"{r.trials:,}",
            f"{r.mean_ms:.1f}",
            f"{r.late_ms:.1f}",
            f"{r.kilobytes:.0f}",
            f"{r.log_kilobytes:.1f}",
        ]
        for r in rows
    ]
    cells += [[name, f"{COUNTS[-1]:,}", "-", f"{value:.0f} (asking alone)", "-", "-"] for name, value in asks.items()]
    heads = (
        "sampler",
        "trials",
        "ms a trial, mean",
        "ms a trial, last tenth",
        "kB of memory a trial",
        "kB of log a trial",
    )
    return markdown(heads, cells)


def main() -> int:
    """Measure, print, store; return the exit code."""
    parser = arguments(__doc__)
    parser.add_argument("--trials", type=int, default=6, help="trials of the built-in model (default 6)")
    chosen = parser.parse_args()
    trials, patients = (2, 4) if chosen.quick else (chosen.trials, PATIENTS)
    study = real(trials, patients)
    study = _brief(study) if chosen.quick else study
    say("one worker in line, then two processes")
    uses = [use(study, "serial", 1), use(study, "processes", 2)]
    small, large = ((20,), 200) if chosen.quick else (COUNTS[:2], COUNTS[-1])
    say("time and memory as a search grows")
    rows = [*costs(["tpe"], small), *costs(["random"], (*small, large))]
    asks = {"tpe": ask_ms("tpe", large)}
    print(table({"overhead": figures(uses, patients)}))
    print("\n" + cost_table(rows, asks))
    result = {
        "patients": patients,
        "use": [asdict(row) for row in uses],
        "costs": [asdict(row) for row in rows],
        "ask_ms": asks,
        "acceptance": stored(figures(uses, patients)),
    }
    store("search/overhead", result, chosen.out, chosen.quick)
    return failed(figures(uses, patients))


if __name__ == "__main__":
    sys.exit(main())
