"""The rate dynamics of one network: constants per unit, and the workspace in which its rates are settled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels.settle import pack, settle, thalamic_drive
from rehab_opt.network.layout import Layout
from rehab_opt.parameters import Parameters

Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Dynamics:
    """Constants of the rate dynamics per unit, in one precision."""

    step: Floats
    ceiling: Floats
    softness: float

    @staticmethod
    def of(layout: Layout, p: Parameters, real: type[np.floating]) -> Dynamics:
        """Read the constants: Euler step / time constant, and rate ceiling, by type of unit."""
        tau = np.where(layout.excitatory, p["network.tau-excitatory"], p["network.tau-inhibitory"])
        top = np.where(layout.excitatory, p["network.ceiling-excitatory"], p["network.ceiling-inhibitory"])
        return Dynamics((p["network.settle-step"] / tau).astype(real), top.astype(real), p["network.softness"])


@dataclass(slots=True)
class Work:
    """What a simulation has cost so far, in counts.

    Attributes
    ----------
    settles, steps
        Calls of `Settling.run`, and settling steps in them.
    synapse_updates
        Multiply-adds of the steps: occupied synapses x stimuli x steps.
    plastic_updates
        Multiply-adds of the rules of learning: synapses offered a change x stimuli.
    """

    settles: int = 0
    steps: int = 0
    synapse_updates: int = 0
    plastic_updates: int = 0


class Settling:
    """Scratch arrays of one network, made once, so that no day allocates them; and the counts of its work.

    Parameters
    ----------
    dynamics
        Constants of the network.
    shape
        Units and slots of a row of recurrent synapses.

    Examples
    --------
    >>> from rehab_opt.network.healthy import healthy_network
    >>> network = healthy_network(Parameters({"network.units": 240}), seed=1)
    >>> w, learned, one = network.wiring, network.learned, np.ones(240)
    >>> settling = Settling(Dynamics.of(network.layout, network.parameters, np.float64), w.source.shape)
    >>> settling.load(w.source, learned.weight, one)
    >>> rates = np.zeros_like(learned.rates)
    >>> settling.drive(w.input_source, learned.input_weight, network.tasks.inputs, learned.excitability)
    >>> settling.run(one, one, rates, tolerance=1e-6, most=500)[0] > 10
    True
    >>> bool(abs(rates - learned.rates).max() < 1e-4)
    True
    """

    __slots__ = ("_count", "_dynamics", "_occupied", "_scratch", "_source", "_weight", "work")

    def __init__(self, dynamics: Dynamics, shape: tuple[int, int]) -> None:
        real = dynamics.step.dtype
        self._dynamics = dynamics
        self._source = np.zeros(shape, dtype=np.int32)
        self._weight = np.zeros(shape, dtype=real)
        self._count = np.zeros(shape[0], dtype=np.int64)
        self._occupied = 0
        self._scratch: dict[int, tuple[Floats, Floats, Floats]] = {}
        self.work = Work()

    def load(self, source: NDArray[np.int32], weight: Floats, alive: Floats) -> None:
        """Take the recurrent synapses [units, slots] as they are now; those of silent units carry nothing."""
        self._occupied = pack(source, weight, alive, self._source, self._weight, self._count)

    def drive(self, source: NDArray[np.int32], weight: Floats, inputs: Floats, bias: Floats) -> None:
        """Take thalamic synapses [units, slots], activity of the channels [channels, stimuli] and bias [units]."""
        units, stimuli = len(weight), inputs.shape[1]
        if stimuli not in self._scratch:
            real = self._weight.dtype
            drive, rates = (np.empty((units, stimuli), dtype=real) for _ in range(2))
            self._scratch[stimuli] = drive, rates, np.empty(stimuli, dtype=real)
        thalamic_drive(source, weight, inputs, bias, self._scratch[stimuli][0])

    def run(self, gain: Floats, alive: Floats, rates: Floats, tolerance: float, most: int) -> tuple[int, float]:
        """Settle rates [units, stimuli] in place under the loaded synapses and the drive; return steps and last change.

        See `rehab_opt.network.kernels.settle.settle` for the equation.
        """
        constants, (drive, scratch, change) = self._dynamics, self._scratch[rates.shape[1]]
        taken, left = settle(
            self._source,
            self._weight,
            self._count,
            drive,
            gain,
            alive,
            constants.step,
            constants.ceiling,
            constants.softness,
            tolerance,
            most,
            rates,
            scratch,
            change,
        )
        self.work.settles += 1
        self.work.steps += taken
        self.work.synapse_updates += taken * self._occupied * rates.shape[1]
        return taken, left
