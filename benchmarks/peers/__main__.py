"""The same work by numpy, scipy, JAX, PyTorch, Brian2, ANNarchy and this package, side by side on one core.

Run ``python -m benchmarks.peers [--units N ...] [--only PEER ...] [--quick]``; ends with 1 when a limit is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.common import arguments, store
from benchmarks.figures import failed, stored
from benchmarks.peers.environments import ENVIRONMENTS, Installed, default_folder, prepare
from benchmarks.peers.measure import Row, measure
from benchmarks.peers.peers import PEERS, Peer
from benchmarks.peers.table import environment_table, figures, size_table
from benchmarks.peers.work import DAYS, STEPS, STIMULI, build_problem
from benchmarks.timing import one_core

UNITS = (600, 2000, 10_000)
LARGE, LARGE_DAYS = 5000, 20  # from this size on fewer days: times are per day
QUICK_DAYS = 5
ROUNDS = 3


def _arguments() -> argparse.Namespace:
    parser = arguments(__doc__)
    parser.add_argument("--units", type=int, nargs="+", default=list(UNITS), help="sizes (default 600 2000 10000)")
    parser.add_argument("--only", nargs="+", metavar="PEER", help="part of the names of the peers to run, e.g. jax")
    parser.add_argument("--environments", type=Path, default=default_folder(), help="where environments are kept")
    return parser.parse_args()


def _chosen(only: list[str] | None, quick: bool) -> list[Peer]:
    if only is not None:
        return [peer for peer in PEERS if any(part.lower() in peer.name.lower() for part in only)]
    return [peer for peer in PEERS if not (quick and peer.builds)]


def _run(units: list[int], peers: list[tuple[Peer, Installed]], quick: bool) -> list[Row]:
    every: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in units:
            days = QUICK_DAYS if quick else LARGE_DAYS if size >= LARGE else DAYS
            rows, guaranteed = measure(build_problem(size), peers, Path(folder), 1 if quick else ROUNDS, days)
            print(
                f"\n{rows[0].units} units, {STIMULI} stimuli, ms per day and patient; {guaranteed} steps settle every"
            )
            print("day of the course to the tolerance (* = scaled from 8 steps, not measured)\n")
            print(size_table(rows))
            every += rows
    return every


def main() -> int:
    """Make environments, measure, print, store; return the exit code."""
    chosen = _arguments()
    names = _chosen(chosen.only, chosen.quick)
    wanted = [peer.environment for peer in names if peer.environment is not None]
    installed = {
        name: prepare(ENVIRONMENTS[name], chosen.environments, not chosen.quick) for name in dict.fromkeys(wanted)
    }
    units = [600] if chosen.quick else list(chosen.units)
    with one_core():  # peers inherit it
        rows = _run(units, [(peer, installed[str(peer.environment)]) for peer in names], chosen.quick)
    print(f"\n{environment_table(installed)}\n")
    sizes = dict.fromkeys(row.units for row in rows)
    found = [figure for size in sizes for figure in figures([row for row in rows if row.units == size])]
    for figure in found:
        print(f"{'ok    ' if figure.met else 'MISSED'} {figure.name}: {figure.value} ({figure.limit})")
    result = {
        "acceptance": stored(found),
        "work": {"days": DAYS, "days_large": LARGE_DAYS, "steps": STEPS, "stimuli": STIMULI, "rounds": ROUNDS},
        "rows": [asdict(row) for row in rows],
        "environments": {name: {**asdict(row), "python": str(row.python)} for name, row in installed.items()},
    }
    store("peers", result, chosen.out, chosen.quick)
    return failed(found)


if __name__ == "__main__":
    sys.exit(main())
