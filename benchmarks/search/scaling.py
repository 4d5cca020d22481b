"""What a trial costs the coordinator as a search grows: sampler, decoding, log and records, with results that cost
nothing."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

from benchmarks.common import ROOT
from rehab_opt.course import ModelSpec, load_model
from rehab_opt.models.planted import PlantedModel
from rehab_opt.patient import CohortSpec, Patient
from rehab_opt.search import Bench, Pace, PatientResult, Silent, StopRequest, run_trials
from rehab_opt.search.proposals.box_sampler import BoxSampler
from rehab_opt.search.proposals.samplers import distributions, make_sampler, proposes_together, quiet_optuna
from rehab_opt.search.record.log import RunLog
from rehab_opt.study import Study, load_study
from rehab_opt.therapy import ConstantPolicy, Policy
from rehab_opt.worker import start_worker

PATIENTS = 24
LATE = 10  # the last tenth of the trials is "at" their number


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one search.

    Attributes
    ----------
    mean_ms, late_ms
        Milliseconds a trial: over all trials, over the last tenth of them.
    kilobytes
        Memory a trial: growth of the process from its first trials to its end.
    log_kilobytes
        Log on disk a trial.
    """

    sampler: str
    trials: int
    mean_ms: float
    late_ms: float
    kilobytes: float
    log_kilobytes: float


def subacute(sampler: str, trials: int, patients: int = PATIENTS) -> Study:
    """Return the subacute study with drawn lesions, so that nobody has to be fitted, and without constraints."""
    study = load_study(ROOT / "studies" / "subacute_upper_limb.toml")
    return dataclasses.replace(
        study,
        cohort=CohortSpec(enrolled_low=5, enrolled_high=30, wirings=4),
        constraints=(),
        search=dataclasses.replace(study.search, sampler=sampler, trials=trials),
        panels=dataclasses.replace(study.panels, search=patients),
    )


class Instant:
    """An executor that answers at once: the gain of the planted model, the same for every patient."""

    def __init__(self) -> None:
        self._model = cast(PlantedModel, load_model(ModelSpec("rehab_opt.models.planted:TWELVE")))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return a future that is done."""
        _, patients, policy = args
        done: Future[Any] = Future()
        done.set_result(tuple(self._result(patient, policy) for patient in patients))
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing."""

    def _result(self, patient: Patient, policy: Policy) -> PatientResult:
        gain = 15.0 + self._model.gain(cast(ConstantPolicy, policy).schedule)
        return PatientResult(
            patient_id=patient.id,
            enrolled_day=patient.enrolled_day,
            outcome="completed",
            values={"fm_ue": gain, "arat": gain, "use": gain / 15.0},
            baseline={"fm_ue": 15.0, "arat": 14.0, "use": 1.0},
            hours=40.0,
            sessions=40,
            repetitions=4000.0,
            adverse_events=0,
            seizures=0,
            lesion_growth=0.0,
        )


class _Marks(Silent):
    """Notes the clock at every trial."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.memory: list[int] = []

    def on_trial(self, *args: Any, **kwargs: Any) -> None:
        self.times.append(time.perf_counter())
        self.memory.append(_resident())


def _resident() -> int:
    """Return the resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cost(sampler: str, trials: int, patients: int = PATIENTS) -> Cost:
    """Run one search with a log on disk."""
    study, marks = subacute(sampler, trials, patients), _Marks()
    with tempfile.TemporaryDirectory() as folder, RunLog(Path(folder) / "log.jsonl", {}) as log:
        bench = Bench(Instant(), log, marks, Pace(trials * patients), StopRequest())
        run_trials(study, bench, study.patients("search"), {})
        size = log.path.stat().st_size
    late = max(1, trials // LATE)
    times, early = marks.times, min(10, trials - 1)
    return Cost(
        sampler=sampler,
        trials=trials,
        mean_ms=1000 * (times[-1] - times[0]) / (trials - 1),
        late_ms=1000 * (times[-1] - times[-1 - late]) / late,
        kilobytes=(marks.memory[-1] - marks.memory[early]) / 1024 / (trials - early),
        log_kilobytes=size / 1024 / trials,
    )


def costs(samplers: Sequence[str], counts: Sequence[int]) -> list[Cost]:
    """Measure each search in a process of its own, one after the other."""
    found = []
    for sampler in samplers:
        for count in counts:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=start_worker) as pool:
                found.append(pool.submit(cost, sampler, count).result())
    return found


def ask_ms(sampler: str, trials: int, asks: int = 20) -> float:
    """Return the milliseconds of one ask after so many finished random trials; for samplers without a state.

    A whole search of 10,000 trials of TPE takes too long for a measurement that anyone would repeat.
    """
    import numpy as np
    import optuna

    study, rng = subacute(sampler, trials), np.random.default_rng(1)
    box = distributions(study.space.dimensions)
    with quiet_optuna():
        shell = BoxSampler(make_sampler("random", 1, 0, 1))
        store = optuna.create_study(direction="maximize", sampler=shell)
        for number in range(trials):
            shell.inner = make_sampler("random", 1, number, 1)
            store.tell(store.ask(box), float(rng.normal()))
        shell.known = {}
        seconds = []
        for number in range(trials, trials + asks + 1):
            shell.inner, shell.together = make_sampler(sampler, 1, number, 1), proposes_together(sampler, number)
            begin = time.perf_counter()
            trial = store.ask(box)
            seconds.append(time.perf_counter() - begin)
            store.tell(trial, float(rng.normal()))
    # The first one infers the search space, once in a search.
    return 1000 * float(np.mean(seconds[1:]))
