"""Spontaneous change of synapses: every size wanders about its mean, whatever the activity."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL
from rehab_opt.parameters import stream
from rehab_opt.validation.sheet.numbers import Numbers

INPUT = slice(0, INPUT_CAPACITY)
RECURRENT = slice(INPUT_CAPACITY, INPUT_CAPACITY + LOCAL.stop)


class Sizes:
    """Logarithms of the sizes of a sheet's excitatory synapses, day after day.

    An Ornstein-Uhlenbeck process per slot: x(d + 1) = k x(d) + SD sqrt(1 - k^2) noise, k = exp(-1 / tau). Sizes are
    therefore log-normal and stationary, and single synapses drift (Loewenstein, Kuras and Rumpel 2011). It depends on
    the seed and the day only, so that a lesioned sheet and its sham share it.

    Examples
    --------
    >>> sizes = Sizes(Numbers(), units=10, seed=1, first_day=-5)
    >>> sizes.on(-5).shape
    (10, 48)
    >>> float(abs(sizes.step(3) - (sizes.on(4) - sizes.on(3))).max())
    0.0
    """

    __slots__ = ("_days", "_first", "_keep", "_sd", "_seed", "_units")

    def __init__(self, numbers: Numbers, units: int, seed: int, first_day: int) -> None:
        self._units, self._seed, self._first = units, seed, first_day
        self._sd, self._keep = numbers["size-sd"], float(np.exp(-1 / numbers["size-days"]))
        self._days: list[NDArray[np.float32]] = []

    def on(self, day: int) -> NDArray[np.float32]:
        """Return the logarithms [units, slots] on one day, not before the first."""
        while len(self._days) <= day - self._first:
            rng = stream(self._seed, "sheet", "sizes", len(self._days))
            fresh = self._sd * rng.standard_normal((self._units, RECURRENT.stop), dtype=np.float32)
            if self._days:
                fresh = self._keep * self._days[-1] + np.sqrt(1 - self._keep**2) * fresh
            self._days.append(fresh.astype(np.float32))
        return self._days[day - self._first]

    def step(self, day: int) -> NDArray[np.float32]:
        """Return the change of the logarithms in the night after a day."""
        return self.on(day + 1) - self.on(day)
