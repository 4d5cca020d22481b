"""PyTorch on the processor, eager and without autograd: weights in CSR (``sparse``) or in full matrices (``dense``)."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

REAL = np.float32
Tensor = Any


def _tensor(array: Array) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(array))


class Synapses:
    """Occupied slots of rows, in the order of slots: values in CSR, or entries of a full matrix."""

    def __init__(self, source: Array, weight: Array, columns: int, dense: bool) -> None:
        rows, slots = np.nonzero(weight)
        sources = source[rows, slots].astype(np.int64)
        self.place, self.shape = (rows, slots), weight.shape
        self.rows, self.sources, self.slots = _tensor(rows), _tensor(sources), slots
        self.values = _tensor(weight[rows, slots])
        self.dense, self.flat = dense, _tensor(rows * columns + sources)
        if dense:
            self.matrix = torch.zeros(len(source), columns)
            self.matrix.view(-1).index_add_(0, self.flat, self.values)
        else:
            ends = np.concatenate([[0], np.cumsum(np.count_nonzero(weight, axis=1))])
            shape = (len(source), columns)
            parts = (_tensor(ends.astype(np.int32)), self.sources.int(), self.values)
            self.matrix = torch.sparse_csr_tensor(*parts, size=shape, check_invariants=False)
            self.values = self.matrix.values()  # shares memory: changes in place are seen

    def within(self, slots: slice) -> Tensor:
        """Return which values belong to some slots."""
        return _tensor(np.flatnonzero((self.slots >= slots.start) & (self.slots < slots.stop)))

    def write(self, entries: Tensor) -> None:
        """Bring changed values into a full matrix."""
        if self.dense:
            self.matrix.view(-1)[self.flat[entries]] = self.values[entries]

    def rows_of_slots(self) -> Array:
        """Return the values as rows of slots."""
        found = np.zeros(self.shape, REAL)
        found[self.place] = self.values.numpy()
        return found


class Network:
    """State of one run."""

    def __init__(self, p: Problem, form: Form, dense: bool) -> None:
        self.p, self.form, self.dense = p, form, dense
        self.recurrent = Synapses(p.source, p.weight, p.units, dense)
        self.thalamic = Synapses(p.input_source, p.input_weight, p.inputs.shape[0], dense)
        self.local, self.inhibitory = self.recurrent.within(LOCAL), self.recurrent.within(INHIBITORY)
        self.every = torch.arange(len(self.thalamic.values))
        self.plastic = torch.cat([self.local, self.inhibitory])
        self.rates, self.excitability = _tensor(p.rates.copy()), _tensor(p.excitability.copy())
        self.inputs, self.targets = _tensor(p.inputs), _tensor(p.targets)
        self.readout, self.credit, self.practice = _tensor(p.readout), _tensor(p.credit), _tensor(p.practice * p.rate)
        self.threshold, self.set_point = _tensor(p.threshold[:, None]), _tensor(p.set_point)
        self.excitatory = _tensor(p.excitatory)
        self.step, self.per_ceiling = _tensor(p.step[:, None]), _tensor(1 / p.ceiling[:, None])

    def settle(self) -> int:
        """Euler steps to the fixed point."""
        rates = self.rates
        drive = self.thalamic.matrix @ self.inputs + self.excitability[:, None]
        for taken in range(1, self.form.steps + 1):
            u = torch.addmm(drive, self.recurrent.matrix, rates).clamp_(min=0)
            square = u * u
            u.add_(self.p.softness).addcmul_(square, self.per_ceiling)
            change = square.div_(u).sub_(rates).mul_(self.step)
            rates += change
            if self.form.tolerance > 0 and float(change.abs_().max()) <= self.form.tolerance:
                return taken
        return self.form.steps

    def products(self, post: Tensor, pre: Tensor, synapses: Synapses, entries: Tensor) -> Tensor:
        """Sum over stimuli of post x pre for some synapses: gathered, or taken from the full product."""
        if self.dense:
            return (post @ pre.T).view(-1)[synapses.flat[entries]]
        chosen = post.index_select(0, synapses.rows[entries])
        return chosen.mul_(pre.index_select(0, synapses.sources[entries])).sum(dim=1)

    def learn(self) -> None:
        """Error x eligibility x presynaptic rate on existing synapses."""
        p = self.p
        q = (self.rates / self.threshold).square_()
        post = (self.credit @ (self.targets - self.readout @ self.rates)) * (2 * q / (1 + q)) * self.practice
        values = self.thalamic.values
        values += self.products(post, self.inputs, self.thalamic, self.every)
        values.clamp_(*p.input_bounds.tolist())
        change = self.products(post.mul_(p.recurrent_share), self.rates, self.recurrent, self.local)
        values = self.recurrent.values
        values[self.local] = (values[self.local] + change).clamp_(*p.weight_bounds.tolist())

    def sleep(self) -> None:
        """Inhibitory plasticity and homeostasis."""
        p, mean, values = self.p, self.rates.mean(dim=1), self.recurrent.values
        excess = ((mean - self.set_point) / (self.set_point + 0.05)).clamp_(-1, 1) * self.excitatory
        pre = (mean / p.interneurons).clamp_(max=3)
        rows, sources = self.recurrent.rows[self.inhibitory], self.recurrent.sources[self.inhibitory]
        grown = -values[self.inhibitory] * (1 + p.inhibitory_rate * excess[rows] * pre[sources])
        values[self.inhibitory] = -grown.clamp_(*p.inhibitory_bounds.tolist())
        self.excitability = (self.excitability - p.excitability_rate * excess).clamp_(*p.excitability_bounds.tolist())
        factor = 1 - p.scaling_rate * excess
        scaled = values[self.local] * factor[self.recurrent.rows[self.local]]
        values[self.local] = scaled.clamp_(*p.weight_bounds.tolist())
        self.thalamic.values.mul_(factor[self.thalamic.rows]).clamp_(*p.input_bounds.tolist())
        self.recurrent.write(self.plastic)
        self.thalamic.write(self.every)

    def result(self, steps: int) -> Result:
        """Return the end state in slots."""
        weights = self.recurrent.rows_of_slots(), self.thalamic.rows_of_slots()
        return Result(self.rates.numpy(), *weights, self.excitability.numpy(), steps)


def prepare(problem: Problem, form: Form, dense: bool) -> Start:
    """Return how the work is started."""
    torch.set_num_threads(1)
    cast = problem.cast(REAL)

    def start() -> Run:
        with torch.inference_mode():
            network = Network(cast, form, dense)

        def run() -> Result:
            steps = 0
            with torch.inference_mode():
                for _ in range(form.days):
                    steps += network.settle()
                    network.learn()
                    network.sleep()
                return network.result(steps)

        return run

    return start


if __name__ == "__main__":
    serve(partial(prepare, dense=sys.argv[2] == "dense"), {"torch": torch.__version__, "numpy": np.__version__})
