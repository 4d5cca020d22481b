"""Poor recoverers: how many of the most severe patients regain little of what they lost."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import proportion
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.population import WEEKS, population

BASELINE_DAY = 3
LITTLE = 0.3


def poor_recoverers(setup: Setup) -> Finding:
    """Kundert 2019: 15-45 % of the severe third recover less than 0.3 of their deficit in six months.

    Baseline is day 3: the cohorts behind the finding were first assessed within days of the stroke, most within 72 h.
    """
    people = population(setup)
    recovered = people.recovered(WEEKS, BASELINE_DAY)
    severe, _, _ = people.thirds(BASELINE_DAY)
    poor = int((recovered[severe] < LITTLE).sum())
    first = people.fm(BASELINE_DAY)
    others = np.setdiff1d(np.arange(len(people)), severe)
    return Finding(
        (proportion("share of the severe third that recovers < 0.3 of the deficit", poor, len(severe), 0.15, 0.45),),
        Figure(
            "FM-UE on day 3, points",
            "share of the deficit recovered by week 26",
            (
                Series(
                    "published: below this line 15-45 % of the severe",
                    (0, 66),
                    (LITTLE, LITTLE),
                    kind="line",
                    role="published",
                ),
                Series("severe third", first[severe], recovered[severe]),
                Series("others", first[others], recovered[others], role="other"),
            ),
            caption=f"{len(people)} virtual patients under usual care.",
        ),
    )
