"""A zone of the sensory area that has lost its thalamic input: its rates, responses and synapses, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import ENOUGH
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.groups.network.brain import (
    SENSORY,
    FloatArray,
    Network,
    Units,
    area_units,
    begin,
    deafferent,
    from_centre,
    live,
    networks,
)
from rehab_opt.validation.groups.network.same_rules import same_rules
from rehab_opt.validation.groups.network.synapses import Spines, among

if TYPE_CHECKING:
    from rehab_opt.mechanisms import Context

NETWORKS, QUICK_NETWORKS = ENOUGH, 4
DAYS = 180
SHARE = 0.3  # of the area: a zone with a border and a centre
RESPONDS = 0.5  # of the unit's evoked response in health
LEAST_RESPONSE = 0.1  # a unit whose evoked response in health is below it has none


@dataclass(frozen=True, slots=True)
class Plan:
    """A network, and whether the zone in the middle of its sensory area loses its input on day 0."""

    network: Network
    deprived: bool = True
    same_rules: bool = False
    days: int = DAYS


@dataclass(frozen=True, slots=True)
class Repaired:
    """One network's way. Units are the excitatory ones of the area, those of the zone first, outer ones before inner.

    Attributes
    ----------
    zone
        Number of units of the zone; the others of the area surround it.
    answering
        bool [units]: whether the unit has a response in health that can be lost.
    rates, responding, axonal, dendritic, turnover, synapses
        [days, units]: rate over its set point in health; whether some touch evokes at least half of the response that
        the best one evoked in health; elements; synapses formed and removed in the night; synapses in the morning.
    usual
        [units]: mean rate over a healthy day.
    weights
        [2, units, units]: synapses among the units on the first and after the last day, target by source.
    """

    zone: int
    answering: NDArray[np.bool_]
    usual: FloatArray
    rates: FloatArray
    responding: FloatArray
    axonal: FloatArray
    dendritic: FloatArray
    turnover: FloatArray
    synapses: FloatArray
    weights: FloatArray

    @property
    def border(self) -> slice:
        """The outer half of the zone."""
        return slice(0, self.zone // 2)

    @property
    def centre(self) -> slice:
        """The inner half of the zone."""
        return slice(self.zone // 2, self.zone)

    def refilled(self, part: slice) -> FloatArray:
        """Return the share of a part's answering units that respond, day by day; NaN if none answered in health."""
        chosen = self.responding[:, part][:, self.answering[part]]
        return np.asarray(chosen.mean(axis=1) if chosen.shape[1] else np.full(len(chosen), np.nan))

    def off_set_point(self, part: slice) -> FloatArray:
        """Return |r - r*| / r* of the mean rate of a part, day by day."""
        weights = self.usual[part]
        return np.asarray(np.abs((self.rates[:, part] * weights).sum(axis=1) / weights.sum() - 1))


def repairs(
    setup: Setup, *, deprived: bool = True, same: bool = False, numbers: Mapping[str, float] | None = None
) -> list[Repaired]:
    """Return the way of every network of the group's shared set, with numbers altered if any are given."""
    group = networks(setup, "zone", setup.count(NETWORKS, QUICK_NETWORKS))
    return setup.map(repair, [Plan(network.altered(numbers or {}), deprived, same) for network in group])


def repair(plan: Plan) -> Repaired:
    """Take the input away on day 0 and look at the area every morning and night."""
    context = begin(plan.network)
    units, inhibitory = zone_first(context)
    zone, state = round(SHARE * len(units)), context.state
    usual = context.anatomy.usual[units].astype(np.float64)
    touch = context.anatomy.skills[2].columns
    healthy = evoked(context.anatomy.intact_rates[units, touch])
    first = among(state.recurrent, units)
    if plan.deprived:
        deafferent(context, np.concatenate([units[:zone], inhibitory]))
    rows: list[tuple[NDArray[Any], ...]] = []
    watch = Spines(context, units)
    for day in live(context, plan.network, plan.days, same_rules() if plan.same_rules else None):
        had, turnover = watch.look()
        answers = evoked(state.rates[units, touch]) >= RESPONDS * healthy
        rows.append((day.activity[units], answers, state.axonal[units], state.dendritic[units], turnover, had))
    rates, responding, axonal, dendritic, turnover, had = (
        np.array(column, dtype=np.float64) for column in zip(*rows, strict=True)
    )
    return Repaired(
        zone=zone,
        answering=healthy >= LEAST_RESPONSE,
        usual=usual,
        rates=rates / np.maximum(usual, 1e-6),
        responding=responding,
        axonal=axonal,
        dendritic=dendritic,
        turnover=turnover,
        synapses=had,
        weights=np.stack([first, among(state.recurrent, units)]),
    )


def evoked(rates: NDArray[np.floating]) -> FloatArray:
    """Return each unit's best response [units, stimuli] above its median one: what a map of best stimuli can show.

    A unit that fires alike whatever is touched has none.

    Examples
    --------
    >>> evoked(np.array([[0.5, 0.1, 0.1, 0.1], [0.3, 0.3, 0.3, 0.3]])).tolist()
    [0.4, 0.0]
    """
    return np.asarray(rates.max(axis=1) - np.median(rates, axis=1), dtype=np.float64)


def zone_first(context: Context) -> tuple[Units, Units]:
    """Return the area's excitatory units, zone first and from its border inwards, and the zone's interneurons."""
    layout = context.anatomy.layout
    units = area_units(context)
    distance = from_centre(layout, SENSORY, units)
    order = np.argsort(distance, kind="stable")
    zone = round(SHARE * len(units))
    within = layout.select(context.anatomy.lesioned, SENSORY, excitatory=False)
    inner = within[from_centre(layout, SENSORY, within) <= distance[order[zone - 1]]]
    return np.concatenate([units[order[:zone][::-1]], units[order[zone:]]]), inner
