"""Fresh processes with a cache of their own: for measurements of starting up."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import rehab_opt as ro
from benchmarks.common import ROOT, stimulated_course, usual_care
from benchmarks.timing import timed

_NOWHERE = "/dev/null"  # a place in which nobody, root included, can make a folder
_NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Child:
    """A process that has ended: exit code, what it printed last, what it complained of, and its seconds."""

    code: int
    out: str
    error: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[str]
    start: float

    def wait(self) -> Child:
        out, error = self.process.communicate()
        last = out.strip().splitlines()[-1:] or [""]
        return Child(self.process.returncode, last[0], error.strip(), time.perf_counter() - self.start)


def _start(code: str, cache: Path | None, installed: Path, temporary: Path | None) -> _Running:
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(installed), str(ROOT)])}
    user: int | None = None
    if cache is not None:
        variables["REHAB_OPT_CACHE"] = str(cache)
    else:
        variables.pop("REHAB_OPT_CACHE", None)
        variables |= {"HOME": _NOWHERE, "XDG_CACHE_HOME": _NOWHERE, "TMPDIR": str(temporary)}
        variables["PYTHONDONTWRITEBYTECODE"] = "1"  # what is left in the place was then written by the package
        # Root may write anywhere; where nobody can start this interpreter, the mode of the files is all there is.
        user = _NOBODY if os.getuid() == 0 and _nobody_can_start() else None
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=variables,
        cwd=installed,
        user=user,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return _Running(process, time.perf_counter())


def _nobody_can_start() -> bool:
    try:
        done = subprocess.run([sys.executable, "-c", "import numba"], user=_NOBODY, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def run(code: str, cache: Path | None, installed: Path = ROOT, temporary: Path | None = None) -> Child:
    """Run some Python in a process of its own.

    Parameters
    ----------
    code
        Prints its result last.
    cache
        The cache folder; None: neither it nor a home directory can be written.
    installed
        Where the package is found.
    temporary
        Directory for temporary files, where ``cache`` is None.

    Raises
    ------
    RuntimeError
        If the process fails although it has a cache folder.
    """
    child = _start(code, cache, installed, temporary).wait()
    if child.code != 0 and cache is not None:
        raise RuntimeError(child.error)
    return child


def race(code: str, cache: Path, count: int, installed: Path = ROOT) -> list[Child]:
    """Run the same Python in several processes at once, on one cache folder."""
    return [running.wait() for running in [_start(code, cache, installed, None) for _ in range(count)]]


def run_command(arguments: list[str]) -> float:
    """Return the seconds of one call of the command line."""
    command = [sys.executable, "-c", "import sys; from rehab_opt.cli import main; sys.exit(main())", *arguments]
    return timed(partial(subprocess.run, command, cwd=ROOT, check=True, capture_output=True))


def copy_of_package(place: Path) -> Path:
    """Copy the package to a folder of its own, where nobody edits it while it is measured; return the folder."""
    shutil.copytree(ROOT / "rehab_opt", place / "rehab_opt", ignore=shutil.ignore_patterns("__pycache__"))
    return place


def read_only_copy(folder: Path) -> Path:
    """Copy the package to a folder that cannot be written; beside it a temporary directory that can."""
    place, temporary = copy_of_package(folder / "installed"), folder / "tmp"
    temporary.mkdir()
    temporary.chmod(0o777)
    folder.chmod(0o755)
    for path in [place, *place.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return place


def compile_seconds(seed: int) -> float:
    """Return what the first network and the first courses of this process take beyond the second ones, in seconds.

    One course has usual care, the other one stimulation and strong practice, so that every kernel is met.
    """
    from rehab_opt.network.healthy import healthy_network
    from rehab_opt.parameters import Parameters

    parameters, model = Parameters({"network.units": 240}), ro.Model(set={"network.units": 240})
    youth = [timed(partial(healthy_network, parameters, wiring)) for wiring in (seed, seed + 1)]
    patient = ro.Patient.sample(seed=1, wiring=seed, severity=0.5)

    def courses() -> None:
        usual_care(model, patient, 15)
        stimulated_course(model, patient)

    first, second = timed(courses), timed(courses)
    return max(0.0, youth[0] - youth[1]) + max(0.0, first - second)
