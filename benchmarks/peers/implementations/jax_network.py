"""JAX, jitted as a whole: the days and the settling steps are loops of the compiled program. ``gather`` holds synapses
in padded rows, ``dense`` in full matrices with masks; ``patients`` > 1 maps the program over patients."""

from __future__ import annotations

import sys
from dataclasses import fields
from functools import partial
from typing import Any, NamedTuple

import jax  # type: ignore[import-not-found,unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found,unused-ignore]
import jaxlib  # type: ignore[import-not-found,unused-ignore]
import numpy as np

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

REAL = np.float32
Traced = Any


def _held(value: Any) -> Any:
    return jnp.asarray(value) if isinstance(value, np.ndarray) else value


class State(NamedTuple):
    """What changes: rates, recurrent and thalamic weights, excitability, settling steps so far."""

    rates: Traced
    weight: Traced
    input_weight: Traced
    excitability: Traced
    steps: Traced


class Kinds(NamedTuple):
    """Where weights are plastic, as masks of the shape of the weights."""

    local: Traced
    inhibitory: Traced
    thalamic: Traced


class Rows:
    """Occupied slots moved to the front of their rows, and as many columns as the longest row has."""

    def __init__(self, source: Array, weight: Array) -> None:
        order = np.argsort(weight == 0, axis=1, kind="stable")
        self.order = order[:, : int(np.count_nonzero(weight, axis=1).max())]
        self.source = jnp.asarray(np.take_along_axis(source, self.order, axis=1))
        self.weight = np.take_along_axis(weight, self.order, axis=1)
        self.busy = self.weight != 0
        self.shape = weight.shape

    def slots(self, weight: Array) -> Array:
        """Return weights where they were in the problem."""
        found = np.zeros(self.shape, REAL)
        np.put_along_axis(found, self.order, weight, axis=1)
        return found


class Gather:
    """Weights as rows of slots."""

    def __init__(self, p: Problem) -> None:
        self.recurrent, self.thalamic = Rows(p.source, p.weight), Rows(p.input_source, p.input_weight)
        busy, slot = self.recurrent.busy, self.recurrent.order
        local = busy & (slot < LOCAL.stop)
        inhibitory = busy & (slot >= INHIBITORY.start) & (slot < INHIBITORY.stop)
        self.kinds = Kinds(*map(jnp.asarray, (local, inhibitory, self.thalamic.busy)))
        self.plastic = int(local[p.credit.any(axis=1)].sum(axis=1).max())  # local synapses come first
        self.weights = self.recurrent.weight, self.thalamic.weight

    def total(self, weight: Traced, source: Traced, pre: Traced) -> Traced:
        """Sum over slots of weight x activity of the source."""
        total = jnp.zeros((weight.shape[0], pre.shape[1]), weight.dtype)
        for k in range(weight.shape[1]):
            total += weight[:, k, None] * pre[source[:, k]]
        return total

    def drive(self, weight: Traced, inputs: Traced) -> Traced:
        """Thalamic drive."""
        return self.total(weight, self.thalamic.source, inputs)

    def field(self, weight: Traced, rates: Traced) -> Traced:
        """Recurrent input."""
        return self.total(weight, self.recurrent.source, rates)

    def grow(self, post: Traced, rates: Traced) -> Traced:
        """Products of post and pre over stimuli; only the slots of units that learn are worth computing."""
        source = self.recurrent.source
        change = self.products(post, rates, source[:, : self.plastic])
        return jnp.pad(change, ((0, 0), (0, source.shape[1] - self.plastic)))

    def grow_input(self, post: Traced, inputs: Traced) -> Traced:
        """The same for thalamic synapses."""
        return self.products(post, inputs, self.thalamic.source)

    @staticmethod
    def products(post: Traced, pre: Traced, source: Traced) -> Traced:
        """Sum over stimuli of post x pre for each slot."""
        return jnp.stack([jnp.sum(post * pre[source[:, k]], axis=1) for k in range(source.shape[1])], axis=1)

    def presynaptic(self, activity: Traced) -> Traced:
        """Activity of the source of each synapse."""
        return activity[self.recurrent.source]

    def slots(self, weight: Array, input_weight: Array) -> tuple[Array, Array]:
        """Return weights as rows of slots."""
        return self.recurrent.slots(weight), self.thalamic.slots(input_weight)


class Dense:
    """Weights as full matrices."""

    def __init__(self, p: Problem) -> None:
        self.p = p
        n, channels = p.units, p.inputs.shape[0]
        number = np.arange(p.source.shape[1])
        rows = np.arange(n)[:, None]
        matrix, local, inhibitory = np.zeros((n, n), REAL), np.zeros((n, n), bool), np.zeros((n, n), bool)
        np.add.at(matrix, (rows, p.source), p.weight)
        for mask, chosen in ((local, LOCAL), (inhibitory, INHIBITORY)):
            busy = (p.weight != 0) & (number >= chosen.start) & (number < chosen.stop)
            mask[np.nonzero(busy)[0], p.source[busy]] = True
        inputs = np.zeros((n, channels), REAL)
        np.add.at(inputs, (rows, p.input_source), p.input_weight)
        self.kinds = Kinds(jnp.asarray(local), jnp.asarray(inhibitory), jnp.asarray(inputs != 0))
        self.weights = matrix, inputs

    @staticmethod
    def drive(weight: Traced, inputs: Traced) -> Traced:
        """Thalamic drive."""
        return weight @ inputs

    @staticmethod
    def field(weight: Traced, rates: Traced) -> Traced:
        """Recurrent input."""
        return weight @ rates

    @staticmethod
    def grow(post: Traced, rates: Traced) -> Traced:
        """Products of post and pre over stimuli, for all pairs."""
        return post @ rates.T

    grow_input = grow

    @staticmethod
    def presynaptic(activity: Traced) -> Traced:
        """Activity of the source of each pair."""
        return activity[None, :]

    def slots(self, weight: Array, input_weight: Array) -> tuple[Array, Array]:
        """Return weights as rows of slots."""
        p, rows = self.p, np.arange(self.p.units)[:, None]
        found = p.weight.copy()
        plastic = (p.weight != 0) & (np.arange(p.source.shape[1]) < INHIBITORY.stop)
        found[plastic] = weight[rows, p.source][plastic]
        return found, np.where(p.input_weight != 0, input_weight[rows, p.input_source], 0)


