"""Residual capacity of corticospinal search: added practice raises strength whenever it is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehab_opt.validation.checks import direction
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding
from rehab_opt.validation.groups.models.runs import Arm, days_of, last, mean_curve, run_arms

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

NETWORKS, QUICK_NETWORKS = 24, 4
DAYS = 428
HEALTHY_CELLS = 4000  # of the plug; so many are left as the share of spared fibres says
RESIDUAL_CELLS = (1000, 2000)
PLUG = "REINKENSMEYER_2012"
# Repetitions a day, ten of which are daily life, which the model adds by itself: 225 for 21 days, 75 for 42 days.
ACUTE, SUBACUTE = (0, 20, 215), (21, 62, 65)
EXTRA = 225


def therapies() -> dict[str, Schedule]:
    """Return the three published courses of practice: standard, and with 42 more days of 225 repetitions.

    Examples
    --------
    >>> [sum(session.repetitions for session in plan.sessions) for plan in therapies().values()]
    [7245.0, 16695.0, 16695.0]
    """
    more = (SUBACUTE[0], SUBACUTE[1], SUBACUTE[2] + EXTRA)
    return {
        "standard": days_of((ACUTE, SUBACUTE), "standard"),
        "subacute": days_of((ACUTE, more), "more in the subacute phase"),
        "chronic": days_of((ACUTE, SUBACUTE, (365, 406, EXTRA)), "more in the chronic phase"),
    }


def residual_capacity(setup: Setup) -> Finding:
    """Reinkensmeyer 2012, figure 3: final force by residual cells and by the phase in which practice was added."""
    from rehab_opt.patient import Lesion

    plans = therapies()
    names = [(cells, phase) for cells in RESIDUAL_CELLS for phase in plans]
    arms = [Arm(Lesion(cst_spared=cells / HEALTHY_CELLS), plans[phase], PLUG) for cells, phase in names]
    networks = setup.count(NETWORKS, QUICK_NETWORKS)
    found = dict(zip(names, run_arms(setup, "residual-capacity", arms, networks, DAYS), strict=True))
    # In units of one cell at full activation, as in the publication.
    force = {name: HEALTHY_CELLS * last(courses, "force") for name, courses in found.items()}
    few, many = RESIDUAL_CELLS
    checks = [
        direction(
            f"final force, {cells} residual cells, {phase} dose added minus standard, cells",
            force[cells, phase] - force[cells, "standard"],
            sign=1,
        )
        for cells in RESIDUAL_CELLS
        for phase in ("subacute", "chronic")
    ]
    more = force[many, "standard"] - force[few, "standard"]
    checks.append(direction(f"final force, standard, {many} minus {few} residual cells, cells", more, sign=1))
    return Finding(
        checks=tuple(checks),
        figure=Figure(
            x_label="days since the lesion",
            y_label="force, share of the intact network's",
            series=tuple(mean_curve(f"{cells} cells, {phase}", courses) for (cells, phase), courses in found.items()),
            caption=f"Published: both additions raise the final force, at both sizes. Mean of {networks} networks.",
        ),
    )
