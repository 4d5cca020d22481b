"""What a trial of a real search spends outside the model, and outside compiled kernels."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rehab_opt as ro
from benchmarks.common import ROOT, markdown, stimulated_course
from benchmarks.profile import PLACES
from benchmarks.timing import Clocks, around_kernels, replaced, timed
from rehab_opt.search import Bench, Pace, Silent, StopRequest, make_executor, run_trials
from rehab_opt.search.record.log import RunLog
from rehab_opt.study import Study, load_study

MOST_OUTSIDE = 10.0  # per cent of a trial
_STUDY = ROOT / "studies" / "first_study.toml"


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a trial on one core, 0 to 1.

    Attributes
    ----------
    seconds
        Of one trial.
    outside_model
        Outside `Model.simulate`: sampler, log, scores of the panel, copies of policies.
    bookkeeping
        That, and the records and readout inside `Model.simulate`.
    outside_kernels
        Everything but the calls of compiled kernels: Python and numpy of the mechanisms as well.
    """

    trials: int
    seconds: float
    outside_model: float
    bookkeeping: float
    outside_kernels: float

    def table(self) -> str:
        """Return the shares as Markdown."""
        rows = (
            ("outside the simulated courses (Optuna, log, scores of the panel)", self.outside_model),
            ("that, and the records and readout of the courses", self.bookkeeping),
            ("outside compiled kernels", self.outside_kernels),
        )
        return (
            markdown(("share of a trial", "%"), [[name, f"{100 * share:.1f}"] for name, share in rows])
            + f"\n\n{self.trials} trials one after the other, {self.seconds:.2f} s each, on one core\n"
        )


def _study(patients: int, days: int, trials: int) -> Study:
    """The first study of the tutorial, with another panel, horizon and number of trials."""
    study = load_study(_STUDY)
    return dataclasses.replace(
        study,
        days=days,
        objective=dataclasses.replace(study.objective, day=days),
        last_day=min(study.last_day, days),
        search=dataclasses.replace(study.search, trials=trials, startup=1, lag=1),
        panels=dataclasses.replace(study.panels, search=patients),
    )


def _search(study: Study) -> Callable[[], object]:
    """The search panel's trials through the coordinator, with a log in a temporary directory, nothing else."""

    def run() -> None:
        patients, pool = study.patients("search"), make_executor("serial")
        with tempfile.TemporaryDirectory() as folder, RunLog(Path(folder) / "log.jsonl", {}) as log:
            bench = Bench(pool, log, Silent(), Pace(study.search.trials * len(patients)), StopRequest())
            run_trials(study, bench, patients, {})

    return run


def _watched(run: Callable[[], object], clocks: Clocks, places: list[tuple[object, str, Any]]) -> float:
    """Return the seconds of a run, without what the watches took."""
    with replaced(places):
        seconds = timed(run)
    return seconds - clocks.cost()


def trial_shares(patients: int, days: int, trials: int) -> Shares:
    """Run the same search twice: with watches on courses, records and readout, and with watches on every kernel."""
    run = _search(_study(patients, days, trials))
    stimulated_course(ro.Model(), ro.Patient.sample(seed=1))  # whatever a trial may need is compiled
    _search(_study(patients, min(days, 15), 1))()  # networks in memory
    clocks, kernels = Clocks(), Clocks()
    watched = [(owner, name, "kept") for owner, name, label in PLACES if label.startswith(("records", "readout"))]
    places = [
        (owner, name, clocks.around(label, getattr(owner, name)))
        for owner, name, label in [*watched, (ro.Model, "simulate", "simulated")]
    ]
    whole = _watched(run, clocks, places)
    with around_kernels(kernels.around):
        compiled = _watched(run, kernels, [])
    inside, kept = clocks.seconds["simulated"], clocks.seconds["kept"]
    return Shares(
        trials=trials,
        seconds=whole / trials,
        outside_model=1 - (inside + kept) / whole,
        bookkeeping=1 - inside / whole,
        outside_kernels=1 - sum(kernels.seconds.values()) / compiled,
    )
