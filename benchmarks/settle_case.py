"""A patient's network at the moment of the lesion, ready to be settled any number of steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import rehab_opt as ro
from rehab_opt.network.settling import Settling
from rehab_opt.parameters import Parameters
from rehab_opt.patient.build import Brain, build

NEVER = -1.0  # a tolerance that no change is below: exactly as many steps as asked


@dataclass(slots=True)
class SettleCase:
    """Settling of all stimuli of one brain; ``bytes_per_step`` is what a step has to read, see benchmarks/README.md.

    Attributes
    ----------
    brain, settling, rates
        Rates [units, stimuli] go on from step to step.
    alive
        [units]: share of the response of each unit.
    synapses
        Recurrent synapses that a step walks.
    """

    brain: Brain
    settling: Settling
    rates: NDArray[np.floating]
    alive: NDArray[np.floating]
    synapses: int

    @property
    def stimuli(self) -> int:
        """Number of stimuli."""
        return int(self.rates.shape[1])

    @property
    def updates_per_step(self) -> int:
        """Multiply-adds of a step: synapses x stimuli."""
        return self.synapses * self.stimuli

    @property
    def bytes_per_step(self) -> int:
        """Per synapse its source's rates, weight and index; per unit that answers the drive, old and new rates."""
        size, answering = self.rates.itemsize, int(np.count_nonzero(self.alive))
        row = self.stimuli * size
        return self.synapses * (row + size + 4) + 3 * answering * row

    @property
    def bytes_held(self) -> int:
        """What a step touches: the working set, which decides at which level of the cache it lives."""
        return self.synapses * (self.rates.itemsize + 4) + 3 * self.rates.nbytes

    def run(self, steps: int) -> None:
        """Take exactly that many steps."""
        self.settling.run(np.ones_like(self.alive), self.alive, self.rates, NEVER, steps)


def settle_case(
    units: int = 600, *, alive: NDArray[np.floating] | None = None, current: NDArray[np.floating] | None = None
) -> SettleCase:
    """Return patient 1's network of some size.

    Parameters
    ----------
    units
        Size.
    alive
        [units]: share of the response of each unit; by default what the lesion left.
    current
        [units]: added to the drive.
    """
    brain = build(ro.Patient.sample(seed=1), Parameters({"network.units": units}))
    anatomy, state = brain.anatomy, brain.state
    answering = state.alive if alive is None else alive.astype(state.rates.dtype)
    settling = Settling(anatomy.dynamics, state.recurrent.weight.shape)
    settling.load(state.recurrent.source, state.recurrent.weight, answering)
    bias = state.excitability if current is None else state.excitability + current.astype(state.rates.dtype)
    settling.drive(state.thalamic.source, state.thalamic.weight, anatomy.inputs, bias)
    rates = state.rates.copy()
    case = SettleCase(brain, settling, rates, answering, 0)
    case.run(1)
    case.synapses = settling.work.synapse_updates // rates.shape[1]
    return case
