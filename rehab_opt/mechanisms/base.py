"""What a mechanism is: one biological process, a row that changes the state in one phase of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.settling import Settling
from rehab_opt.network.state import Anatomy, Bout, Day, State
from rehab_opt.parameters import Parameters, stream


class Phase(Enum):
    """When in the day a mechanism acts, in this order; LESION once, before the first day."""

    LESION = "lesion"
    MILIEU = "milieu"
    CHOICE = "choice"
    LIFE = "life"
    DRIVE = "drive"
    AFTER = "after"
    PRACTICE = "practice"
    WATCH = "watch"
    GUARD = "guard"
    NIGHT = "night"
    REST = "rest"


class Draws:
    """The course's random numbers: one generator per use; what a day draws never depends on the state.

    Turning one mechanism off, or a session more or less, therefore shifts nobody else's numbers.
    """

    __slots__ = ("_generators", "_seed")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._generators: dict[str, np.random.Generator] = {}

    def _of(self, use: str) -> np.random.Generator:
        if use not in self._generators:
            self._generators[use] = stream(self._seed, "course", use)
        return self._generators[use]

    def uniform(self, use: str, shape: tuple[int, ...], real: np.dtype[np.floating]) -> NDArray[np.floating]:
        """Return numbers in [0, 1) from the stream of one use; single precision draws are exact in double precision."""
        return self._of(use).random(shape, dtype=np.float32).astype(real, copy=False)

    def ticks(self, use: str, shape: tuple[int, int]) -> NDArray[np.uint16]:
        """Return numbers in 0 ... 65535: for choices of which many are drawn every day, at a quarter of the cost."""
        count = shape[0] * shape[1]
        raw = self._of(use).bit_generator.random_raw(-(-count // 4))
        return np.asarray(raw, dtype="<u8").view("<u2")[:count].reshape(shape)

    def normal(self, use: str) -> float:
        """Return one standard normal number from the stream of one use."""
        return float(self._of(use).standard_normal())


@dataclass(slots=True)
class Context:
    """All that a mechanism may see: anatomy, state, the day, the patient's numbers, random numbers, the current bout.

    ``settling`` is the workspace in which the rates are settled; it holds nothing that outlives a call but counts.

    No score of severity, no protocol name and no dose in minutes is in here (`Bout.minutes` serves the minute-scale
    dynamics of stimulation only).
    """

    anatomy: Anatomy
    state: State
    day: Day
    numbers: Parameters
    draws: Draws
    bout: Bout | None = None
    settling: Settling = field(init=False)

    def __post_init__(self) -> None:
        """Make the workspace in which this patient's rates are settled."""
        self.settling = Settling(self.anatomy.dynamics, self.state.recurrent.weight.shape)


Step = Callable[[Context], None]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One row of the model.

    Attributes
    ----------
    name
        Kebab-case; also the group of its parameters.
    phase
        When it acts.
    process
        What it does, in one sentence.
    off
        What removing it means, in one sentence.
    observable
        What must change when it is removed.
    step
        Changes ``context.state`` and ``context.day`` in place.
    instead
        What happens in its place when it is removed; None = nothing.
    also
        What else it does, in other phases of the day.
    """

    name: str
    phase: Phase
    process: str
    off: str
    observable: str
    step: Step
    instead: Step | None = None
    also: tuple[tuple[Phase, Step], ...] = ()

    def steps(self, phase: Phase, removed: bool = False) -> tuple[Step, ...]:
        """Return what the mechanism does in a phase; when it is removed, only what happens in its place."""
        if removed:
            return (self.instead,) if phase is self.phase and self.instead is not None else ()
        first = (self.step,) if phase is self.phase else ()
        return first + tuple(step for when, step in self.also if when is phase)


LEAST_SET_POINT = 0.02  # rate; below it a unit's activity relative to its own rate would be noise


def relative_calcium(context: Context) -> NDArray[np.floating]:
    """Return the day's calcium of every unit relative to its set point: what growth and pruning read."""
    set_point = context.state.set_point
    return np.asarray(context.day.calcium / np.maximum(set_point, set_point.dtype.type(LEAST_SET_POINT)))


def relative_excess(activity: NDArray[np.floating], set_point: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return (activity - set point) / (set point + 0.05), clipped to [-1, 1]: how far a unit is from its own rate.

    The constant keeps nearly silent units from reacting to noise; rates are of order 0.1 to 1.
    """
    return np.asarray(np.clip((activity - set_point) / (set_point + set_point.dtype.type(0.05)), -1, 1))
