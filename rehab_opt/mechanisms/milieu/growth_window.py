"""The window of growth: trophic signals near the lesion rise within days and fall over weeks."""

from __future__ import annotations

import math

from rehab_opt.mechanisms.base import Context, Mechanism, Phase

INAUDIBLE = 1e-9  # 1 minus it is 1 in single precision: years later there is nothing to do


def window(days: float, peak_day: float, peak: float, sharpness: float = 1.0) -> float:
    """Return 1 + (peak - 1) ((t / tp) exp(1 - t / tp))^a: factor on the growth of elements at the lesion's edge.

    Rodent: spine formation x5-8, peak in days 7-14, raised at week 6 (Brown 2007, Coleman 2017); the human clock
    stretches it (most true recovery in months 1-3, Zeiler and Krakauer 2013).

    Examples
    --------
    >>> window(0.0, 10.0, 6.0), window(10.0, 10.0, 6.0)
    (1.0, 6.0)
    """
    return 1 + (peak - 1) * signal(days, peak_day, sharpness)


def signal(days: float, peak_day: float, sharpness: float) -> float:
    """Return the growth signals at the lesion's edge, 0 on the day of the lesion, 1 on the peak day.

    Examples
    --------
    >>> signal(0.0, 10.0, 1.5), signal(10.0, 10.0, 1.5)
    (0.0, 1.0)
    """
    phase = days / peak_day
    return math.pow(phase * math.exp(1 - phase), sharpness)


def step(context: Context) -> None:
    """Set today's factor on growth, the window x nearness to the lesion's edge, 1 far away; loosen synapses there."""
    numbers, anatomy = context.numbers, context.anatomy
    if not anatomy.dead.any() and float(context.state.fibre.min()) >= 1:
        return
    peak_day = numbers["growth-window.peak-day"] * numbers["milieu.clock"]
    today, sharpness = context.day.index, numbers["growth-window.sharpness"]
    context.day.growth += anatomy.rim * (window(today, peak_day, numbers["growth-window.peak"], sharpness) - 1)
    _loosen(context, numbers["growth-window.loosening"] * signal(today, peak_day, sharpness))


def _loosen(context: Context, speed: float) -> None:
    """Make mature synapses near the lesion young again, as the nets around neurons thin out: mu -= speed rim mu."""
    if speed < INAUDIBLE:
        return
    state = context.state
    left = (1 - min(speed, 1.0) * context.anatomy.rim).astype(state.rates.dtype)[:, None]
    state.recurrent.maturity *= left
    state.thalamic.maturity *= left


MECHANISM = Mechanism(
    name="growth-window",
    phase=Phase.MILIEU,
    process=(
        "Growth of synaptic elements near the lesion is raised for weeks, with a peak that the clock places, and "
        "mature synapses there become young again."
    ),
    off="Synapses grow at their everyday speed, and fibres sprout only as far as they need no growth signals.",
    observable="synapses formed per day near the lesion around the peak",
    step=step,
)
