"""ANNarchy: generated C++ for the settling steps and the synapses; Python hands over stimuli and the fed-back error
between windows. A stimulus' learning is applied in the first step of the next window, a night in a step of its own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

import ANNarchy  # type: ignore[import-not-found,unused-ignore]
import numpy as np
from scipy.sparse import csr_matrix

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

REAL = np.float32


def _cells(p: Problem) -> Any:
    own = dict.fromkeys(("step", "per_ceiling", "h", "rp", "credit", "factor", "push", "pre"), 0.0)
    local = {name: ANNarchy.Parameter(value=value, locality="local") for name, value in own.items()}
    return ANNarchy.Neuron(
        parameters={"softness": p.softness, "awake": 1.0, **local},
        equations=[
            "u = pos(sum(local) + sum(inhibitory) + sum(fixed) + sum(thalamic) + h)",
            "r += awake * step * (u * u / (u + softness + u * u * per_ceiling) - r)",
        ],
    )


def _plastic(bounds: Array, share: float) -> Any:
    """Excitatory synapses: changes of the day are summed and applied at night."""
    least, most = float(bounds[0]), float(bounds[1])
    return ANNarchy.Synapse(
        parameters={"night": 0.0, "keep": 1.0, "share": share, "least": least, "most": most},
        equations=[
            "change = keep * change + share * post.credit * pre.rp",
            "w = if night > 0.5: clip(clip(w + change, least, most) * post.factor, least, most) else: w",
        ],
    )


def _balanced(bounds: Array) -> Any:
    return ANNarchy.Synapse(
        parameters={"least": float(bounds[0]), "most": float(bounds[1])},
        equations=["w = -clip(-w * (1.0 + post.push * pre.pre), least, most)"],
    )


class Network:
    """The compiled network, and what Python keeps: rates of all stimuli, and what the night needs."""

    def __init__(self, p: Problem, folder: str) -> None:
        self.p = p
        self.net = ANNarchy.Network(dt=1.0)
        self.net.config(dtype=ANNarchy.float32, sparse_matrix_format="csr", num_threads=1, suppress_warnings=True)
        self.cells = self.net.create(p.units, _cells(p))
        tonic = {name: ANNarchy.Parameter(value=0.0, locality="local") for name in ("r", "rp")}
        self.channels = self.net.create(p.inputs.shape[0], ANNarchy.Neuron(parameters=tonic))
        number = np.arange(p.weight.shape[1])
        inhibitory = (number >= INHIBITORY.start) & (number < INHIBITORY.stop)
        local, cells = number < LOCAL.stop, self.cells
        self.local = self._connect("local", cells, local, _plastic(p.weight_bounds, p.recurrent_share))
        self.inhibitory = self._connect("inhibitory", cells, inhibitory, _balanced(p.inhibitory_bounds))
        self.fixed = self._connect("fixed", cells, number >= INHIBITORY.stop, None)
        every = np.ones(p.input_weight.shape[1], bool)
        self.thalamic = self._connect("thalamic", self.channels, every, _plastic(p.input_bounds, 1.0))
        self.net.compile(directory=folder, silent=True)
        self.cells.step, self.cells.per_ceiling = p.step, 1 / p.ceiling
        self.places = {name: self._places(name) for name in ("local", "inhibitory", "thalamic")}

    def _slots(self, name: str) -> tuple[Array, Array]:
        p = self.p
        return (p.input_source, p.input_weight) if name == "thalamic" else (p.source, p.weight)

    def _connect(self, name: str, pre: Any, slots: Array, synapse: Any) -> Any:
        source, weight = self._slots(name)
        rows, chosen = np.nonzero((weight != 0) & slots)
        shape = (pre.size, self.p.units)  # by presynaptic row; twins among fixed synapses are added up
        matrix = csr_matrix((weight[rows, chosen], (source[rows, chosen], rows)), shape=shape)
        projection = self.net.connect(pre, self.cells, name, synapse)
        projection.from_sparse(matrix)
        return projection

    def _places(self, name: str) -> list[tuple[int, Array]]:
        """Row and slots of each dendrite, in the projection's own order."""
        source, weight = self._slots(name)
        limits = {"local": LOCAL, "inhibitory": INHIBITORY, "thalamic": slice(0, weight.shape[1])}[name]
        projection, found = getattr(self, name), []
        for row, ranks in zip(projection.post_ranks, projection.pre_ranks, strict=True):
            slots = np.arange(limits.start, limits.stop)[weight[row, limits] != 0]
            order = np.argsort(source[row, slots])
            found.append((row, slots[order][np.argsort(np.argsort(ranks))]))
        return found

    def reset(self) -> None:
        """Go back to the first day."""
        p = self.p
        self.rates, self.excitability = p.rates.copy(), p.excitability.copy()
        for name, places in self.places.items():
            weight = self._slots(name)[1]
            getattr(self, name).w = [weight[row, slots].tolist() for row, slots in places]
        for projection in (self.local, self.thalamic):
            projection.change, projection.night = 0.0, 0.0
        self.net.disable_learning()
        self.cells.h = self.excitability

    def _teach(self, stimulus: int) -> None:
        """Hand over what the window of a stimulus has left to learn."""
        p, r = self.p, self.rates[:, stimulus]
        q = (r / p.threshold) ** 2
        error = p.credit @ (p.targets[:, stimulus] - p.readout @ r)
        self.cells.credit = error * (2 * q / (1 + q)) * (p.practice[stimulus] * p.rate)
        self.cells.rp, self.channels.rp = r, p.inputs[:, stimulus]

    def _learning(self, on: bool) -> None:
        self.local.update = self.thalamic.update = on

    def day(self, steps: int) -> None:
        """All stimuli one after the other, then the night."""
        p, cells = self.p, self.cells
        for stimulus in range(self.rates.shape[1]):
            cells.r, self.channels.r = self.rates[:, stimulus], p.inputs[:, stimulus]
            taken = 0
            if stimulus > 0:
                self._teach(stimulus - 1)
                self.local.keep = self.thalamic.keep = float(stimulus > 1)
                self._learning(True)
                self.net.simulate(1.0)
                self._learning(False)
                taken = 1
            self.net.simulate(float(steps - taken))
            self.rates[:, stimulus] = cells.r
        self._teach(self.rates.shape[1] - 1)
        self._sleep()

    def _sleep(self) -> None:
        p, cells, mean = self.p, self.cells, self.rates.mean(axis=1)
        excess = np.clip((mean - p.set_point) / (p.set_point + REAL(0.05)), -1, 1) * p.excitatory
        self.excitability = np.clip(self.excitability - p.excitability_rate * excess, *p.excitability_bounds)
        cells.h, cells.factor = self.excitability, 1 - p.scaling_rate * excess
        cells.push, cells.pre = p.inhibitory_rate * excess, np.minimum(mean / p.interneurons, 3)
        cells.awake = 0.0
        self.local.night = self.thalamic.night = self.local.keep = self.thalamic.keep = 1.0
        self._learning(True)
        self.inhibitory.update = True
        self.net.simulate(1.0)
        self._learning(False)
        self.inhibitory.update = False
        self.local.night = self.thalamic.night = 0.0
        cells.awake = 1.0

    def result(self, steps: int) -> Result:
        """Return the end state in slots."""
        found = {id(self.p.weight): self.p.weight.copy(), id(self.p.input_weight): self.p.input_weight.copy()}
        for name, places in self.places.items():
            weight = found[id(self._slots(name)[1])]
            for (row, slots), values in zip(places, getattr(self, name).w, strict=True):
                weight[row, slots] = values
        weight, input_weight = found.values()
        return Result(self.rates, weight, input_weight, self.excitability, steps)


def prepare(problem: Problem, form: Form) -> Start:
    """Generate and compile (for the first form), and return how the work is started."""
    if not _NETWORKS:
        _NETWORKS.append(Network(problem.cast(REAL), _folder()))
    network = _NETWORKS[0]

    def start() -> Run:
        network.reset()

        def run() -> Result:
            for _ in range(form.days):
                network.day(form.steps)
            return network.result(form.days * form.steps)

        return run

    return start


_NETWORKS: list[Network] = []


def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="annarchy-")
    os.chdir(tempfile.gettempdir())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


if __name__ == "__main__":
    serve(prepare, {"ANNarchy": ANNarchy.__version__, "numpy": np.__version__})
