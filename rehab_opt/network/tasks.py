"""What the network can do: stimuli with target outputs in three domains, practised and held-out ones, and their
inputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import COGNITIVE, MOTOR, SENSORY
from rehab_opt.parameters import Parameters, stream

OUTPUTS = 8
BOTH = 2


@dataclass(frozen=True, slots=True)
class Task:
    """A set of stimuli on a ring (movement directions, touched places, remembered places) and what they should evoke.

    Attributes
    ----------
    name
        ``reach-left``, ``reach-right``, ``touch-left``, ``touch-right`` (side of the body) or ``recall``.
    area
        Area that does the task.
    side
        Side of the body: 0 left, 1 right, 2 both. The hemisphere of the other side is the contralateral one.
    columns
        Columns of the task's stimuli in arrays over all stimuli; practised stimuli come first.
    practised
        Number of practised stimuli; the others are held out of every therapy.
    channels
        Rows of the task's thalamic channels.
    targets
        float64 [OUTPUTS, stimuli]: desired downstream output (muscle activations for reaching), of order 1.
    """

    name: str
    area: int
    side: int
    columns: slice
    practised: int
    channels: slice
    targets: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tasks:
    """All tasks of a network and their thalamic input.

    Attributes
    ----------
    tasks
        The tasks, in column order.
    inputs
        float64 [channels, stimuli]: activity of the thalamic channels for each stimulus, of order 1.
    preferred
        float64 [channels]: preferred angle of tuned channels, rad; NaN for channels without tuning.
    """

    tasks: tuple[Task, ...]
    inputs: NDArray[np.float64]
    preferred: NDArray[np.float64]

    def named(self, name: str) -> Task:
        """Return a task by name."""
        return next(task for task in self.tasks if task.name == name)


# name, area, side of the body, stimuli, tuned channels, untuned channels
_PLAN = (
    ("reach-left", MOTOR, 0, 16, 24, 6),
    ("reach-right", MOTOR, 1, 16, 24, 6),
    ("touch-left", SENSORY, 0, 8, 16, 4),
    ("touch-right", SENSORY, 1, 8, 16, 4),
    ("recall", COGNITIVE, BOTH, 8, 16, 4),
)


def ring_angles(stimuli: int) -> NDArray[np.float64]:
    """Return the stimuli's angles, rad: every second one on the ring first (practised), then those between (held
    out)."""
    return 2 * np.pi * np.concatenate([np.arange(0, stimuli, 2), np.arange(1, stimuli, 2)]) / stimuli


def _targets(angles: NDArray[np.float64], rng: np.random.Generator, width: float, second: float) -> NDArray[np.float64]:
    """Broad bump per output (agonist muscles), plus a smooth second harmonic that makes the synergy individual."""
    prefer = 2 * np.pi * np.arange(OUTPUTS) / OUTPUTS
    phase = rng.uniform(0, 2 * np.pi, OUTPUTS)
    main = np.exp((np.cos(angles[None, :] - prefer[:, None]) - 1) / width**2)
    detail = 1 + np.cos(2 * angles[None, :] - phase[:, None])
    return np.asarray(main + second * detail)


def build_tasks(parameters: Parameters, seed: int) -> Tasks:
    """Draw the tasks of a network.

    Channels are von Mises tuned on the ring (width ``task.channel-width``); a few more are on for a random quarter of
    the stimuli, so that transfer to held-out stimuli is good but not perfect.

    Examples
    --------
    >>> tasks = build_tasks(Parameters(), seed=0)
    >>> [task.name for task in tasks.tasks][-1], tasks.inputs.shape
    ('recall', (120, 56))
    """
    width = parameters["task.channel-width"]
    n_channels = sum(row[4] + row[5] for row in _PLAN)
    n_stimuli = sum(row[3] for row in _PLAN)
    inputs = np.zeros((n_channels, n_stimuli))
    preferred = np.full(n_channels, np.nan)
    tasks, column, channel = [], 0, 0
    for name, area, side, stimuli, tuned, untuned in _PLAN:
        rng = stream(seed, "tasks", name)
        angles = ring_angles(stimuli)
        prefer = 2 * np.pi * (np.arange(tuned) + rng.uniform(0, 1)) / tuned
        columns, channels = slice(column, column + stimuli), slice(channel, channel + tuned + untuned)
        bumps = np.exp((np.cos(angles[None, :] - prefer[:, None]) - 1) / width**2)
        inputs[channel : channel + tuned, columns] = bumps
        inputs[channel + tuned : channel + tuned + untuned, columns] = rng.random((untuned, stimuli)) < 0.25
        preferred[channel : channel + tuned] = prefer
        targets = _targets(angles, rng, parameters["task.output-width"], parameters["task.second-harmonic"])
        tasks.append(Task(name, area, side, columns, stimuli // 2, channels, targets))
        column, channel = column + stimuli, channel + tuned + untuned
    return Tasks(tuple(tasks), inputs, preferred)
