"""Repair of a zone without input: does it refill from its border, and do axons overshoot on the way?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rehab_opt.validation.checks import direction, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import FloatArray
from rehab_opt.validation.groups.network.repair import DAYS, Repaired, repairs

LOW, HIGH = "structural-plasticity.dendritic-low", "structural-plasticity.axonal-low"
REFILLED = 0.5  # of the zone's units: at least so many respond again
LAST = 14  # days that count as the end


def lpz_repair(setup: Setup) -> Finding:
    """Butz and van Ooyen 2013: a deprived zone refills from its border, with low eta on dendrites and high on axons.

    The thalamic axons of the middle 30 % of the sensory area (excitatory and inhibitory units) fall silent for good; a
    unit has refilled when some touch evokes half of what its best one did in health, above its median response: the map
    of best stimuli has it again. The two etas are swapped as control.
    Axonal elements are those of the units around the zone, whose axons sprout into it.
    """
    ways, swapped = repairs(setup), repairs(setup, numbers=_swapped_etas(setup))
    border, centre = (np.array([way.refilled(part(way)) for way in ways]) for part in (_border, _centre))
    end, end_swapped = (np.array([_at_the_end(way) for way in group]) for group in (ways, swapped))
    axons = np.array([way.axonal[:, way.zone :].mean(axis=1) for way in ways])
    top = int(axons.mean(axis=0).argmax())
    risen, fallen = axons[:, top] - axons[:, 0], axons[:, -1] - axons[:, top]
    return Finding(
        checks=(
            within("share of the zone's units that respond in the end", end, REFILLED, None),
            direction("responding share over all days, border minus centre", (border - centre).mean(axis=1), sign=1),
            direction("responding share in the end, etas as published minus swapped", end - end_swapped, sign=1),
            direction("axonal elements around the zone, per unit, peak minus start", risen, sign=1),
            direction("axonal elements around the zone, per unit, end minus peak", fallen, sign=-1),
        ),
        figure=_figure(border, centre, axons),
    )


def _border(way: Repaired) -> slice:
    return way.border


def _centre(way: Repaired) -> slice:
    return way.centre


def _at_the_end(way: Repaired) -> float:
    return float(way.refilled(slice(0, way.zone))[-LAST:].mean())


def _swapped_etas(setup: Setup) -> dict[str, float]:
    """Return the numbers that give axons the dendrites' low eta, and dendrites the axons' high one."""
    from rehab_opt.parameters import Parameters

    numbers = Parameters(setup.overrides(0))
    return {LOW: numbers[HIGH], HIGH: numbers[LOW]}


def _figure(border: FloatArray, centre: FloatArray, axons: FloatArray) -> Figure:
    days = list(range(DAYS))
    return Figure(
        "days since the loss of input",
        "share of units that respond, or of axonal elements on day 0",
        (
            _curve("border of the zone", days, border),
            _curve("centre of the zone", days, centre),
            _curve("axonal elements around the zone", days, axons / axons[:, :1], role="other"),
            Series("published: refilled", (DAYS - 1,), (1.0,), (REFILLED,), (1.0,), role="published"),
        ),
        caption=f"{len(border)} networks, mean and 95 % interval.",
    )


def _curve(label: str, days: Sequence[float], table: FloatArray, role: str = "model") -> Series:
    mean, half = table.mean(axis=0), 1.96 * table.std(axis=0, ddof=1) / np.sqrt(len(table))
    return Series(label, days, mean, mean - half, mean + half, kind="line", role=role)
