"""Has anything become slower? Ratios of a handful of timings to a calibration kernel, against the last accepted ones.

Run ``python -m benchmarks.guard [--accept] [--quick]``; ends with 1 when anything lost more than 15 per cent.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import rehab_opt as ro
from benchmarks.calibration import calibrate
from benchmarks.common import RESULTS, ROOT, arguments, default_patients, machine, markdown, say, store, usual_care
from benchmarks.figures import Figure, stored
from benchmarks.kernel_calls import largest_calls
from benchmarks.settle_case import settle_case
from benchmarks.timing import best, one_core, timed

MOST_LOSS = 0.15
ACCEPTED = RESULTS / "guard.json"
KERNELS = ("hebbian", "feed_back", "slide", "consolidate", "scale_rows", "balance_rows", "pack", "thalamic_drive")


def timings() -> dict[str, Callable[[], float]]:
    """Return what is timed, by name; each returns its seconds."""
    model, patients = ro.Model(), default_patients(8)
    case, calls = settle_case(), largest_calls(model, patients[0])
    for patient in patients:
        usual_care(model, patient, 15)  # compiled, networks in memory
    pool = ThreadPoolExecutor(2)
    pool.submit(int).result()

    def cohort() -> None:
        for job in [pool.submit(usual_care, model, patient, 28) for patient in patients]:
            job.result()

    found: dict[str, Callable[[], float]] = {
        "settle": lambda: best(lambda: case.run(10), 20),
        "28-day course": lambda: timed(lambda: usual_care(model, patients[0], 28)),
        "8 patients, 28 days, 2 threads": lambda: timed(cohort),
    }
    for name in KERNELS:
        if name in calls:
            found[name] = lambda name=name: calls[name].seconds(40)  # type: ignore[misc]
    return found


def ratios(work: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return the best seconds of each / the best seconds of the calibration kernel, timed in turn."""
    seconds = dict.fromkeys(work, 1e9)
    yardstick = 1e9
    with one_core():  # the pool's threads are there already, and stay free
        for _ in range(rounds):
            for name, run in work.items():
                yardstick = min(yardstick, calibrate())
                seconds[name] = min(seconds[name], run())
    return {name: found / yardstick for name, found in seconds.items()}


def losses(now: Mapping[str, float], accepted: Mapping[str, float]) -> dict[str, float]:
    """Return how much slower each is than it was, as a share; negative = faster. What is new has no loss.

    Examples
    --------
    >>> losses({"settle": 1.2, "new": 3.0}, {"settle": 1.0, "gone": 1.0})
    {'settle': 0.2}
    """
    return {name: round(now[name] / accepted[name] - 1, 6) for name in now if name in accepted}


def flagged(lost: Mapping[str, float]) -> list[str]:
    """Return the names that lost more than is allowed, worst first.

    Examples
    --------
    >>> flagged({"a": 0.16, "b": 0.15, "c": -0.5, "d": 0.3})
    ['d', 'a']
    """
    return sorted((name for name, loss in lost.items() if loss > MOST_LOSS), key=lambda name: -lost[name])


def commit() -> str:
    """Return the commit of the working tree, with a note when it has changes; "unknown" outside a repository."""
    try:
        head, changes = (
            subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain", "--", "rehab_opt"])
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{head} with changes" if changes else head


def measure(accepted: Mapping[str, float], rounds: int) -> dict[str, float]:
    """Return the ratios; what seems lost is measured a second time, because a neighbour's noise looks the same."""
    work = timings()
    now = ratios(work, rounds)
    again = flagged(losses(now, accepted))
    if again:
        say(f"measured once more: {', '.join(again)}")
        second = ratios({name: work[name] for name in again}, 2 * rounds)
        now |= {name: min(now[name], second[name]) for name in again}
    return now


def main() -> int:
    """Measure, compare, print, store; return the exit code."""
    parser = arguments(__doc__)
    parser.add_argument("--accept", action="store_true", help="store the new ratios as those to compare with")
    chosen = parser.parse_args()
    last: dict[str, Any] = json.loads(ACCEPTED.read_text("utf-8")) if ACCEPTED.exists() else {}
    accepted: dict[str, float] = last.get("ratios", {})
    now = measure(accepted, 3 if chosen.quick else 12)
    lost = losses(now, accepted)
    cells = []
    for name, ratio in now.items():
        known = name in lost
        before, loss = (f"{accepted[name]:.3g}", f"{100 * lost[name]:+.0f} %") if known else ("-", "new")
        cells.append([name, f"{ratio:.3g}", before, loss])
    print(markdown(("timing", "times the calibration kernel", "accepted", "slower by"), cells))
    if last:
        print(f"\naccepted: commit {last['commit']}, {last['machine']['processor']}")
        if last["machine"]["processor"] != machine()["processor"]:
            print("another machine: ratios carry over only roughly")
    slower = flagged(lost)
    print("\nlost more than 15 %: " + (", ".join(slower) or "nothing"))
    words = ", ".join(f"{name} {100 * lost[name]:+.0f} %" for name in slower)
    figure = Figure("slower than the accepted commit", words or "nothing", "nothing by more than 15 %", not slower)
    result = {"acceptance": stored([figure]), "commit": commit(), "ratios": now}
    if chosen.out or chosen.accept or not (last or chosen.quick):
        store("guard", result, chosen.out or ACCEPTED, quick=False)
    return int(bool(slower) and not chosen.accept)


if __name__ == "__main__":
    sys.exit(main())
