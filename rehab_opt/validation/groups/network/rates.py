"""Homeostasis of rates: an area whose input is halved falls silent in part, and comes back to its own rate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rehab_opt.validation.checks import direction, statistic
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import SENSORY, FloatArray, Network, area_units, begin, live, networks

NETWORKS, QUICK_NETWORKS = 24, 6
DAYS = 15
LEFT = 0.5  # of the input
BACK = 0.9  # of the rate before the loss: what counts as back at baseline
LOW_DAY, RETURN = 2, (4.0, 5.0)
LONGEST = 1000.0  # days: what is not back by then counts as this, so that a median can be shown


@dataclass(frozen=True, slots=True)
class Loss:
    """A network whose sensory channels keep a share of their activity from day 0 on."""

    network: Network
    left: float
    days: int


def rates_after_loss(loss: Loss) -> FloatArray:
    """Return the mean rate of the sensory area on the mornings of days 0, 1, ..., over that before the loss."""
    context = begin(loss.network)
    units = area_units(context)
    before = float((context.anatomy.intact_rates[units] @ context.anatomy.habit).sum())
    touch = context.anatomy.skills[2].columns
    inputs = context.anatomy.inputs.copy()
    felt = inputs[:, touch].any(axis=1)  # the channels that any touch excites
    inputs[felt] *= loss.left
    context.anatomy = replace(context.anatomy, inputs=inputs)
    days = live(context, loss.network, loss.days)
    return np.array([float(day.activity[units].sum()) / before for day in days])


def return_time(rates: FloatArray, level: float = BACK) -> float:
    """Return when c - a exp(-t / tau), fitted to daily rates from day 0 on, reaches ``level``, at most `LONGEST`.

    Examples
    --------
    >>> t = np.arange(15.0)
    >>> round(return_time(1 - 0.6 * np.exp(-t / 2.5)), 2)
    4.48
    >>> return_time(0.7 - 0.3 * np.exp(-t / 2.5)) == LONGEST
    True
    """
    from scipy.optimize import curve_fit

    days = np.arange(len(rates), dtype=np.float64)

    def curve(t: FloatArray, end: float, drop: float, tau: float) -> FloatArray:
        return np.asarray(end - drop * np.exp(-t / tau))

    start = (float(rates[-1]), float(max(rates[-1] - rates[0], 0.01)), 3.0)
    try:
        end, drop, tau = curve_fit(curve, days, rates, start, bounds=([0, 0, 0.05], [3, 3, 1e3]))[0]
    except RuntimeError:  # no exponential in it
        return float("nan")
    if end <= level:
        return LONGEST
    return min(float(tau * np.log(max(drop / (end - level), 1.0))), LONGEST)


def rate_homeostasis(setup: Setup) -> Finding:
    """Hengen 2013: deprived cortex is low two days after the loss and at baseline two to three days later.

    All channels of touch are halved for good on day 0. Deprivation of one eye takes all the drive of the monocular
    cortex in which the rates were recorded; here too every afferent of the area is affected. Back means within 10 % of
    the rate before, on an exponential fitted to each network.
    """
    group = networks(setup, "loss", setup.count(NETWORKS, QUICK_NETWORKS))
    rates = np.array(setup.map(rates_after_loss, [Loss(network, LEFT, DAYS) for network in group]))
    back = [return_time(row) for row in rates]
    mean, half = rates.mean(axis=0), 1.96 * rates.std(axis=0, ddof=1) / np.sqrt(len(rates))
    days = np.arange(DAYS)
    return Finding(
        checks=(
            direction("rate two days after the loss, share of baseline, minus 1", rates[:, LOW_DAY] - 1, sign=-1),
            statistic("rate back within 10 % of baseline, median day after the loss", back, _median, *RETURN),
        ),
        figure=Figure(
            "days since half of the input was lost",
            "mean rate, share of baseline",
            (
                Series("model, mean and 95 % interval", days, mean, mean - half, mean + half, kind="line"),
                Series("published: back", (sum(RETURN) / 2,), (1.0,), (BACK,), (2 - BACK,), role="published"),
            ),
            caption=f"{len(group)} networks; excitatory units of area {SENSORY + 1} of 3, one hemisphere.",
        ),
    )


def _median(values: FloatArray) -> float:
    return float(np.median(values))
