"""Brian2, C++ standalone: one simulation of all days. A settling step is a time step, stimuli follow each other in
windows, and what belongs to a window or a day runs on slower clocks before the first step of the next one."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from typing import Any

import brian2 as b2  # type: ignore[import-not-found,unused-ignore]
import numpy as np

from .harness import Run, Start, serve
from .problem import INHIBITORY, LOCAL, Array, Form, Problem, Result

MS = b2.ms
Group = Any

# Times into the tables of stimuli: of the window that begins, and of the one that has just ended.
NOW = "((timestep(t, window) % stimuli) + 0.5) * window"
BEFORE = "(((timestep(t, window) + stimuli - 1) % stimuli) + 0.5) * window"

CELLS = """
r : 1
local : 1
inhibitory : 1
fixed : 1
place : integer
stored : 1 (linked)
drive : 1 (linked)
post : 1 (linked)
rp : 1 (linked)
factor : 1 (linked)
push : 1 (linked)
pre : 1 (linked)
step : 1 (constant)
per_ceiling : 1 (constant)
"""
SETTLE = """
u = clip(local + inhibitory + fixed + drive, 0, inf)
square = u * u
r += step * (square / (u + softness + square * per_ceiling) - r)
"""
# What a unit needs once per window or per day, on a clock of its own.
SLOW = """
rc : 1 (linked)
rp : 1
credit : 1
post : 1
thalamic : 1
drive : 1
mean : 1
h : 1
factor : 1
push : 1
pre : 1
threshold : 1 (constant)
set_point : 1 (constant)
excitatory : 1 (constant)
"""
LEARN = f"""
q = (rp / threshold) ** 2
post = int(t > 0*ms) * practice({BEFORE}) * 2 * q / (1 + q) * credit
mean += int(t > 0*ms) * rp / stimuli
"""
SLEEP = """
excess = int(t > 0*ms) * excitatory * clip((mean - set_point) / (set_point + 0.05), -1, 1)
h = clip(h - excitability_rate * excess, h_least, h_most)
factor = 1 - scaling_rate * excess
push = inhibitory_rate * excess
pre = clip(mean / interneurons, 0, 3)
mean = 0
"""


class Network:
    """Objects of the simulation, in the order of what they do at the start of a window."""

    def __init__(self, p: Problem, form: Form) -> None:
        self.p, self.form, self.stimuli = p, form, p.inputs.shape[1]
        self.window = form.steps * MS
        self.day = self.window * self.stimuli
        self.space = self._space()
        self._groups()
        self._readout()
        self._synapses()
        self._windows()

    def _space(self) -> dict[str, Any]:
        p = self.p
        return {
            "window": self.window,
            "stimuli": self.stimuli,
            "softness": p.softness,
            "excitability_rate": p.excitability_rate,
            "scaling_rate": p.scaling_rate,
            "inhibitory_rate": p.inhibitory_rate,
            "interneurons": p.interneurons,
            "share": p.recurrent_share,
            "w_least": p.weight_bounds[0],
            "w_most": p.weight_bounds[1],
            "u_least": p.input_bounds[0],
            "u_most": p.input_bounds[1],
            "v_least": p.inhibitory_bounds[0],
            "v_most": p.inhibitory_bounds[1],
            "h_least": p.excitability_bounds[0],
            "h_most": p.excitability_bounds[1],
            "activity": b2.TimedArray(p.inputs.T, dt=self.window),
            "wanted": b2.TimedArray(p.targets.T, dt=self.window),
            "practice": b2.TimedArray(p.practice * p.rate, dt=self.window),
        }

    def _group(self, size: int, equations: str, dt: Any, name: str) -> Group:
        return b2.NeuronGroup(size, equations, dt=dt, namespace=self.space, name=name)

    def _groups(self) -> None:
        p, n = self.p, self.p.units
        self.cells = self._group(n, CELLS, 1 * MS, "cells")
        self.slow = self._group(n, SLOW, self.window, "slow")
        self.channels = self._group(p.inputs.shape[0], "x : 1", self.window, "channels")
        self.outputs = self._group(len(p.targets), "y : 1\nmiss : 1", self.window, "outputs")
        self.store = self._group(n * self.stimuli, "rs : 1", self.window, "store")
        self.cells.step, self.cells.per_ceiling = p.step, 1 / p.ceiling
        self.cells.r = p.rates[:, -1]  # the window before the first is that of the last stimulus
        self.cells.place = np.arange(n) * self.stimuli + self.stimuli - 1
        self.store.rs = p.rates.reshape(-1)
        self.slow.h, self.slow.factor, self.slow.excitatory = p.excitability, 1, p.excitatory
        self.slow.threshold, self.slow.set_point = p.threshold, p.set_point
        self.cells.stored = b2.linked_var(self.store, "rs", index="place")
        for name in ("drive", "post", "rp", "factor", "push", "pre"):
            setattr(self.cells, name, b2.linked_var(self.slow, name))
        self.slow.rc = b2.linked_var(self.cells, "r")
        self.cells.run_regularly(SETTLE, dt=1 * MS, when="groups", order=0)

    def _connect(self, pre: Group, post: Group, model: str, rows: Array, sources: Array, name: str) -> Group:
        synapses = b2.Synapses(pre, post, model, namespace=self.space, name=name)
        synapses.connect(i=sources, j=rows)
        return synapses

    def _readout(self) -> None:
        p = self.p
        out, units = np.nonzero(p.readout)
        read = self._connect(self.slow, self.outputs, "c : 1\ny_post = c * rp_pre : 1 (summed)", out, units, "read")
        read.c = p.readout[out, units]
        units, out = np.nonzero(p.credit)
        back = self._connect(
            self.outputs, self.slow, "c : 1\ncredit_post = c * miss_pre : 1 (summed)", units, out, "back"
        )
        back.c = p.credit[units, out]
        _at(read, "y_post", 2)
        _at(back, "credit_post", 4)
        self.readouts = [read, back]

    def _synapses(self) -> None:
        p = self.p
        number = np.arange(p.weight.shape[1])
        inhibitory = (number >= INHIBITORY.start) & (number < INHIBITORY.stop)
        kinds = (
            ("local", number < LOCAL.stop, "w : 1\ndw : 1\nlocal_post = w * r_pre : 1 (summed)"),
            ("inhibitory", inhibitory, "w : 1\ninhibitory_post = w * r_pre : 1 (summed)"),
            ("fixed", number >= INHIBITORY.stop, "w : 1\nfixed_post = w * r_pre : 1 (summed)"),
        )
        self.made: dict[str, tuple[Group, tuple[Array, Array]]] = {}
        for name, chosen, model in kinds:
            rows, slots = np.nonzero((p.weight != 0) & chosen)
            made = self._connect(self.cells, self.cells, model, rows, p.source[rows, slots], f"to_{name}")
            made.w = p.weight[rows, slots]
            self.made[name] = made, (rows, slots)
        rows, slots = np.nonzero(p.input_weight)
        model = "w : 1\ndw : 1\nthalamic_post = w * x_pre : 1 (summed)"
        made = self._connect(self.channels, self.slow, model, rows, p.input_source[rows, slots], "to_thalamic")
        made.w = p.input_weight[rows, slots]
        _at(made, "thalamic_post", 13)
        self.made["thalamic"] = made, (rows, slots)

    def _windows(self) -> None:
        """Order of what happens at the start of a window; 2, 4 and 13 are the summed variables of the readout, of the
        credit and of the thalamic drive. Learning and nights come after the window that they belong to."""
        window, day = self.window, self.day
        local, inhibitory, thalamic = (self.made[name][0] for name in ("local", "inhibitory", "thalamic"))
        plan = (
            (0, self.slow, "rp = rc", window),
            (1, self.cells, "stored = rp", window),
            (3, self.outputs, f"miss = wanted({BEFORE}, i) - y", window),
            (5, self.slow, LEARN, window),
            (6, local, "dw += share * post_post * rp_pre", window),
            (7, thalamic, "dw += post_post * x_pre", window),
            (8, self.slow, SLEEP, day),
            (9, local, "w = clip(clip(w + dw, w_least, w_most) * factor_post, w_least, w_most)\ndw = 0", day),
            (9, thalamic, "w = clip(clip(w + dw, u_least, u_most) * factor_post, u_least, u_most)\ndw = 0", day),
            (9, inhibitory, "w = -clip(-w * (1 + push_post * pre_pre), v_least, v_most)", day),
            (10, self.cells, "place = i * stimuli + int(timestep(t, window) % stimuli)", window),
            (11, self.cells, "r = stored", window),
            (12, self.channels, f"x = activity({NOW}, i)", window),
            (14, self.slow, "drive = thalamic + h", window),
        )
        for order, group, code, dt in plan:
            group.run_regularly(code, dt=dt, when="start", order=order)

    def objects(self) -> list[Any]:
        """Return what is simulated."""
        groups = [self.cells, self.slow, self.channels, self.outputs, self.store]
        return [*groups, *self.readouts, *(made for made, _ in self.made.values())]

    def result(self, seconds: float) -> Result:
        """Return the end state in slots."""
        p = self.p
        found = {"thalamic": np.zeros_like(p.input_weight)}
        weight = np.zeros_like(p.weight)
        for name, (made, place) in self.made.items():
            found.get(name, weight)[place] = np.asarray(made.w)
        rates = np.asarray(self.store.rs).reshape(p.rates.shape)
        steps = self.form.days * self.form.steps
        return Result(rates, weight, found["thalamic"], np.asarray(self.slow.h), steps, seconds)


def _at(synapses: Group, variable: str, order: int) -> None:
    """Take a sum over synapses at a place in the plan of a window rather than just before the target's own step."""
    updater = synapses.summed_updaters[variable]
    updater.when, updater.order = "start", order


def prepare(problem: Problem, form: Form) -> Start:
    """Generate and compile the program, and return how the work is started: by running the program again."""
    b2.prefs.core.default_float_dtype = np.float32
    b2.set_device("cpp_standalone", build_on_run=False)
    b2.device.reinit()
    b2.device.activate(build_on_run=False)
    network = Network(problem, form)
    simulation = b2.Network(network.objects())
    simulation.run(form.days * network.day + 1 * MS)  # one step more: the last night comes before it
    folder = tempfile.mkdtemp(prefix="brian2-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    b2.device.build(directory=folder, run=False, compile=True, with_output=False)

    def start() -> Run:
        def run() -> Result:
            b2.device.run(with_output=False)
            return network.result(float(b2.device._last_run_time))  # std::clock: processor time of the days alone

        return run

    return start


if __name__ == "__main__":
    serve(prepare, {"brian2": b2.__version__, "numpy": np.__version__})
