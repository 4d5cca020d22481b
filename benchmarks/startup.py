"""What starting up costs: help, check, compiling with a cold and a warm cache, a race for the cache, a read-only place.

Run ``python -m benchmarks.startup [--quick]``; ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.common import ROOT, arguments, markdown, say, store
from benchmarks.figures import Figure, failed, stored
from benchmarks.fresh import Child, copy_of_package, race, read_only_copy, run, run_command

MOST_COLD, MOST_WARM = 40.0, 0.5  # seconds of compiling everything
MOST_HEALTHY = 2.0  # seconds of a healthy network of 600 units
_STUDY = ROOT / "studies" / "first_study.toml"

COMPILE = """
from benchmarks.fresh import compile_seconds
print(compile_seconds({seed}))
"""
FIRST_COURSE = """
import rehab_opt as ro
course = ro.Model().simulate(ro.Patient.sample(seed=1), ro.protocols["usual-care"].policy(), 182, 1)
print(course.at("fm_ue", -1))
"""
HEALTHY = """
import time
from rehab_opt.network.healthy import healthy_network
from rehab_opt.parameters import Parameters
healthy_network(Parameters({"network.units": 240}), 1)  # compiles
found = []
for seed in range(3):
    start = time.perf_counter()
    healthy_network(Parameters(), 1000 + seed)
    found.append(time.perf_counter() - start)
print(sorted(found)[1])
"""
PLACE = """
import pathlib, rehab_opt
from rehab_opt.network.kernels import cache_folder
print(pathlib.Path(rehab_opt.__file__).parent, cache_folder(), sep="|")
"""


def commands(repeats: int) -> list[tuple[str, float]]:
    """Return the median seconds of whole commands, interpreter included."""
    found = []
    for arguments_ in (["--help"], ["check", str(_STUDY)]):
        say("rehab-opt " + arguments_[0])
        run_command(arguments_)  # byte code and disk are warm
        seconds = statistics.median(run_command(arguments_) for _ in range(repeats))
        found.append(("rehab-opt " + " ".join(Path(a).name for a in arguments_), seconds))
    return found


def compiling(folder: Path, package: Path) -> tuple[float, float]:
    """Return the seconds of compiling everything with an empty cache, and of loading it from a full one."""
    found = []
    for name, seed in (("cold", 100), ("warm", 200)):
        say(f"compile, {name}")
        found.append(float(run(COMPILE.format(seed=seed), folder, package).out))
    return found[0], found[1]


def first_course(folder: Path, package: Path) -> list[tuple[str, float]]:
    """Return the seconds of processes that simulate one course of 26 weeks, with an empty and with a full cache."""
    found = []
    for name in ("cold", "warm"):
        say(f"first course, {name}")
        found.append((f"a process with one 26-week course, {name} cache", run(FIRST_COURSE, folder, package).seconds))
    return found


def same_after_race(folder: Path, package: Path) -> tuple[bool, float]:
    """Let two processes race for an empty cache; return whether all agree with a third one after, and its seconds."""
    say("two processes race for an empty cache")
    children = race(FIRST_COURSE, folder, 2, package)
    after = run(FIRST_COURSE, folder, package)
    whole = all(child.code == 0 and child.out == after.out for child in children)
    left = [path for path in folder.rglob("*") if path.name.startswith(".") or path.suffix == ".tmp"]
    return whole and not left, after.seconds


def works_read_only(folder: Path) -> tuple[bool, Child]:
    """Simulate with a copy of the package that cannot be written, and no cache folder but the temporary one."""
    say("read-only installation")
    place = read_only_copy(folder)
    child = run(PLACE, None, installed=place, temporary=folder / "tmp")
    course = run(FIRST_COURSE, None, installed=place, temporary=folder / "tmp")
    used, _, cache = child.out.partition("|")
    untouched = not list((place / "rehab_opt").rglob("__pycache__"))
    good = Path(used) == place / "rehab_opt" and Path(cache).is_relative_to(folder / "tmp")
    return child.code == course.code == 0 and good and untouched, course


def main() -> int:
    """Measure, print, store; return the exit code."""
    chosen = arguments(__doc__).parse_args()
    rows = commands(2 if chosen.quick else 7)
    with tempfile.TemporaryDirectory(prefix="rehab-opt-") as name:
        top = Path(name)
        package = copy_of_package(top / "package")
        cold, warm = compiling(top / "compile", package)
        if not chosen.quick:
            warm = statistics.median(
                [warm, *(float(run(COMPILE.format(seed=s), top / "compile", package).out) for s in (300, 400))]
            )
        healthy = float(run(HEALTHY, top / "compile", package).out)
        if not chosen.quick:  # the race shows as much
            rows += first_course(top / "course", package)
        safe, after = same_after_race(top / "race", package)
        readable, course = works_read_only(top)
    rows += [("compiling everything, cold cache", cold), ("compiling everything, warm cache", warm)]
    rows += [("healthy network, 600 units", healthy), ("a process with one course after the race", after)]
    rows.append(("a process with one course, read-only installation", course.seconds))
    print(markdown(("start", "seconds"), [[label, f"{seconds:.2f}"] for label, seconds in rows]) + "\n")
    found = [
        Figure.at_most("compiling everything, cold cache", cold, MOST_COLD, "s"),
        Figure.at_most("compiling everything, warm cache", warm, MOST_WARM, "s"),
        Figure.at_most("healthy network, 600 units", healthy, MOST_HEALTHY, "s"),
        Figure("two processes racing for an empty cache", "same result" if safe else "differ", "same result", safe),
        Figure("read-only installation", "works" if readable else course.error[-80:] or "fails", "works", readable),
    ]
    for figure in found:
        print(f"{figure.name}: {figure.value} ({figure.limit})")
    result = {"acceptance": stored(found), "rows": [{"start": label, "seconds": s} for label, s in rows]}
    store("startup", result, chosen.out, chosen.quick)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
