"""The 34 sounds as activity of frequency channels, and the noise of every trial as channels of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.parameters import stream
from rehab_opt.validation.sheet.numbers import Numbers

TONES, COMPLEX = 19, 15
SOUNDS = TONES + COMPLEX
SHARED = 3
"""Independent sources of noise that many units share."""
TRIALS = 10
POWER = 3.0
"""Root of a sound's summed squared channel activity: keeps thalamic weights far from their bounds."""

Floats32 = NDArray[np.float32]


def channel_places(numbers: Numbers) -> NDArray[np.float64]:
    """Return the preferred frequency of every channel as its place on the tone axis, 0 to 1."""
    n = numbers.count("channels")
    return np.asarray((np.arange(n) + 0.5) / n)


def build_sounds(numbers: Numbers, seed: int) -> NDArray[np.float64]:
    """Return the activity of the channels [channels, sounds]: pure tones, then mixtures of three to five of them.

    A tone at place f drives channel c by exp(-(c - f)^2 / 2 w^2). All sounds have the same total power.

    Examples
    --------
    >>> build_sounds(Numbers(), 0).shape
    (48, 34)
    """
    places, width = channel_places(numbers), numbers["channel-width"]
    rng = stream(seed, "sheet", "sounds")

    def tone(place: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(-((places - place) ** 2) / (2 * width**2)))

    found = [tone((k + 0.5) / TONES) for k in range(TONES)]
    for _ in range(COMPLEX):
        parts = int(rng.integers(3, 6))
        shares, centres = rng.dirichlet(np.ones(parts)), rng.random(parts)
        found.append(sum((a * tone(c) for a, c in zip(shares, centres, strict=True)), np.zeros(len(places))))
    table = np.array(found).T
    return np.asarray(POWER * table / np.sqrt((table**2).sum(axis=0)))


def trial_inputs(sounds: NDArray[np.float64], units: int, trials: int, seed: int, *names: str | int) -> Floats32:
    """Return the activity of all channels in every trial [channels + units + SHARED, sounds x trials].

    Trials of a sound are neighbours. Behind the channels of the sounds come one private source of noise per unit and
    the shared ones, all standard normal and constant during a trial; synapses with a fixed weight carry them.
    """
    rng = stream(seed, "sheet", "trials", *names)
    columns = sounds.shape[1] * trials
    private = rng.standard_normal((units, columns), dtype=np.float32)
    shared = rng.standard_normal((SHARED, columns), dtype=np.float32)
    heard = np.repeat(sounds, trials, axis=1).astype(np.float32)
    return np.ascontiguousarray(np.concatenate([heard, private, shared]))
