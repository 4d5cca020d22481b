"""The graph of the sensory area before and after the repair of a zone without input."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehab_opt.validation.checks import direction, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import FloatArray
from rehab_opt.validation.groups.network.graphs import betweenness, clustering, small_world
from rehab_opt.validation.groups.network.repair import DAYS, Repaired, repairs

THRESHOLD = "pruning.weight-scale"
MEASURES = ("clustering", "small-world index", "betweenness of the deprived x 100")


@dataclass(frozen=True, slots=True)
class Wires:
    """Weights among the units of an area before and after, those of the zone first."""

    weights: FloatArray
    zone: int
    threshold: float
    seed: int


def measures(wires: Wires) -> FloatArray:
    """Return [2, 3]: clustering, small-world index and mean betweenness of the zone's units, before and after."""
    rng = np.random.default_rng(wires.seed)
    rows = []
    for weights in wires.weights:
        links = wires.threshold < weights.T  # from source to target
        rows.append([clustering(links), small_world(links, rng), float(betweenness(links)[: wires.zone].mean())])
    return np.array(rows)


def topology(setup: Setup) -> Finding:
    """Butz 2014: the rewired network is more random and still a small world, with deprived cells on more paths.

    The excitatory units of the sensory area and their local synapses before the loss of input and at the end of the
    run of `lpz_repair`. A synapse is a link above the weight at which microglia call it weak (`pruning.weight-scale`);
    the small-world index compares with random graphs of as many nodes and links.
    """
    found = np.array(setup.map(measures, _wires(setup, repairs(setup))))
    sham = np.array(setup.map(measures, _wires(setup, repairs(setup, deprived=False))))
    change = found[:, 1] - found[:, 0]
    return Finding(
        checks=(
            direction("clustering coefficient, after minus before", change[:, 0], sign=-1),
            within("small-world index after", found[:, 1, 1], 1.0, None),
            direction("betweenness of deprived units, after minus before, share of paths", change[:, 2], sign=1),
        ),
        figure=Figure(
            "",
            "measure of the graph",
            (
                _points("before", -0.2, found[:, 0], role="other"),
                _points(f"model, after {DAYS} days without input", 0.2, found[:, 1]),
                _points("the same days unharmed", 0.0, sham[:, 1], role="other"),
                Series("published: above 1", (1,), (1.0,), role="published"),
            ),
            categories=MEASURES,
            caption=f"{len(found)} networks. Published: clustering falls, betweenness rises.",
        ),
    )


def _wires(setup: Setup, ways: list[Repaired]) -> list[Wires]:
    from rehab_opt.parameters import Parameters

    threshold = Parameters(setup.overrides(0))[THRESHOLD]
    seed = setup.seed("network", "random graphs")
    return [Wires(way.weights, way.zone, threshold, seed) for way in ways]


def _points(label: str, shift: float, table: FloatArray, role: str = "model") -> Series:
    shown = table * np.array([1.0, 1.0, 100.0])
    mean, half = shown.mean(axis=0), 1.96 * shown.std(axis=0, ddof=1) / np.sqrt(len(shown))
    places = [place + shift for place in range(len(MEASURES))]
    return Series(label, places, mean, mean - half, mean + half, role=role)
