"""Every measurement of speed, one after the other, and one table of what has to hold.

Run ``python -m benchmarks [--quick] [--only NAME]``. A whole run takes less than 15 minutes on two cores and writes its
table into benchmarks/README.md; a quick one takes two and writes nothing. Ends with 1 when a figure misses its limit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import RESULTS, ROOT, say
from benchmarks.figures import Figure, read, table
from benchmarks.summary import refresh

PARTS = ("course", "roofline", "cohort", "denormals", "startup", "guard", "peers")
KEPT_ASIDE = ("guard",)  # its stored file is the yardstick and changes only when it is told to


def run_part(name: str, quick: bool, folder: Path) -> list[Figure]:
    """Run one measurement in a process of its own, so that its crash costs only itself; return its figures."""
    aside = quick or name in KEPT_ASIDE
    path = folder / f"{name}.json" if aside else RESULTS / f"{name}.json"
    before = path.stat().st_mtime_ns if path.exists() else 0
    command = [sys.executable, "-m", f"benchmarks.{name}", *(["--quick"] if quick else []), "--out", str(path)]
    print(f"\n## {name}\n", flush=True)
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False)
    say(f"{name}: {time.monotonic() - start:.0f} s, exit code {done.returncode}")
    if not path.exists() or path.stat().st_mtime_ns == before:
        return []  # it did not come to its end
    return read(json.loads(path.read_text("utf-8")))


def main() -> int:
    """Run all or some, print the summary; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes: shows that everything runs, no more")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="NAME", help="run this one (may be repeated)")
    chosen = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        found = {name: run_part(name, chosen.quick, Path(folder)) for name in chosen.only or PARTS}
    minutes = (time.monotonic() - start) / 60
    print("\n## Summary\n\n" + table(found))
    print(f"\n{minutes:.1f} minutes" + ("; quick: the numbers mean nothing" if chosen.quick else ""))
    if not chosen.quick and not chosen.only:
        refresh(found, minutes)
    return int(not all(figures and all(figure.met for figure in figures) for figures in found.values()))


if __name__ == "__main__":
    sys.exit(main())
