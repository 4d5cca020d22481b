"""Targeted feedback in corticospinal search: a group that explores little gets feedback of its own now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rehab_opt.validation.checks import direction
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding
from rehab_opt.validation.groups.models.runs import Arm, days_of, last, mean_curve, run_arms

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

NETWORKS, QUICK_NETWORKS = 24, 10
LOST_SHARE = 1 / 3
FIRST_DAY, PRACTICE_DAYS, REPETITIONS = 14, 100, 200
PLUGS = {"standard": "NORMAN_2022", "targeted": "NORMAN_2022_TARGETED"}


def practice() -> Schedule:
    """Return 20,000 repetitions.

    Examples
    --------
    >>> sum(session.repetitions for session in practice().sessions)
    20000.0
    """
    return days_of(((FIRST_DAY, FIRST_DAY + PRACTICE_DAYS - 1, REPETITIONS),), "20,000 repetitions")


def targeted_feedback(setup: Setup) -> Finding:
    """Norman 2022: force and lateralisation after training with and without feedback from the lesioned side.

    A third of the lesioned hemisphere's cells is lost. On every fifth repetition the targeted arm gets feedback from
    that hemisphere's secondary cells instead of the force.
    """
    from rehab_opt.patient import Lesion

    networks = setup.count(NETWORKS, QUICK_NETWORKS)
    arms = [Arm(Lesion.disc(share=LOST_SHARE), practice(), plug) for plug in PLUGS.values()]
    days = FIRST_DAY + PRACTICE_DAYS
    standard, targeted = run_arms(setup, "targeted-feedback", arms, networks, days)
    gain = {measure: last(targeted, measure) - last(standard, measure) for measure in ("force", "lateralisation")}
    return Finding(
        checks=(
            direction("final force, targeted minus standard, % of intact", 100.0 * gain["force"], sign=1),
            direction("lateralisation index, targeted minus standard", gain["lateralisation"], sign=1),
        ),
        figure=Figure(
            x_label="days since the lesion",
            y_label="force (share of the intact network's), lateralisation index",
            series=tuple(
                mean_curve(f"{measure}, {name}", courses, measure)
                for measure in ("force", "lateralisation")
                for name, courses in (("standard", standard), ("targeted", targeted))
            ),
            caption=f"Published: both higher with targeted feedback. Mean of {networks} networks.",
        ),
    )
