"""Loss of a few like-tuned cells under raised and under equal coupling of like-tuned cells."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import mean_interval, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.sheet import own_numbers
from rehab_opt.validation.sheet.coupling import MOST_REMOVED, CouplingPlan, run_coupling

NETWORKS, QUICK_NETWORKS = 8, 4
STRONGEST, WEAKEST = -0.15, -0.40
ABOUT_ZERO = 0.05


def like_to_like(setup: Setup) -> Finding:
    """Peron 2020: removing < 5 % of the cells hurts spared like-tuned ones only when their coupling is raised.

    Raised is the coupling that every other target of the group runs with, at the same total excitation.
    """
    raised = own_numbers()["like-to-like"].value
    sweep = (0.0, raised / 2, raised)
    n = setup.count(NETWORKS, QUICK_NETWORKS)
    plans = [
        CouplingPlan(setup.seed("map", "network", number), like, tuple(sorted(setup.overrides(number).items())))
        for like in sweep
        for number in range(n)
    ]
    found = np.array([[row.alike, row.others, row.removed] for row in setup.map(run_coupling, plans)])
    table = found.reshape(len(sweep), n, 3)
    alike = table[:, :, 0]
    checks = (
        within("encoding score of spared like-tuned cells, raised coupling, change", alike[-1], WEAKEST, STRONGEST),
        within("the same, equal coupling, change", alike[0], -ABOUT_ZERO, ABOUT_ZERO),
        within("share of excitatory cells removed", table[-1, :, 2], 0.0, MOST_REMOVED),
    )
    series = [Series("Peron 2020, model networks", (sweep[0], sweep[-1]), (0.0, -0.27), role="published")]
    for label, column, role in (("spared like-tuned cells", 0, "model"), ("other responsive cells", 1, "other")):
        rows = table[:, :, column]
        ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in rows]
        low, high = map(list, zip(*ends, strict=True))
        series.append(Series(label, sweep, rows.mean(axis=1), low, high, kind="line", role=role))
    words = f"The stronger half of the cells tuned to a tone and its neighbours is removed; {n} networks."
    labels = ("concentration of like-to-like coupling", "relative change of the encoding score")
    return Finding(checks, Figure(*labels, tuple(series), caption=words))
