"""Plain numpy: one dense matrix of recurrent weights, products by BLAS, in place where numpy can."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

REAL = np.float32


class Places:
    """Where the synapses of some slots are: in the slot arrays, and in a dense matrix seen as a flat one."""

    def __init__(self, source: Array, weight: Array, columns: int, slots: slice) -> None:
        self.rows, picked = np.nonzero(weight[:, slots])
        self.slots = picked + slots.start
        self.sources = source[self.rows, self.slots].astype(np.intp)
        self.flat: NDArray[np.intp] = self.rows * columns + self.sources


class Network:
    """State of one run; values of plastic synapses are in lists of their own and copied into the matrices."""

    def __init__(self, p: Problem, form: Form) -> None:
        self.p, self.form = p, form
        n, channels = p.units, p.inputs.shape[0]
        self.local = Places(p.source, p.weight, n, LOCAL)
        self.inhibitory = Places(p.source, p.weight, n, INHIBITORY)
        self.thalamic = Places(p.input_source, p.input_weight, channels, slice(0, p.input_source.shape[1]))
        self.w = p.weight[self.local.rows, self.local.slots]
        self.v = -p.weight[self.inhibitory.rows, self.inhibitory.slots]
        self.u = p.input_weight[self.thalamic.rows, self.thalamic.slots]
        self.matrix = np.zeros((n, n), REAL)
        every = Places(p.source, p.weight, n, slice(0, p.source.shape[1]))
        np.add.at(self.matrix.reshape(-1), every.flat, p.weight[every.rows, every.slots])
        self.input_matrix = np.zeros((n, channels), REAL)
        self.input_matrix.reshape(-1)[self.thalamic.flat] = self.u
        self.rates, self.excitability = p.rates.copy(), p.excitability.copy()
        self.drive, self.field, self.square, self.bottom = (np.empty_like(p.rates) for _ in range(4))
        self.step, self.per_ceiling = p.step[:, None], (1 / p.ceiling)[:, None]

    def settle(self) -> int:
        """Euler steps to the fixed point."""
        r, u, square, bottom = self.rates, self.field, self.square, self.bottom
        np.dot(self.input_matrix, self.p.inputs, out=self.drive)
        self.drive += self.excitability[:, None]
        soft = REAL(self.p.softness)
        for taken in range(1, self.form.steps + 1):
            np.dot(self.matrix, r, out=u)
            u += self.drive
            np.maximum(u, 0, out=u)
            np.multiply(u, u, out=square)
            np.multiply(square, self.per_ceiling, out=bottom)
            bottom += u
            bottom += soft
            square /= bottom
            square -= r
            square *= self.step
            r += square
            if self.form.tolerance > 0 and max(square.max(), -square.min()) <= self.form.tolerance:
                return taken
        return self.form.steps

    def learn(self) -> None:
        """Error x eligibility x presynaptic rate, as one dense product of which the synapses' entries are taken."""
        p, r = self.p, self.rates
        q = (r / p.threshold[:, None]) ** 2
        post = (p.credit @ (p.targets - p.readout @ r)) * (2 * q / (1 + q)) * (p.practice * REAL(p.rate))
        self.u += np.take(post @ p.inputs.T, self.thalamic.flat)
        np.clip(self.u, *p.input_bounds, out=self.u)
        self.w += REAL(p.recurrent_share) * np.take(post @ r.T, self.local.flat)
        np.clip(self.w, *p.weight_bounds, out=self.w)

    def sleep(self) -> None:
        """Inhibitory plasticity and homeostasis."""
        p, mean = self.p, self.rates.mean(axis=1)
        excess = np.clip((mean - p.set_point) / (p.set_point + REAL(0.05)), -1, 1) * p.excitatory
        pre = np.minimum(mean / REAL(p.interneurons), 3)
        rows, sources = self.inhibitory.rows, self.inhibitory.sources
        self.v *= 1 + REAL(p.inhibitory_rate) * excess[rows] * pre[sources]
        np.clip(self.v, *p.inhibitory_bounds, out=self.v)
        self.excitability -= REAL(p.excitability_rate) * excess
        np.clip(self.excitability, *p.excitability_bounds, out=self.excitability)
        factor = 1 - REAL(p.scaling_rate) * excess
        self.w *= factor[self.local.rows]
        np.clip(self.w, *p.weight_bounds, out=self.w)
        self.u *= factor[self.thalamic.rows]
        np.clip(self.u, *p.input_bounds, out=self.u)
        flat = self.matrix.reshape(-1)
        flat[self.local.flat], flat[self.inhibitory.flat] = self.w, -self.v
        self.input_matrix.reshape(-1)[self.thalamic.flat] = self.u

    def result(self, steps: int) -> Result:
        """Return the end state in slots."""
        weight, input_weight = self.p.weight.copy(), self.p.input_weight.copy()
        weight[self.local.rows, self.local.slots] = self.w
        weight[self.inhibitory.rows, self.inhibitory.slots] = -self.v
        input_weight[self.thalamic.rows, self.thalamic.slots] = self.u
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
    serve(prepare, {"numpy": np.__version__})
