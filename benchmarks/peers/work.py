"""The work of the comparison: a network of the package's own making, its stimuli and the constants of the rules, as
plain arrays; and the package's score of an end state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.implementations.problem import INHIBITORY, LOCAL, Array, Problem
from benchmarks.peers.reference import Network
from rehab_opt.network import wiring as slots
from rehab_opt.network.healthy import INPUT_LEAST, INPUT_MOST, WEIGHT_LEAST, WEIGHT_MOST, fidelity
from rehab_opt.network.layout import Layout, build_layout
from rehab_opt.network.pathways import Pathway, build_pathways
from rehab_opt.network.settling import Dynamics
from rehab_opt.network.tasks import OUTPUTS, Task, build_tasks
from rehab_opt.parameters import Parameters, stream

DAYS = 60
STEPS = 8  # settling steps a day of the fixed-step form
STIMULI = 32
_TASKS = ("reach-left", "touch-left", "recall")  # 16, 8 and 8 stimuli: one in each area
_HELD_OUT_PRACTICE = 0.2  # practice of a held-out stimulus, in daily life, relative to a practised one
_LEAST_INHIBITORY, _MOST_INHIBITORY = 1e-4, 1.0
_REST_TOLERANCE, _MOST_STEPS = 1e-9, 5000
_MOST_FM = 66.0
# The work stays the same when the model is calibrated anew, so that measurements can be compared.
_LEARNING_RATE, _EXCITABILITY_RATE, _EXCITABILITY_MOST = 0.0165, 0.01, 0.6


def _without_twins(source: NDArray[np.int32], weight: NDArray[np.float64]) -> None:
    """Empty a plastic slot whose source the row has already: in a matrix the two would be one synapse."""
    for k in range(1, INHIBITORY.stop):
        twin = (source[:, :k] == source[:, k : k + 1]) & (weight[:, :k] != 0)
        gone = twin.any(axis=1)
        weight[gone, k] = 0.0
        source[gone, k] = np.flatnonzero(gone)


def _readout(layout: Layout, paths: list[Pathway]) -> tuple[Array, Array]:
    """One readout of all areas: a stimulus drives its own area, the others are nearly silent."""
    readout, credit = np.zeros((OUTPUTS, layout.units)), np.zeros((layout.units, OUTPUTS))
    for path in paths:
        readout[:, path.units] = path.weight
        credit[path.units] = path.credit * path.contralateral[:, None]
    return readout, credit


def _stimuli(tasks: list[Task], inputs: Array) -> tuple[Array, Array, Array]:
    """Inputs, targets and which are held out, of the chosen tasks' stimuli."""
    columns = np.concatenate([np.arange(task.columns.start, task.columns.stop) for task in tasks])
    held_out = np.concatenate([np.arange(task.targets.shape[1]) >= task.practised for task in tasks])
    return inputs[:, columns], np.concatenate([task.targets for task in tasks], axis=1), held_out


def _within_bounds(wiring: slots.Wiring) -> None:
    """Clip plastic weights to their bounds before the first night does it."""
    for weight, least, most in (
        (wiring.weight[:, LOCAL], WEIGHT_LEAST, WEIGHT_MOST),
        (wiring.input_weight, INPUT_LEAST, INPUT_MOST),
        (wiring.weight[:, INHIBITORY], -_MOST_INHIBITORY, -_LEAST_INHIBITORY),
    ):
        weight[...] = np.where(weight != 0, np.clip(weight, least, most), 0.0)


def _at_rest(problem: Problem, seed: int) -> Problem:
    """Start at the fixed point; set points near the rates there, so that homeostasis has something to do."""
    network = Network(problem)
    network.settle(_MOST_STEPS, _REST_TOLERANCE)
    rates = network.rates
    mean = rates.mean(axis=1)
    return replace(
        problem,
        rates=rates,
        set_point=mean * stream(seed, "benchmark", "set-point").lognormal(0.0, 0.2, len(mean)),
        threshold=np.maximum((rates**2).mean(axis=1) / np.maximum(mean, 1e-6), 0.02),
        interneurons=float(mean[~problem.excitatory].mean()),
    )


def build_problem(units: int, seed: int = 1) -> Problem:
    """Return the work for a network of some size, before any learning."""
    p = Parameters({"network.units": units})
    layout, tasks = build_layout(p, seed), build_tasks(p, seed)
    wiring = slots.build_wiring(layout, tasks, p, seed)
    _without_twins(wiring.source, wiring.weight)
    _within_bounds(wiring)
    paths = dict(zip((task.name for task in tasks.tasks), build_pathways(layout, tasks, wiring, p, seed), strict=True))
    chosen = [tasks.named(name) for name in _TASKS]
    readout, credit = _readout(layout, [paths[name] for name in _TASKS])
    inputs, targets, held_out = _stimuli(chosen, tasks.inputs)
    dynamics = Dynamics.of(layout, p, np.float64)
    bias = stream(seed, "threshold").normal(-p["network.threshold-mean"], p["network.threshold-sd"], layout.units)
    problem = Problem(
        source=wiring.source,
        weight=wiring.weight,
        input_source=wiring.input_source,
        input_weight=wiring.input_weight,
        inputs=np.ascontiguousarray(inputs),
        excitability=np.where(layout.excitatory, bias, 0.0),
        step=np.asarray(dynamics.step),
        ceiling=np.asarray(dynamics.ceiling),
        rates=np.zeros((layout.units, STIMULI)),
        excitatory=layout.excitatory,
        readout=readout,
        credit=credit,
        targets=targets,
        practice=np.where(held_out, _HELD_OUT_PRACTICE, 1.0),
        held_out=held_out,
        threshold=np.ones(layout.units),
        set_point=np.ones(layout.units),
        softness=p["network.softness"],
        rate=_LEARNING_RATE,
        recurrent_share=p["task-learning.recurrent-share"],
        interneurons=1.0,
        weight_bounds=np.array([WEIGHT_LEAST, WEIGHT_MOST]),
        input_bounds=np.array([INPUT_LEAST, INPUT_MOST]),
        inhibitory_bounds=np.array([_LEAST_INHIBITORY, _MOST_INHIBITORY]),
        excitability_bounds=np.array([-1 - _EXCITABILITY_MOST, _EXCITABILITY_MOST]),
        inhibitory_rate=p["inhibitory-plasticity.rate"],
        excitability_rate=_EXCITABILITY_RATE,
        scaling_rate=p["homeostasis.scaling-rate"],
    )
    return _at_rest(problem, seed)


def held_out_score(problem: Problem, rates: Array) -> float:
    """Return the FM-UE that some rates are worth: 66 x mean fidelity of the held-out stimuli."""
    scores = fidelity(problem.readout @ rates, problem.targets)
    return float(_MOST_FM * scores[problem.held_out].mean())
