"""The corridor of stability: rates must be detected fast against Hebbian change, and corrected slowly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeAlias

import numpy as np

from rehab_opt.validation.checks import direction, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import FloatArray, Network, begin, live, networks

NETWORKS, QUICK_NETWORKS = 12, 3
COMPARED_NETWORKS = 100  # of the arms whose ringing is compared: it differs by as much between networks as between arms
DAYS, LATE = 60, 20
DETECTOR, HEBBIAN = "metaplasticity.threshold-days", "metaplasticity.rate"
SCALING, COUPLING = "homeostasis.scaling-rate", "network.total-ee"
DETECTORS = (0.5, 1.0, 3.0, 10.0, 20.0)
HEBBIANS = (0.003, 0.03, 0.3, 1.0)  # per day; the last is far beyond the prior range: the sweep looks for the edge
SCALINGS = (0.002, 0.02, 0.1, 0.2, 0.4)  # per day; the last two are beyond the prior range
COUPLINGS = (0.75, 1.5, 2.25)
STRONG_SLOW, STRONG_FAST, WEAK_FAST = COMPARED = (
    (COUPLINGS[-1], SCALINGS[0]),
    (COUPLINGS[-1], SCALINGS[-1]),
    (COUPLINGS[0], SCALINGS[-1]),
)
INPUT = 0.7  # of the usual one, from day 0 on: what scaling has to answer to
DIVERGED = 2.0  # multiples of the set point

Arm: TypeAlias = tuple[float, float]
"""Total of recurrent excitation, rate of synaptic scaling per day."""


@dataclass(frozen=True, slots=True)
class Push:
    """A network whose whole thalamic input is scaled from day 0 on."""

    network: Network
    input: float


def mean_rates(push: Push) -> FloatArray:
    """Return the mean rate of all excitatory units on the mornings of days 0, 1, ..., over the set points of health."""
    context = begin(push.network)
    units = context.anatomy.layout.select(excitatory=True)
    healthy = float(context.state.set_point[units].sum())
    if push.input != 1:
        scaled = context.anatomy.inputs * context.anatomy.inputs.dtype.type(push.input)
        context.anatomy = replace(context.anatomy, inputs=scaled)
    return np.array([float(day.activity[units].sum()) / healthy for day in live(context, push.network, DAYS)])


def ringing(rates: FloatArray) -> FloatArray:
    """Return the root mean square change from day to day over the last days, share of the mean rate then.

    Examples
    --------
    >>> float(ringing(np.array([1.0, 1.2] * 30)).round(3)), float(ringing(np.ones(60)))
    (0.182, 0.0)
    """
    late = rates[..., -LATE:]
    return np.asarray(np.sqrt(np.mean(np.diff(late, axis=-1) ** 2, axis=-1)) / np.maximum(late.mean(axis=-1), 1e-9))


def stability_corridor(setup: Setup) -> Finding:
    """Zenke 2013, Harnack 2015: a slow detector of the rate lets Hebbian change run away, a fast correction rings.

    The detector is the sliding threshold, which follows the rate with its time constant; what counts is that time
    against the speed of Hebbian change, which the sweep raises until an edge is met. Correction is synaptic scaling
    after a loss of 30 % of the input, at three strengths of recurrent excitation; the three arms whose ringing is
    compared have more networks than the sweep. Diverged means a mean rate of twice the set point.
    """
    everyone = networks(setup, "corridor", setup.count(COMPARED_NETWORKS, QUICK_NETWORKS))
    group = everyone[: setup.count(NETWORKS, QUICK_NETWORKS)]
    peak = _peaks(setup, group)
    rings = _rings(setup, {arm: everyone if arm in COMPARED else group for arm in product(COUPLINGS, SCALINGS)})
    default = np.array(setup.map(mean_rates, [Push(n, INPUT) for n in group])).max(axis=-1)
    more_scaling, more_coupling = rings[STRONG_FAST] - rings[STRONG_SLOW], rings[STRONG_FAST] - rings[WEAK_FAST]
    return Finding(
        checks=(
            within("highest mean rate, slow detector, fast Hebbian change, x set point", peak[-1, -1], DIVERGED, None),
            within("highest mean rate, fast detector, fast Hebbian change, x set point", peak[-1, 0], None, DIVERGED),
            direction("highest mean rate, slow minus fast detector, x set point", peak[-1, -1] - peak[-1, 0], sign=1),
            direction("ringing of strong coupling, fast minus slow scaling, share", more_scaling, sign=1),
            direction("ringing under fast scaling, strong minus weak coupling, share", more_coupling, sign=1),
            within("highest mean rate, default numbers, x set point", default, None, DIVERGED),
        ),
        figure=_figure(peak, rings, len(group), len(everyone)),
    )


def _peaks(setup: Setup, group: tuple[Network, ...]) -> FloatArray:
    """Return the highest mean rate by speed of Hebbian change, time constant of the detector and network."""
    arms = tuple(product(HEBBIANS, DETECTORS))
    plan = [Push(n.swept(HEBBIAN, h).swept(DETECTOR, d), 1.0) for h, d in arms for n in group]
    peaks = np.array(setup.map(mean_rates, plan)).max(axis=-1)
    return np.asarray(peaks.reshape(len(HEBBIANS), len(DETECTORS), len(group)))


def _rings(setup: Setup, arms: Mapping[Arm, tuple[Network, ...]]) -> dict[Arm, FloatArray]:
    """Return the ringing of each arm's networks after a loss of input."""
    plan = [Push(n.swept(COUPLING, c).swept(SCALING, s), INPUT) for (c, s), group in arms.items() for n in group]
    rings = ringing(np.array(setup.map(mean_rates, plan)))
    ends = np.cumsum([len(group) for group in arms.values()])
    return dict(zip(arms, np.split(rings, ends[:-1]), strict=True))


def _figure(peak: FloatArray, rings: Mapping[Arm, FloatArray], n: int, compared: int) -> Figure:
    slow = [
        Series(f"highest rate, Hebbian change {rate:g} a day", DETECTORS, row.mean(axis=1), kind="line", role=role)
        for rate, row, role in zip(HEBBIANS, peak, ("other", "other", "other", "model"), strict=True)
    ]
    fast = [
        Series(
            f"1 + 10 x ringing, coupling {total:g}",
            [1 / s for s in SCALINGS],
            [1 + 10 * float(rings[total, s].mean()) for s in SCALINGS],
        )
        for total in COUPLINGS
    ]
    return Figure(
        "time constant of the detector (lines) and of scaling (points), days",
        "mean rate, multiples of the set point",
        (*slow, *fast, Series("published: diverges above the edge", (max(DETECTORS),), (DIVERGED,), role="published")),
        caption=f"{n} networks, {compared} where ringing is compared; {DAYS} days. "
        "Lines: Zenke 2013. Points: Harnack 2015, after a loss of input.",
    )
