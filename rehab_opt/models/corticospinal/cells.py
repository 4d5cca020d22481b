"""Corticospinal cells: weights on the motoneurons, exploration, place; what a lesion leaves of them; the force they
make."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rehab_opt.errors import InputError
from rehab_opt.parameters import stream
from rehab_opt.patient import Lesion, Patient

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
HIGHEST = 1.0
"""Activation at which a cell saturates; all activations are shares of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells that drive one movement of the affected arm.

    Attributes
    ----------
    weight
        Net weight on the movement, w_i = c_fi - c_ei: fixed connections to the agonist's and the antagonist's pool.
    sd
        Standard deviation of the exploration of each cell, share of the highest activation.
    start
        Activation right after a lesion, before any practice.
    ipsilesional
        True for cells of the lesioned hemisphere, whose path crosses to the affected arm.
    secondary
        True for cells of secondary areas, which explore little.
    lowest
        Lowest activation: 0 for rates, -1 for deviations from rest. The highest is 1.

    Notes
    -----
    The force of activations x is F(x) = sum_i w_i x_i, with every x_i between ``lowest`` and 1 (Reinkensmeyer 2012;
    Norman 2022). The weights never change: only activations are learned.

    Examples
    --------
    >>> from rehab_opt.models.corticospinal.numbers import numbers_of
    >>> cells = draw_cells(numbers_of("norman-2022"), wiring=0)
    >>> len(cells.weight), int(cells.ipsilesional.sum()), cells.force(cells.start) == cells.capacity
    (1000, 900, True)
    """

    weight: FloatArray
    sd: FloatArray
    start: FloatArray
    ipsilesional: BoolArray
    secondary: BoolArray
    lowest: float

    @property
    def capacity(self) -> float:
        """Largest force that these cells can make: every cell at the limit that helps."""
        return self.force(self.best)

    @property
    def best(self) -> FloatArray:
        """Activations of the largest force."""
        return np.where(self.weight >= 0.0, HIGHEST, self.lowest)

    def force(self, activation: FloatArray) -> float:
        """Return F(x) = sum_i w_i x_i in units of a mean weight at full activation."""
        return float(self.weight @ activation)

    def kept(self, alive: BoolArray) -> Cells:
        """Return the cells that are alive, in order."""
        numbers = self.weight[alive], self.sd[alive], self.start[alive]
        return Cells(*numbers, self.ipsilesional[alive], self.secondary[alive], self.lowest)

    def begun_at(self, start: FloatArray) -> Cells:
        """Return the same cells with other activations to start from."""
        return Cells(self.weight, self.sd, start, self.ipsilesional, self.secondary, self.lowest)


def draw_cells(numbers: Mapping[str, float], wiring: int) -> Cells:
    """Return the cells of one healthy network; ``wiring`` numbers the network.

    Weights are lognormal with mean 1, times the side's factor on the crossed path and divided by it on the same-side
    path; explorations likewise by area (Norman 2022). Variance 0 and factor 1 make all cells equal (Reinkensmeyer
    2012). ``start`` is the best activation: the movement has been learned.
    """
    count = round(numbers["cells.number"])
    rng = stream(wiring, "corticospinal", "cells")
    ipsilesional = np.arange(count) >= round(numbers["cells.contralesional-share"] * count)
    secondary = _some(rng, count, numbers["exploration.secondary-share"])
    antagonist = _some(rng, count, numbers["cells.antagonist-share"])
    side, area = numbers["cells.side-factor"], numbers["exploration.area-factor"]
    weight = lognormal(rng, 1.0, numbers["cells.weight-variance"], count) * np.where(ipsilesional, side, 1.0 / side)
    sd = lognormal(rng, 1.0, numbers["exploration.variance"], count) * np.where(secondary, 1.0 / area, area)
    signed = np.where(antagonist, -weight, weight)
    lowest = numbers["activation.lowest"]
    best = np.where(signed >= 0.0, HIGHEST, lowest)
    return Cells(signed, numbers["exploration.sd"] * sd, best, ipsilesional, secondary, lowest)


def after_lesion(healthy: Cells, numbers: Mapping[str, float], patient: Patient) -> tuple[Cells, BoolArray]:
    """Return the cells that still reach the motoneurons, and which of the healthy ones they are.

    A share of the lesioned hemisphere's cells is lost: tissue of the motor area, then fibres of the survivors. The
    order of loss belongs to the patient, so that a larger lesion contains a smaller one. Survivors forget what they
    had learned and start at random; without a lesion nothing is forgotten.

    Raises
    ------
    InputError
        If the lesion is given by places or units, which this model does not have.
    """
    spared = spared_share(patient.lesion)
    own = np.flatnonzero(healthy.ipsilesional)
    order = stream(patient.seed, "corticospinal", "loss").permutation(own)
    alive = np.ones(len(healthy.weight), dtype=np.bool_)
    alive[order[round(spared * len(own)) :]] = False
    if patient.lesion.is_none:
        return healthy, alive
    rng = stream(patient.seed, "corticospinal", "start")
    return healthy.begun_at(_disorganised(rng, numbers, len(alive))).kept(alive), alive


def spared_share(lesion: Lesion) -> float:
    """Return the share of the lesioned hemisphere's corticospinal cells whose body and fibre are both left.

    Raises
    ------
    InputError
        If the lesion is given by places or units, which this model does not have.

    Examples
    --------
    >>> spared_share(Lesion.disc(share=0.2, cst_spared=0.5))
    0.4
    """
    if lesion.units or lesion.strongest_responders or lesion.strongest_interneurons:
        raise InputError("the corticospinal model has no single units to lose", key="lesion", allowed="shares")
    tissue = 0.0
    for disc in lesion.discs:
        if disc.share is None:
            raise InputError(
                "the corticospinal model has no places", key="lesion.discs", value=disc.radius_mm, allowed="share"
            )
        tissue += disc.share if disc.area == "motor" else 0.0
    return max(0.0, 1.0 - tissue) * lesion.cst_spared


def lognormal(rng: np.random.Generator, mean: float, variance: float, count: int) -> FloatArray:
    """Return lognormal draws of a given mean and variance; variance 0 gives the mean itself.

    Examples
    --------
    >>> lognormal(np.random.default_rng(1), 2.0, 0.0, 3).tolist()
    [2.0, 2.0, 2.0]
    """
    spread = math.log1p(variance / mean**2)
    return np.asarray(np.exp(rng.normal(math.log(mean) - spread / 2.0, math.sqrt(spread), count)))


def _disorganised(rng: np.random.Generator, numbers: Mapping[str, float], count: int) -> FloatArray:
    if numbers["activation.uniform-start"] >= 0.5:
        return rng.uniform(numbers["activation.lowest"], HIGHEST, count)
    start = lognormal(rng, numbers["activation.start-mean"], numbers["activation.start-variance"], count)
    return np.minimum(start, HIGHEST)


def _some(rng: np.random.Generator, count: int, share: float) -> BoolArray:
    chosen = np.zeros(count, dtype=np.bool_)
    chosen[rng.permutation(count)[: round(share * count)]] = True
    return chosen
