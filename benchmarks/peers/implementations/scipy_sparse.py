"""numpy and scipy.sparse: recurrent and thalamic weights in CSR, whose data change in place; nothing is dense."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
from scipy.sparse import csr_array

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

REAL = np.float32


class Synapses:
    """Occupied slots as a CSR matrix, in the order of the slots: a row's local synapses, inhibitory ones, others."""

    def __init__(self, source: Array, weight: Array, columns: int) -> None:
        self.rows, self.slots = np.nonzero(weight)
        ends = np.concatenate([[0], np.cumsum(np.count_nonzero(weight, axis=1))]).astype(np.int32)
        self.sources = source[self.rows, self.slots]
        self.matrix: Any = csr_array((weight[self.rows, self.slots], self.sources, ends), (len(source), columns))

    def within(self, slots: slice) -> Array:
        """Return which entries of the data belong to some slots."""
        return np.flatnonzero((self.slots >= slots.start) & (self.slots < slots.stop))


class Learning:
    """Gathered products of post and pre on the rows that can learn, padded to the largest fan-in among them."""

    def __init__(self, synapses: Synapses, entries: Array, learners: Array) -> None:
        mine = entries[np.isin(synapses.rows[entries], learners)]
        row = np.searchsorted(learners, synapses.rows[mine])
        place = np.arange(len(mine)) - np.searchsorted(row, row)
        self.source = np.zeros((len(learners), int(place.max()) + 1), np.intp)
        self.source[row, place] = synapses.sources[mine]
        self.entries, self.flat = mine, row * self.source.shape[1] + place

    def change(self, post: Array, pre: Array) -> Array:
        """Return the sum over stimuli of post x pre for each entry."""
        return np.asarray(np.einsum("ns,nks->nk", post, pre[self.source]).reshape(-1)[self.flat])


class Network:
    """State of one run."""

    def __init__(self, p: Problem, form: Form) -> None:
        self.p, self.form = p, form
        self.recurrent = Synapses(p.source, p.weight, p.units)
        self.thalamic = Synapses(p.input_source, p.input_weight, p.inputs.shape[0])
        self.local, self.inhibitory = self.recurrent.within(LOCAL), self.recurrent.within(INHIBITORY)
        self.local_rows = self.recurrent.rows[self.local]
        self.inhibitory_rows = self.recurrent.rows[self.inhibitory]
        self.inhibitory_sources = self.recurrent.sources[self.inhibitory]
        self.learners = np.flatnonzero(p.credit.any(axis=1))
        self.grow = Learning(self.recurrent, self.local, self.learners)
        self.grow_input = Learning(self.thalamic, np.arange(len(self.thalamic.rows)), self.learners)
        self.rates, self.excitability = p.rates.copy(), p.excitability.copy()
        self.square, self.bottom = np.empty_like(p.rates), np.empty_like(p.rates)
        self.step, self.per_ceiling = p.step[:, None], (1 / p.ceiling)[:, None]

    def settle(self) -> int:
        """Euler steps to the fixed point."""
        r, square, bottom = self.rates, self.square, self.bottom
        drive = self.thalamic.matrix @ self.p.inputs
        drive += self.excitability[:, None]
        for taken in range(1, self.form.steps + 1):
            u = self.recurrent.matrix @ r
            u += drive
            np.maximum(u, 0, out=u)
            np.multiply(u, u, out=square)
            np.multiply(square, self.per_ceiling, out=bottom)
            bottom += u
            bottom += self.p.softness
            square /= bottom
            square -= r
            square *= self.step
            r += square
            if self.form.tolerance > 0 and max(square.max(), -square.min()) <= self.form.tolerance:
                return taken
        return self.form.steps

    def learn(self) -> None:
        """Error x eligibility x presynaptic rate on existing synapses only."""
        p, rows = self.p, self.learners
        q = (self.rates[rows] / p.threshold[rows, None]) ** 2
        post = p.credit[rows] @ (p.targets - p.readout @ self.rates)
        post *= 2 * q / (1 + q)
        post *= p.practice * p.rate
        data, grow = self.thalamic.matrix.data, self.grow_input
        data[grow.entries] = np.clip(data[grow.entries] + grow.change(post, p.inputs), *p.input_bounds)
        post *= p.recurrent_share
        data, grow = self.recurrent.matrix.data, self.grow
        data[grow.entries] = np.clip(data[grow.entries] + grow.change(post, self.rates), *p.weight_bounds)

    def sleep(self) -> None:
        """Inhibitory plasticity and homeostasis."""
        p, mean, data = self.p, self.rates.mean(axis=1), self.recurrent.matrix.data
        excess = np.clip((mean - p.set_point) / (p.set_point + REAL(0.05)), -1, 1) * p.excitatory
        pre = np.minimum(mean / p.interneurons, 3)
        grow = 1 + p.inhibitory_rate * excess[self.inhibitory_rows] * pre[self.inhibitory_sources]
        data[self.inhibitory] = -np.clip(-data[self.inhibitory] * grow, *p.inhibitory_bounds)
        self.excitability = np.clip(self.excitability - p.excitability_rate * excess, *p.excitability_bounds)
        factor = 1 - p.scaling_rate * excess
        data[self.local] = np.clip(data[self.local] * factor[self.local_rows], *p.weight_bounds)
        data = self.thalamic.matrix.data
        data *= factor[self.thalamic.rows]
        np.clip(data, *p.input_bounds, out=data)

    def result(self, steps: int) -> Result:
        """Return the end state in slots."""
        weight, input_weight = self.p.weight.copy(), self.p.input_weight.copy()
        weight[self.recurrent.rows, self.recurrent.slots] = self.recurrent.matrix.data
        input_weight[self.thalamic.rows, self.thalamic.slots] = self.thalamic.matrix.data
        return Result(self.rates, weight, input_weight, self.excitability, steps)


def prepare(problem: Problem, form: Form) -> Start:
    """Return how the work is started."""
    cast = problem.cast(REAL)

    def start() -> Run:
        network = Network(cast, form)

        def run() -> Result:
            steps = 0
            for _ in range(form.days):
                steps += network.settle()
                network.learn()
                network.sleep()
            return network.result(steps)

        return run

    return start


if __name__ == "__main__":
    serve(prepare, {"numpy": np.__version__, "scipy": scipy.__version__})
