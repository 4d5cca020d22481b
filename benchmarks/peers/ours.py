"""The package's own kernels on the same work. Every call to a kernel is in this file."""

from __future__ import annotations

import numba
import numpy as np

import rehab_opt
from benchmarks.peers.implementations.harness import Run, Start, serve
from benchmarks.peers.implementations.problem import INHIBITORY, LOCAL, Form, Problem, Result
from rehab_opt.network.kernels import balance_rows, hebbian, pack, scale_rows, settle, thalamic_drive

REAL = np.float32


class Network:
    """State of one run, in the layout of a patient's brain."""

    def __init__(self, p: Problem, form: Form) -> None:
        self.p, self.form = p, form
        self.weight, self.input_weight = p.weight.copy(), p.input_weight.copy()
        self.rates, self.excitability = p.rates.copy(), p.excitability.copy()
        self.stable, self.input_stable = p.weight.copy(), p.input_weight.copy()  # the kernels keep it up to date
        self.fresh, self.input_fresh = np.zeros_like(p.weight), np.zeros_like(p.input_weight)
        self.packed = np.empty_like(p.source), np.empty_like(p.weight), np.empty(p.units, dtype=np.int64)
        self.drive, self.work = np.empty_like(p.rates), np.empty_like(p.rates)
        self.change, self.ones = np.empty(p.rates.shape[1], REAL), np.ones(p.units, REAL)
        self.learners = np.flatnonzero(p.credit.any(axis=1))
        self.credit, self.threshold = p.credit[self.learners], p.threshold[self.learners, None]
        self.practice = p.practice * p.rate

    def settle(self) -> int:
        """Pack the synapses, add up the drive, settle."""
        p, ones = self.p, self.ones
        pack(p.source, self.weight, ones, *self.packed)
        thalamic_drive(p.input_source, self.input_weight, p.inputs, self.excitability, self.drive)
        return settle(
            *self.packed,
            self.drive,
            ones,
            ones,
            p.step,
            p.ceiling,
            p.softness,
            self.form.tolerance,
            self.form.steps,
            self.rates,
            self.work,
            self.change,
        )[0]

    def learn(self) -> None:
        """Error x eligibility x presynaptic rate."""
        p, rows = self.p, self.learners
        q = (self.rates[rows] / self.threshold) ** 2
        post = self.credit @ (p.targets - p.readout @ self.rates)
        post *= 2 * q / (1 + q)
        post *= self.practice
        slots = self.input_weight.shape[1]
        source, weight, fresh = p.input_source, self.input_weight, self.input_fresh
        hebbian(rows, source, weight, fresh, slots, post, p.inputs, 0, 0.0, *map(float, p.input_bounds))
        post *= p.recurrent_share
        source, weight, fresh = p.source, self.weight, self.fresh
        hebbian(rows, source, weight, fresh, LOCAL.stop, post, self.rates, 0, 0.0, *map(float, p.weight_bounds))

    def sleep(self) -> None:
        """Inhibitory plasticity and homeostasis."""
        p, mean = self.p, self.rates.mean(axis=1)
        excess = np.clip((mean - p.set_point) / (p.set_point + REAL(0.05)), -1, 1) * p.excitatory
        pre, most = np.minimum(mean / p.interneurons, 3), float(p.inhibitory_bounds[1])
        first, last, push = INHIBITORY.start, INHIBITORY.stop, excess * p.inhibitory_rate
        balance_rows(p.source, self.weight, self.stable, first, last, push, pre, most)
        self.excitability -= p.excitability_rate * excess
        np.clip(self.excitability, *p.excitability_bounds, out=self.excitability)
        factor = 1 - p.scaling_rate * excess
        scale_rows(self.weight, self.stable, 0, LOCAL.stop, factor, *map(float, p.weight_bounds))
        slots = self.input_weight.shape[1]
        scale_rows(self.input_weight, self.input_stable, 0, slots, factor, *map(float, p.input_bounds))

    def result(self, steps: int) -> Result:
        """Return the end state."""
        return Result(self.rates, self.weight, self.input_weight, self.excitability, steps)


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
    serve(prepare, {"rehab_opt": rehab_opt.__version__, "numba": numba.__version__, "numpy": np.__version__})
