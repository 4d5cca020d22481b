"""The map after the loss of responders, of silent cells and of interneurons."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import direction, estimate, fact, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.map.runs import (
    DAYS,
    FloatArray,
    band,
    corrected,
    over_sham,
    recovered_after,
    results,
)
from rehab_opt.validation.sheet import LATE, POST, Result

NEAR, STEADY = 0.03, 0.05
LEAST_P = 0.05
DEEPEST, SHALLOWEST = 0.25, 0.05
LONGER = 2.0
TROUGH, BACK_BY = POST[0], 11


def map_responsive(setup: Setup) -> Finding:
    """Noda 2025, F2 and ED10: the loss of the strongest responders disturbs the map for three to five days."""
    found = results(setup)
    diagonal = over_sham(found, "responsive", "diagonal")
    trough = diagonal[:, 0]
    back = POST.index(BACK_BY)
    checks = (
        fact("D below sham on day 7 (FDR)", bool(corrected(diagonal)[0] < LEAST_P and trough.mean() < 1)),
        within("depth of the trough of D, day 7, share of sham", 1 - trough, SHALLOWEST, DEEPEST),
        within(f"D over sham, day {BACK_BY}", diagonal[:, back], 1 - NEAR, 1 + NEAR),
        within("D over sham, day 15", diagonal[:, -1], 1 - NEAR, 1 + NEAR),
    )
    words = (
        f"Published: trough on day 7, back by day 9-11; depth not readable. {len(found)} networks, "
        f"{np.mean([row.removed for row in found]):.0f} cells removed."
    )
    return Finding(checks, _figure(found, ("responsive",), words))


def map_nonresponsive(setup: Setup) -> Finding:
    """Noda 2025, F2: the loss of as many silent cells does little."""
    found = results(setup)
    silent, strong = (over_sham(found, name, "diagonal") for name in ("nonresponsive", "responsive"))
    allowed = float(1 - strong[:, 0].mean()) / 3
    checks = tuple(
        within(f"|D - 1| over sham, day {day}", np.abs(silent[:, column] - 1), None, allowed)
        for column, day in enumerate(POST)
    )
    return Finding(checks, _figure(found, ("responsive", "nonresponsive"), "Tolerance: a third of the trough."))


def map_inhibitory(setup: Setup) -> Finding:
    """Noda 2025, F7 and F8: the loss of interneurons disturbs D longer, at unchanged rates and trial-averaged map."""
    found = results(setup)
    diagonal, reliable = (over_sham(found, "inhibitory", name) for name in ("diagonal", "reliability"))
    below = (corrected(diagonal) < LEAST_P) & (diagonal.mean(axis=0) < 1)
    days = (*POST, *(() if setup.quick else LATE))
    slow, fast = (
        recovered_after(over_sham(found, name, "diagonal", days).mean(axis=0), days)
        for name in ("inhibitory", "responsive")
    )
    checks = [
        estimate("post-days with D below sham (FDR)", float(below.sum()), None, 3, None),
        estimate("time to recover over that after loss of responders", slow / fast, None, LONGER, None),
        direction("reliability of cells over sham minus 1, mean of post-days", reliable.mean(axis=1) - 1, sign=-1),
    ]
    for words, name in (("responsive fraction", "fraction"), ("best amplitude", "amplitude"), ("Obar", "averaged")):
        mean = over_sham(found, "inhibitory", name).mean(axis=1)
        checks.append(within(f"{words} over sham, mean of post-days", mean, 1 - STEADY, 1 + STEADY))
    words = f"Published: longer than after loss of responders (ANOVA P 0.0033). {len(found)} networks."
    return Finding(tuple(checks), _figure(found, ("responsive", "inhibitory"), words))


def _figure(found: list[Result], lesions: tuple[str, ...], words: str) -> Figure:
    days = tuple(day for day in (*DAYS, *LATE) if day in found[0].after["sham"])
    flat = np.ones(len(days))
    series = [Series("inside 1 -+ 0.03", days, flat, flat - NEAR, flat + NEAR, kind="line", role="published")]
    for number, lesion in enumerate(lesions):
        values: FloatArray = over_sham(found, lesion, "diagonal", days)
        last = number == len(lesions) - 1
        series.append(band(f"loss: {lesion}", values, days, role="model" if last else "other"))
    return Figure("day", "D over sham", tuple(series), caption=words)
