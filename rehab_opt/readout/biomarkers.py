"""Biomarkers: what imaging could see of a plastic network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels import correlations, flow, occupied, stand_out
from rehab_opt.network.state import Anatomy, Day, State
from rehab_opt.network.wiring import INHIBITORY, INPUT_CAPACITY, LOCAL

RESPONSIVE = 0.35  # by how much the best response exceeds more than half of the others, in units of rate
SAMPLE = 48  # units whose correlation structure is followed


class Biomarkers:
    """Daily biomarkers of one patient, relative to the intact network where a comparison is meant.

    Parameters
    ----------
    anatomy
        The patient's; only spared excitatory units of the lesioned hemisphere's motor area are looked at.
    """

    __slots__ = ("_input_mean", "_pattern", "_responsive", "_units", "_watched")

    def __init__(self, anatomy: Anatomy) -> None:
        units = anatomy.layout.select(anatomy.lesioned, 0, excitatory=True)
        self._units = units[~anatomy.dead[units]]
        self._watched = self._units[:SAMPLE]
        self._pattern = _standardised(self._correlations(anatomy.intact_rates))
        self._responsive = self._respond(anatomy.intact_rates)
        self._input_mean = np.asarray(anatomy.inputs @ anatomy.habit)

    def measure(self, state: State, day: Day) -> dict[str, float]:
        """Return turnover (% of synapses a day), E/I ratio, connectivity (correlation of the correlation structure with
        that of the intact network, -1 to 1) and the share of units that respond now and did not in health."""
        if len(self._units) == 0:
            return {"turnover": 0.0, "ei_ratio": 0.0, "connectivity": 0.0, "newly_responsive": 0.0}
        total = occupied(state.recurrent.weight, LOCAL.start, LOCAL.stop)
        total += occupied(state.thalamic.weight, 0, INPUT_CAPACITY)
        pattern = _standardised(self._correlations(state.rates))
        return {
            "turnover": 100 * (day.formed + day.removed) / max(total, 1),
            "ei_ratio": self._ratio(state, day),
            "connectivity": float(np.clip(self._pattern @ pattern, -1, 1)),
            "newly_responsive": float(np.mean(self._respond(state.rates) & ~self._responsive)),
        }

    def _ratio(self, state: State, day: Day) -> float:
        rows, inputs, units, activity = state.recurrent, state.thalamic, self._units, day.activity
        excitation = flow(units, rows.source, rows.weight, LOCAL.start, LOCAL.stop, activity)
        excitation += flow(units, inputs.source, inputs.weight, 0, INPUT_CAPACITY, self._input_mean)
        inhibition = -flow(units, rows.source, rows.weight, INHIBITORY.start, INHIBITORY.stop, activity)
        return excitation / max(inhibition, 1e-6)

    def _respond(self, rates: NDArray[np.floating]) -> NDArray[np.bool_]:
        found = np.empty(len(self._units), dtype=np.bool_)
        stand_out(self._units, rates, RESPONSIVE, found)
        return found

    def _correlations(self, rates: NDArray[np.floating]) -> NDArray[np.float64]:
        """Correlation over stimuli of every pair of watched units."""
        count = len(self._watched)
        found = np.empty(count * (count - 1) // 2)
        correlations(self._watched, rates, found)
        return found


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centred and of length 1; all 0 if the values do not differ."""
    centred = values - values.mean() if len(values) else values
    size = float(np.sqrt(centred @ centred))
    return centred / size if size > 1e-12 else np.zeros_like(centred)
