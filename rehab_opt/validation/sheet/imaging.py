"""Imaging days: 34 sounds x 10 trials are recorded from every cell, and reduced to what the targets ask for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.state import State
from rehab_opt.parameters import stream
from rehab_opt.validation.sheet.cells import (
    best_amplitude,
    is_responsive,
    reliability,
    tuning_correlation,
    tuning_width,
)
from rehab_opt.validation.sheet.life import settle
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sheet import REAL, Sheet
from rehab_opt.validation.sheet.similarity import similarity
from rehab_opt.validation.sheet.sounds import SOUNDS, TRIALS, trial_inputs

Floats = NDArray[np.floating]


def record(sheet: Sheet, state: State, day: int, session: str = "imaging") -> NDArray[np.float32]:
    """Return recorded responses [units, SOUNDS, TRIALS]: settled rates with recording noise.

    Noise depends on the day and the session only, so that copies of a sheet are paired.
    """
    units = len(state.set_point)
    inputs = trial_inputs(sheet.sounds, units, TRIALS, sheet.seed, session, day)
    start = state.rates[:, :: sheet.numbers.count("life-trials")]
    rates = np.ascontiguousarray(np.repeat(start, TRIALS, axis=1).astype(REAL))
    settle(sheet, state, inputs, rates)
    noise = stream(sheet.seed, "sheet", "recording", session, day).standard_normal(rates.shape, dtype=np.float32)
    return (rates + np.float32(sheet.numbers["noise-recording"]) * noise).reshape(units, SOUNDS, TRIALS)


@dataclass(frozen=True, slots=True)
class Picture:
    """One imaging day of one sheet, on spared cells only (the mask).

    Attributes
    ----------
    diagonal, off_diagonal, averaged
        D, O and Obar of the map of spared excitatory cells.
    fraction, amplitude, reliability
        Share of responsive cells; mean best amplitude of these; mean reliability of all cells.
    signal, noise
        Variance of the mean responses over cells, and between trials.
    interneurons
        Mean best amplitude of spared interneurons.
    responsive, best, width
        [spared excitatory cells].
    tuning
        [spared excitatory cells]: correlation of tuning with that of day 5.
    """

    diagonal: float
    off_diagonal: float
    averaged: float
    fraction: float
    amplitude: float
    reliability: float
    signal: float
    noise: float
    interneurons: float
    responsive: NDArray[np.bool_]
    best: NDArray[np.float64]
    width: NDArray[np.float64]
    tuning: NDArray[np.float64]


def responsive(responses: Floats, numbers: Numbers) -> NDArray[np.bool_]:
    """Return which cells count as responsive on a day, by the sheet's criterion."""
    return is_responsive(responses, numbers["criterion-amplitude"], numbers["criterion-errors"])


def reduce(
    responses: Floats, day_five: Floats, cells: NDArray[np.bool_], interneurons: NDArray[np.bool_], numbers: Numbers
) -> Picture:
    """Reduce the responses of a day [units, SOUNDS, TRIALS] to a picture of the spared cells."""
    spared = responses[cells]
    found = similarity(spared)
    answers, best = responsive(spared, numbers), best_amplitude(spared)
    return Picture(
        found.diagonal,
        found.off_diagonal,
        found.averaged,
        float(answers.mean()),
        float(best[answers].mean()) if answers.any() else 0.0,
        float(reliability(spared).mean()),
        float(spared.mean(axis=2).var(axis=0).mean()),
        float(spared.var(axis=2, ddof=1).mean()),
        float(best_amplitude(responses[interneurons]).mean()),
        answers,
        best,
        tuning_width(spared),
        tuning_correlation(spared, day_five[cells]),
    )
