"""The yardstick: the equations in float64, written to be read and not to be fast."""

from __future__ import annotations

import numpy as np

from benchmarks.peers.implementations.problem import INHIBITORY, LOCAL, Array, Form, Problem, Result


class Network:
    """One run of a problem, on the problem's own slot arrays."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rates, self.excitability = problem.rates.copy(), problem.excitability.copy()
        self.weight, self.input_weight = problem.weight.copy(), problem.input_weight.copy()

    def settle(self, most: int, tolerance: float) -> int:
        """r <- r + a (phi(W r + U x + h) - r), with phi(u) = u^2 / (u + softness + u^2 / ceiling) for u > 0.

        Returns the steps taken: ``most``, or fewer when no rate changed by more than the tolerance.
        """
        from scipy.sparse import csr_array

        p = self.problem
        shape = self.weight.shape
        ends = np.arange(0, shape[0] * shape[1] + 1, shape[1])
        matrix = csr_array((self.weight.reshape(-1), p.source.reshape(-1), ends), shape=(p.units, p.units))
        drive = self.excitability[:, None] + np.einsum("nk,nks->ns", self.input_weight, p.inputs[p.input_source])
        for taken in range(1, most + 1):
            u = np.maximum(matrix @ self.rates + drive, 0.0)
            phi = u**2 / (u + p.softness + u**2 / p.ceiling[:, None])
            change = p.step[:, None] * (phi - self.rates)
            self.rates += change
            if np.abs(change).max() <= tolerance:
                return taken
        return most

    def learn(self) -> None:
        """dw_ij = rate sum_s practice_s 2 q^2 / (1 + q^2) (B e)_i pre_j with e = T - R r and q = r / threshold."""
        p = self.problem
        q = self.rates / p.threshold[:, None]
        error = p.credit @ (p.targets - p.readout @ self.rates)
        post = p.rate * p.practice * 2 * q**2 / (1 + q**2) * error
        self._grow(self.input_weight, post, p.inputs, p.input_source, p.input_bounds)
        local = self.weight[:, LOCAL]
        self._grow(local, p.recurrent_share * post, self.rates, p.source[:, LOCAL], p.weight_bounds)

    @staticmethod
    def _grow(weight: Array, post: Array, pre: Array, source: Array, bounds: Array) -> None:
        change = np.einsum("ns,nks->nk", post, pre[source])
        weight[...] = np.where(weight != 0, np.clip(weight + change, *bounds), 0.0)

    def sleep(self) -> None:
        """Inhibition follows excess x activity of the source; excitability and excitatory weights go against excess."""
        p = self.problem
        mean = self.rates.mean(axis=1)
        excess = np.where(p.excitatory, np.clip((mean - p.set_point) / (p.set_point + 0.05), -1, 1), 0.0)
        pre = np.minimum(mean / p.interneurons, 3.0)[p.source[:, INHIBITORY]]
        inhibitory = self.weight[:, INHIBITORY]
        size = np.clip(-inhibitory * (1 + p.inhibitory_rate * excess[:, None] * pre), *p.inhibitory_bounds)
        inhibitory[...] = np.where(inhibitory != 0, -size, 0.0)
        self.excitability = np.clip(self.excitability - p.excitability_rate * excess, *p.excitability_bounds)
        factor = (1 - p.scaling_rate * excess)[:, None]
        for weight, bounds in ((self.weight[:, LOCAL], p.weight_bounds), (self.input_weight, p.input_bounds)):
            weight[...] = np.where(weight != 0, np.clip(weight * factor, *bounds), 0.0)


def solve(problem: Problem, form: Form) -> tuple[Result, list[int]]:
    """Return the end state and the settling steps of each day."""
    network = Network(problem)
    steps: list[int] = []
    for _ in range(form.days):
        steps.append(network.settle(form.steps, form.tolerance))
        network.learn()
        network.sleep()
    return Result(network.rates, network.weight, network.input_weight, network.excitability, sum(steps)), steps
