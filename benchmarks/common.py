"""What the measurements share: default patients, 26-week scores in threads, the machine's name, tables, JSON files."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import rehab_opt as ro
from rehab_opt.course import Course
from rehab_opt.network.kernels import source_hash
from rehab_opt.therapy import Schedule, Session, Stimulation, as_policy

HORIZON = 182  # days since the lesion: 26 weeks
QUICK_HORIZON = 21
ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
NOISE_SEED = 1  # the same biological noise for every variant: differences are paired


def arguments(description: str | None, patients: int | None = None) -> argparse.ArgumentParser:
    """Return the parser with the options that every measurement has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="a few patients, three weeks: shows that it runs, no more")
    parser.add_argument(
        "--out", type=Path, help="file of the results; by default in benchmarks/results/, not if --quick"
    )
    if patients is not None:
        parser.add_argument("--patients", type=int, default=patients, help=f"number of patients (default {patients})")
        parser.add_argument("--workers", type=int, default=2, help="patients simulated at the same time (default 2)")
    return parser


def default_patients(count: int) -> tuple[ro.Patient, ...]:
    """Return the default patients 1 ... count."""
    return tuple(ro.Patient.sample(seed=seed) for seed in range(1, count + 1))


def usual_care(model: ro.Model, patient: ro.Patient, days: int) -> Course:
    """Return a patient's course under usual care."""
    return model.simulate(patient, ro.protocols["usual-care"].policy(), days, NOISE_SEED)


def stimulated_course(model: ro.Model, patient: ro.Patient) -> Course:
    """Return 15 days with intermittent theta bursts and dense practice: reaches kernels that usual care does not."""
    itbs = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-10)
    sessions = tuple(Session(day=day, minutes=45, repetitions=300, stimulation=itbs) for day in range(11, 15))
    schedule = Schedule(name="stimulated", sessions=sessions, origin="lesion")
    return model.simulate(patient, as_policy(schedule), 15, NOISE_SEED)


def final_scores(
    models: Mapping[str, ro.Model], patients: Sequence[ro.Patient], days: int, workers: int
) -> dict[str, NDArray[np.float64]]:
    """Return the FM-UE on the last day of every patient [patients] under every model, in points."""
    found: dict[str, NDArray[np.float64]] = {}
    with ThreadPoolExecutor(workers) as pool:
        for name, model in models.items():
            say(f"{name}: {len(patients)} patients, {days} days")
            work = [pool.submit(usual_care, model, patient, days) for patient in patients]
            found[name] = np.array([job.result().at("fm_ue", days) for job in work])
    return found


def machine() -> dict[str, str | int]:
    """Return what the numbers were measured on, and with which versions."""
    import numba

    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "rehab_opt": ro.__version__,
        "source": source_hash(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table.

    Examples
    --------
    >>> print(markdown(["a", "b"], [["1", "2"]]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def store(name: str, data: Mapping[str, object], out: Path | None, quick: bool) -> None:
    """Write the results with the machine's name, at once or not at all; a quick run is kept only where asked for."""
    if out is None and quick:
        return
    path = out or RESULTS / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, json.dumps({"benchmark": name, "machine": machine(), **data}, indent=1) + "\n")
    say(f"stored in {path}")


def write(path: Path, text: str) -> None:
    """Replace a file's text in one step."""
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, path)


def say(text: str) -> None:
    """Tell how far the work is, apart from the results."""
    print(text, file=sys.stderr, flush=True)
