"""The problem that every peer is given as plain arrays, the form of the work, and what a peer hands back."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
LOCAL = slice(0, 24)  # slots of a row: excitatory sources of the same area, the plastic ones
INHIBITORY = slice(24, 38)  # inhibitory sources
# The slots beyond hold connections that do not change. A slot of weight 0 is empty and names its own unit.


@dataclass(frozen=True, slots=True)
class Problem:
    """A network, its stimuli and the constants of its rules; arrays of float64 unless stated.

    Attributes
    ----------
    source, weight
        int32, float [units, slots]: recurrent synapses by target; inhibitory ones are negative.
    input_source, input_weight
        int32, float [units, slots]: thalamic synapses; sources are channels.
    inputs
        [channels, stimuli]: activity of the channels.
    excitability, step, ceiling
        [units]: bias, Euler step / time constant, and bound of the rate.
    rates
        [units, stimuli]: where the first day starts, a fixed point of the given weights.
    excitatory
        bool [units].
    readout, credit, targets
        [outputs, units], [units, outputs], [outputs, stimuli].
    practice
        [stimuli]: amount of practice a day.
    held_out
        bool [stimuli]: those that score.
    threshold, set_point
        [units]: rates at which eligibility is 1 and to which homeostasis returns.
    softness, rate, recurrent_share, interneurons
        Constant of the transfer function, learning rate, how fast recurrent synapses learn relative to thalamic ones,
        and mean rate of the interneurons in health.
    weight_bounds, input_bounds, inhibitory_bounds, excitability_bounds
        [2]: least and most.
    inhibitory_rate, excitability_rate, scaling_rate
        Per day.
    """

    source: Array
    weight: Array
    input_source: Array
    input_weight: Array
    inputs: Array
    excitability: Array
    step: Array
    ceiling: Array
    rates: Array
    excitatory: Array
    readout: Array
    credit: Array
    targets: Array
    practice: Array
    held_out: Array
    threshold: Array
    set_point: Array
    softness: float
    rate: float
    recurrent_share: float
    interneurons: float
    weight_bounds: Array
    input_bounds: Array
    inhibitory_bounds: Array
    excitability_bounds: Array
    inhibitory_rate: float
    excitability_rate: float
    scaling_rate: float

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.source)

    def cast(self, real: type[np.floating[Any]]) -> Problem:
        """Return the same problem with arrays of another precision."""
        return Problem(*(_as(getattr(self, field.name), real) for field in fields(Problem)))

    def save(self, path: Path) -> None:
        """Write everything to a .npz file."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(Problem)})

    @staticmethod
    def load(path: Path) -> Problem:
        """Read a file that `save` wrote."""
        with np.load(path) as stored:
            return Problem(*(_plain(stored[field.name]) for field in fields(Problem)))


def _plain(value: Array) -> Any:
    return value if value.ndim else float(value)


def _as(value: Any, real: type[np.floating[Any]]) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.ascontiguousarray(value, dtype=real)
    return value


@dataclass(frozen=True, slots=True)
class Form:
    """How much work: days, and how rates settle each day.

    Attributes
    ----------
    days
        Number of days.
    steps
        Settling steps a day; with a tolerance the most there may be.
    tolerance
        Settling ends when no rate changes by more in one step; 0 = always ``steps`` steps.
    """

    days: int
    steps: int
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """What is there after the last night, with slots as in `Problem`.

    Attributes
    ----------
    steps
        Settling steps of all days together.
    seconds
        Processor time of the work, where it runs as a program of its own; 0 otherwise.
    """

    rates: Array
    weight: Array
    input_weight: Array
    excitability: Array
    steps: int
    seconds: float = 0.0
