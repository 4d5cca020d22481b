"""Biomarkers: what imaging could see of a plastic network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.state import Anatomy, Day, State
from rehab_opt.network.wiring import INHIBITORY, LOCAL

RESPONSIVE = 0.35  # best response minus median over stimuli, in units of rate
SAMPLE = 48  # units whose correlation structure is followed


class Biomarkers:
    """Daily biomarkers of one patient, relative to the intact network where a comparison is meant.

    Parameters
    ----------
    anatomy
        The patient's; only spared excitatory units of the lesioned hemisphere's motor area are looked at.
    """

    __slots__ = ("_anatomy", "_pattern", "_responsive", "_units", "_watched")

    def __init__(self, anatomy: Anatomy) -> None:
        self._anatomy = anatomy
        units = anatomy.layout.select(anatomy.lesioned, 0, excitatory=True)
        self._units = units[~anatomy.dead[units]]
        self._watched = self._units[:SAMPLE]
        self._pattern = _correlations(anatomy.intact_rates[self._watched])
        self._responsive = _responsive(anatomy.intact_rates[self._units])

    def measure(self, state: State, day: Day) -> dict[str, float]:
        """Return turnover (% of synapses a day), E/I ratio, connectivity (correlation of the correlation structure with
        that of the intact network, -1 to 1) and the share of units that respond now and did not in health."""
        if len(self._units) == 0:
            return {"turnover": 0.0, "ei_ratio": 0.0, "connectivity": 0.0, "newly_responsive": 0.0}
        total = np.count_nonzero(state.recurrent.weight[:, LOCAL]) + np.count_nonzero(state.thalamic.weight)
        now = _responsive(state.rates[self._units])
        return {
            "turnover": 100 * (day.formed + day.removed) / max(int(total), 1),
            "ei_ratio": self._ratio(state, day),
            "connectivity": _agreement(self._pattern, _correlations(state.rates[self._watched])),
            "newly_responsive": float(np.mean(now & ~self._responsive)),
        }

    def _ratio(self, state: State, day: Day) -> float:
        rows = state.recurrent
        weight, source = rows.weight[self._units], rows.source[self._units]
        flow = weight * day.activity[source]
        excitation = float(flow[:, LOCAL].sum())
        thalamic = state.thalamic.weight[self._units] * self._input_mean()[state.thalamic.source[self._units]]
        return (excitation + float(thalamic.sum())) / max(-float(flow[:, INHIBITORY].sum()), 1e-6)

    def _input_mean(self) -> NDArray[np.floating]:
        return np.asarray(self._anatomy.inputs @ self._anatomy.habit)


def _responsive(rates: NDArray[np.floating]) -> NDArray[np.bool_]:
    return np.asarray(rates.max(axis=1) - np.median(rates, axis=1) > RESPONSIVE)


def _correlations(rates: NDArray[np.floating]) -> NDArray[np.float64]:
    centred = rates - rates.mean(axis=1, keepdims=True)
    norm = np.sqrt((centred**2).sum(axis=1, keepdims=True))
    unit = centred / np.maximum(norm, 1e-9)
    return np.asarray((unit @ unit.T)[np.triu_indices(len(rates), 1)], dtype=np.float64)


def _agreement(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    if len(first) < 2:
        return 0.0
    a, b = first - first.mean(), second - second.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(np.clip(a @ b / size, -1, 1)) if size > 1e-12 else 0.0
