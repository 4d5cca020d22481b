"""Youth: the network learns its tasks before any lesion, and is kept on disk by its parameters and seed."""

from __future__ import annotations

import hashlib
import os
import threading
import zipfile
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.accelerate import cache_folder
from rehab_opt.network.kernels.hebbian import hebbian
from rehab_opt.network.layout import Layout, build_layout
from rehab_opt.network.partners import Partners, build_partners
from rehab_opt.network.pathways import Pathway, build_pathways
from rehab_opt.network.settling import Dynamics, Settling
from rehab_opt.network.tasks import Tasks, build_tasks
from rehab_opt.network.wiring import LOCAL, Wiring, build_wiring
from rehab_opt.parameters import Parameters, stream

WEIGHT_LEAST, WEIGHT_MOST = 1e-3, 0.6  # bounds of an excitatory recurrent synapse
INPUT_LEAST, INPUT_MOST = 1e-3, 1.5  # bounds of a thalamic synapse
_GROUPS = ("network.", "callosal.", "task.", "readout.", "development.")  # parameters that shape the healthy network


@dataclass(frozen=True, slots=True)
class Learned:
    """What development changes, as float64 arrays.

    Attributes
    ----------
    weight, input_weight
        [units, capacity]: synapses after learning.
    excitability
        [units]: negative = a threshold; drawn per unit.
    rates
        [units, stimuli]: settled responses of the intact network to all stimuli.
    fidelity
        [stimuli]: fidelity of the intact network, in [0, 1].
    """

    weight: NDArray[np.float64]
    input_weight: NDArray[np.float64]
    excitability: NDArray[np.float64]
    rates: NDArray[np.float64]
    fidelity: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HealthyNetwork:
    """An intact network that has learned its tasks; shared by every patient of the same wiring and never changed."""

    parameters: Parameters
    seed: int
    layout: Layout
    tasks: Tasks
    wiring: Wiring
    pathways: tuple[Pathway, ...]
    partners: Partners
    learned: Learned


