"""Synapses seen from outside: which there are, which came and went in a night, who is connected to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.groups.network.brain import FloatArray, Units

if TYPE_CHECKING:
    from rehab_opt.mechanisms import Context
    from rehab_opt.network.state import Rows

Slots = NDArray[np.int32]


class Spines:
    """Looks at the excitatory synapses of some units night after night, as imaging of dendritic spines does."""

    __slots__ = ("_context", "_seen", "_units")

    def __init__(self, context: Context, units: Units) -> None:
        self._context, self._units = context, units
        self._seen = self._slots()

    def look(self) -> tuple[FloatArray, FloatArray]:
        """Return synapses per unit at the last look, and how many have formed or gone since."""
        before, self._seen = self._seen, self._slots()
        return np.asarray((before >= 0).sum(axis=1), dtype=np.float64), turned_over(before, self._seen)

    def _slots(self) -> Slots:
        from rehab_opt.network.wiring import INPUT_CAPACITY, LOCAL

        state = self._context.state
        parts = [
            np.where(rows.weight[self._units, :last] != 0, rows.source[self._units, :last], -1)
            for rows, last in ((state.recurrent, LOCAL.stop), (state.thalamic, INPUT_CAPACITY))
        ]
        return np.concatenate(parts, axis=1).astype(np.int32)


def turned_over(before: Slots, after: Slots) -> FloatArray:
    """Return synapses formed plus removed per unit between two looks at the sources in their slots (-1 = empty).

    Examples
    --------
    >>> turned_over(np.array([[3, -1, 7]], np.int32), np.array([[3, 5, 8]], np.int32)).tolist()
    [3.0]
    """
    changed = before != after
    return np.asarray((changed & (after >= 0)).sum(axis=1) + (changed & (before >= 0)).sum(axis=1), dtype=np.float64)


def among(rows: Rows, units: Units) -> FloatArray:
    """Return the local excitatory weights among some units, target by source."""
    from rehab_opt.network.wiring import LOCAL

    place = np.full(len(rows.weight), -1)
    place[units] = np.arange(len(units))
    weight, source = rows.weight[units, LOCAL], place[rows.source[units, LOCAL]]
    found = np.zeros((len(units), len(units)))
    target, slot = np.nonzero((weight > 0) & (source >= 0))
    found[target, source[target, slot]] = weight[target, slot]
    return found