def settle(layout: Gather | Dense, p: Problem, form: Form, state: State) -> State:
    """Euler steps to the fixed point: a fixed number, or until the tolerance is met."""
    drive = layout.drive(state.input_weight, p.inputs) + state.excitability[:, None]
    step, per_ceiling = p.step[:, None], (1 / p.ceiling)[:, None]

    def change(rates: Traced) -> Traced:
        u = jnp.maximum(layout.field(state.weight, rates) + drive, 0)
        square = u * u
        return step * (square / (u + p.softness + square * per_ceiling) - rates)

    if form.tolerance == 0:
        rates = jax.lax.fori_loop(0, form.steps, lambda _, rates: rates + change(rates), state.rates)
        return state._replace(rates=rates, steps=state.steps + form.steps)

    def more(carry: Traced) -> Traced:
        _, taken, largest = carry
        return (taken < form.steps) & (largest > form.tolerance)

    def once(carry: Traced) -> Traced:
        rates, taken, _ = carry
        moved = change(rates)
        return rates + moved, taken + 1, jnp.abs(moved).max()

    rates, taken, _ = jax.lax.while_loop(more, once, (state.rates, 0, jnp.asarray(np.inf, REAL)))
    return state._replace(rates=rates, steps=state.steps + taken)


def night(layout: Gather | Dense, p: Problem, state: State) -> State:
    """Task learning, inhibitory plasticity and homeostasis."""
    kinds, rates = layout.kinds, state.rates
    q = (rates / p.threshold[:, None]) ** 2
    post = (p.credit @ (p.targets - p.readout @ rates)) * (2 * q / (1 + q)) * (p.practice * p.rate)
    mean = rates.mean(axis=1)
    excess = jnp.clip((mean - p.set_point) / (p.set_point + 0.05), -1, 1) * p.excitatory
    factor = (1 - p.scaling_rate * excess)[:, None]
    pre = layout.presynaptic(jnp.minimum(mean / p.interneurons, 3))
    weight, thalamic = state.weight, state.input_weight
    grown = jnp.clip(weight + p.recurrent_share * layout.grow(post, rates), *p.weight_bounds)
    local = jnp.clip(grown * factor, *p.weight_bounds)
    inhibitory = -jnp.clip(-weight * (1 + p.inhibitory_rate * excess[:, None] * pre), *p.inhibitory_bounds)
    weight = jnp.where(kinds.local, local, jnp.where(kinds.inhibitory, inhibitory, weight))
    grown = jnp.clip(thalamic + layout.grow_input(post, p.inputs), *p.input_bounds)
    thalamic = jnp.where(kinds.thalamic, jnp.clip(grown * factor, *p.input_bounds), 0)
    excitability = jnp.clip(state.excitability - p.excitability_rate * excess, *p.excitability_bounds)
    return state._replace(weight=weight, input_weight=thalamic, excitability=excitability)


def prepare(problem: Problem, form: Form, dense: bool, patients: int) -> Start:
    """Compile, and return how the work is started."""
    p = problem.cast(REAL)
    layout = Dense(p) if dense else Gather(p)
    held = Problem(*(_held(getattr(p, field.name)) for field in fields(p)))

    def course(state: State) -> State:
        def day(_: Traced, now: State) -> State:
            return night(layout, held, settle(layout, held, form, now))

        return State(*jax.lax.fori_loop(0, form.days, day, state))

    def first(patient: int) -> State:
        """Patients differ by a shift of excitability; patient 0 is the problem's own."""
        shifted = p.excitability - REAL(0.01 * patient)
        weight, input_weight = layout.weights
        return State(p.rates, weight, input_weight, shifted, np.int32(0))

    if patients > 1:
        rows: Any = [np.stack(row) for row in zip(*map(first, range(patients)), strict=True)]
        program, state = jax.vmap(course), State(*rows)
    else:
        program, state = course, first(0)
    compiled = jax.jit(program, donate_argnums=0).lower(state).compile()

    def start() -> Run:
        own = jax.block_until_ready(jax.tree.map(lambda leaf: jnp.array(leaf, copy=True), state))

        def run() -> Result:
            end = jax.block_until_ready(compiled(own))
            if patients > 1:
                end = jax.tree.map(lambda leaf: leaf[0], end)
            rates, weight, thalamic, excitability, steps = (np.asarray(leaf) for leaf in end)
            return Result(rates, *layout.slots(weight, thalamic), excitability, int(steps))

        return run

    return start


if __name__ == "__main__":
    serve(
        partial(prepare, dense=sys.argv[2] == "dense", patients=int(sys.argv[3])),
        {"jax": jax.__version__, "jaxlib": jaxlib.__version__},
    )