def fidelity(output: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return max(0, 1 - |output - target| / |target|) for each stimulus (column).

    Examples
    --------
    >>> float(fidelity(np.array([[0.5], [0.0]]), np.array([[1.0], [0.0]]))[0])
    0.5
    """
    error = np.sqrt(np.sum((output - target) ** 2, axis=0))
    size = np.sqrt(np.sum(np.asarray(target, dtype=np.float64) ** 2, axis=0))
    return np.asarray(np.maximum(0.0, 1.0 - error / size))


def _excitability(layout: Layout, p: Parameters, seed: int) -> NDArray[np.float64]:
    spread = stream(seed, "threshold").normal(-p["network.threshold-mean"], p["network.threshold-sd"], layout.units)
    return np.where(layout.excitatory, spread, 0.0)


def _error(tasks: Tasks, pathways: tuple[Pathway, ...], rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fed-back error per unit and stimulus, along crossing fibres only."""
    post = np.zeros_like(rates)
    for task, path in zip(tasks.tasks, pathways, strict=True):
        error = task.targets - path.weight @ rates[path.units, task.columns]
        post[path.units, task.columns] = path.credit @ error * path.contralateral[:, None]
    return post


def _learn(
    layout: Layout, tasks: Tasks, wiring: Wiring, pathways: tuple[Pathway, ...], p: Parameters, seed: int
) -> Learned:
    """Error-driven learning of every stimulus: thalamic synapses, and recurrent ones a tenth as fast."""
    weight, input_weight = wiring.weight.copy(), wiring.input_weight.copy()
    excitability = _excitability(layout, p, seed)
    rates = np.zeros((layout.units, tasks.inputs.shape[1]))
    ones = np.ones(layout.units)
    fresh, fresh_input = np.zeros_like(weight), np.zeros_like(input_weight)
    rows = np.flatnonzero(layout.excitatory)
    rate = p["development.rate"]
    settling = Settling(Dynamics.of(layout, p, np.float64), weight.shape)

    def respond(tolerance: float, steps: int) -> None:
        settling.load(wiring.source, weight, ones)
        settling.drive(wiring.input_source, input_weight, tasks.inputs, excitability)
        settling.run(ones, ones, rates, tolerance, steps)

    def prune() -> None:
        """Weak synapses go in youth, as they would later: an adult network has few of them left to lose."""
        for block in (weight[:, : LOCAL.stop], input_weight):
            weak = (block < p["development.prune-below"]) & layout.excitatory[:, None]
            block[weak] = 0.0

    respond(1e-3, 200)
    steps = int(p["development.steps"])
    for step in range(steps):
        if step in (steps // 2, 3 * steps // 4, 19 * steps // 20):
            prune()
        post = _error(tasks, pathways, rates)[rows] * (rate / 8)
        hebbian(
            rows,
            wiring.input_source,
            input_weight,
            fresh_input,
            input_weight.shape[1],
            post,
            tasks.inputs,
            0,
            0.0,
            INPUT_LEAST,
            INPUT_MOST,
        )
        hebbian(rows, wiring.source, weight, fresh, LOCAL.stop, post * 0.1, rates, 0, 0.0, WEIGHT_LEAST, WEIGHT_MOST)
        respond(2e-3, 20)
    respond(p["network.settle-tolerance"] * 1e-3, 2000)
    scores = np.zeros(rates.shape[1])
    for task, path in zip(tasks.tasks, pathways, strict=True):
        scores[task.columns] = fidelity(path.weight @ rates[path.units, task.columns], task.targets)
    return Learned(weight, input_weight, excitability, rates, scores)


def _cached(path: Path) -> Learned | None:
    try:
        with np.load(path) as stored:
            return Learned(**{field.name: stored[field.name] for field in fields(Learned)})
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile):
        return None


def _store(path: Path, learned: Learned) -> None:
    """Write under a name of this thread and rename, so that two processes or threads may race."""
    temporary = path.with_name(f".{path.stem}-{os.getpid()}-{threading.get_ident()}.npz")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(temporary, **{field.name: getattr(learned, field.name) for field in fields(Learned)})
        os.replace(temporary, path)
    except OSError:  # a full or read-only disk costs time, not correctness
        temporary.unlink(missing_ok=True)


@lru_cache(maxsize=64)
def _healthy(overrides: tuple[tuple[str, float], ...], seed: int) -> HealthyNetwork:
    p = Parameters(dict(overrides))
    layout, tasks = build_layout(p, seed), build_tasks(p, seed)
    wiring = build_wiring(layout, tasks, p, seed)
    pathways = build_pathways(layout, tasks, wiring, p, seed)
    key = hashlib.sha256(repr((overrides, seed)).encode()).hexdigest()[:20]
    path = cache_folder() / "healthy" / f"{key}.npz"
    learned = _cached(path)
    if learned is None:
        learned = _learn(layout, tasks, wiring, pathways, p, seed)
        _store(path, learned)
    partners = build_partners(layout, tasks, p, seed)
    return HealthyNetwork(p, seed, layout, tasks, wiring, pathways, partners, learned)


def healthy_network(parameters: Parameters, seed: int) -> HealthyNetwork:
    """Return the intact network of one wiring, grown and taught, from memory, disk or anew.

    Parameters
    ----------
    parameters
        Only those of the network, the tasks, the readout and development matter here.
    seed
        Wiring: networks of different seeds differ in places, connections, tuning and thresholds.

    Examples
    --------
    >>> network = healthy_network(Parameters({"network.units": 240}), seed=1)
    >>> bool(network.learned.fidelity.mean() > 0.9)
    True
    """
    mine = tuple(row for row in parameters.overrides if row[0].startswith(_GROUPS))
    return _healthy(mine, seed)
