"""Turnover of excitatory synapses: in a zone without input, and by distance from a stroke, against the same networks
unharmed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rehab_opt.validation.checks import statistic
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.network.brain import FloatArray, Network, Units, begin, live, networks
from rehab_opt.validation.groups.network.repair import Repaired, repairs
from rehab_opt.validation.groups.network.synapses import Spines
from rehab_opt.validation.groups.rodents import RODENT

NETWORKS, QUICK_NETWORKS = 24, 6
DAYS = 49
STRUCK = 0.2  # share of the motor area
RINGS = ((0.0, 2.5), (2.5, 5.0), (5.0, 7.5), (7.5, 100.0))  # mm to the nearest dead unit
SMOOTH = 5  # days
DEPRIVED_DAYS = 60
PEAK_DAYS, LATE_DAYS = (7, 14), (39, 45)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A network; ``struck`` or, as its own control, watched at the same places without a lesion."""

    network: Network
    struck: bool


def turnover_by_ring(plan: Stroke) -> FloatArray:
    """Return synapses formed and removed, and synapses there were, [2, days, rings], of living excitatory units."""
    from rehab_opt.patient import Lesion

    lesion = Lesion.disc(share=STRUCK)
    rings = _rings(plan.network)
    context = begin(plan.network, lesion if plan.struck else None)
    watches = [Spines(context, units) for units in rings]
    rows = []
    for _ in live(context, plan.network, DAYS):
        looks = [watch.look() for watch in watches]
        rows.append([(changed.sum(), had.sum()) for had, changed in looks])
    return np.moveaxis(np.array(rows, dtype=np.float64), 2, 0)


def _rings(network: Network) -> list[Units]:
    """Living excitatory units of the struck hemisphere by distance to the nearest dead unit."""
    from rehab_opt.patient import Lesion

    anatomy = begin(network, Lesion.disc(share=STRUCK)).anatomy
    layout = anatomy.layout
    units = layout.select(anatomy.lesioned, excitatory=True)
    units = units[~anatomy.dead[units]]
    gap = layout.position[units][:, None, :] - layout.position[anatomy.dead]
    distance = np.sqrt((gap**2).sum(axis=2)).min(axis=1)
    return [units[(distance >= low) & (distance < high)] for low, high in RINGS]


def rate_ratio(rows: FloatArray) -> float:
    """Return turnover per synapse, harmed over unharmed; a row is (changed, had) of the one, then of the other.

    Examples
    --------
    >>> rate_ratio(np.array([[6.0, 100.0, 2.0, 100.0], [6.0, 100.0, 2.0, 100.0]]))
    3.0
    """
    changed, had, changed_sham, had_sham = rows.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float((changed / had) / (changed_sham / had_sham))


def peak_day(curves: FloatArray) -> float:
    """Return the day on which the mean of curves [networks, days], smoothed over some days, is highest.

    Examples
    --------
    >>> peak_day(np.exp(-(((np.arange(40.0) - 10) / 5) ** 2))[None])
    10.0
    """
    smooth = np.convolve(curves.mean(axis=0), np.ones(SMOOTH) / SMOOTH, mode="valid")
    return float(np.argmax(smooth) + SMOOTH // 2)


def structural_turnover(setup: Setup) -> Finding:
    """Keck 2008, Brown 2007: turnover of spines in deprived cortex, and near and far from a stroke.

    Both were mice, so the clock of the milieu is the rodent's. The deprived zone is counted over two months. The
    stroke is a disc in the motor area with no fibre cut beyond it; near is up to one width of the rim (2.5 mm on the
    model's human scale, 1.5 mm in the mouse), far more than three. Turnover is synapses formed and removed per synapse
    and day, over the same units of the same network unharmed. "x1" and "raised" are read with a third of tolerance,
    as "x3 (2-4)" is: 0.67 to 1.33, and above 1.33.
    """
    group = networks(setup, "stroke", setup.count(NETWORKS, QUICK_NETWORKS))
    group = tuple(network.altered(RODENT) for network in group)
    found = np.array(setup.map(turnover_by_ring, [Stroke(n, struck) for struck in (True, False) for n in group]))
    struck, sham = found[: len(group)], found[len(group) :]
    pairs = list(zip(repairs(setup), repairs(setup, deprived=False), strict=True))
    deprived = np.array([[*_zone(harmed), *_zone(control)] for harmed, control in pairs])
    curves = struck[:, 0, :, 0] / struck[:, 1, :, 0]
    near, late = _window(struck, sham, PEAK_DAYS, 0), _window(struck, sham, LATE_DAYS, 0)
    far = _window(struck, sham, PEAK_DAYS, -1)
    return Finding(
        checks=(
            statistic("turnover in the deprived zone over two months, x sham", deprived, rate_ratio, 2, 4),
            statistic("turnover near the stroke, days 7-14, x sham", near, rate_ratio, 5, 8),
            statistic("day of highest turnover near the stroke", curves, peak_day, *PEAK_DAYS),
            statistic("turnover near the stroke, week 6, x sham", late, rate_ratio, 4 / 3, None),
            statistic("turnover far away, days 7-14, x sham", far, rate_ratio, 2 / 3, 4 / 3),
        ),
        figure=_figure(struck, sham),
    )


def _window(struck: FloatArray, sham: FloatArray, days: tuple[int, int], ring: int) -> FloatArray:
    """Return rows for `rate_ratio` of one ring, days first to last inclusive."""
    window = slice(days[0], days[1] + 1)
    parts = [block[:, kind, window, ring].sum(axis=1) for block in (struck, sham) for kind in (0, 1)]
    return np.stack(parts, axis=1)


def _zone(way: Repaired) -> tuple[float, float]:
    zone = slice(0, way.zone)
    return float(way.turnover[:DEPRIVED_DAYS, zone].sum()), float(way.synapses[:DEPRIVED_DAYS, zone].sum())


def _figure(struck: FloatArray, sham: FloatArray) -> Figure:
    """Weekly turnover by ring, over sham."""
    weeks = range(DAYS // 7)
    series = [
        Series(
            f"model, {low:g}-{high:g} mm" if high < 100 else f"model, beyond {low:g} mm",
            [7 * week + 3.5 for week in weeks],
            [rate_ratio(_window(struck, sham, (7 * week, 7 * week + 6), ring)) for week in weeks],
            kind="line",
            role="model" if ring == 0 else "other",
        )
        for ring, (low, high) in enumerate(RINGS)
    ]
    published = Series("published: near, days 7-14", (10.5,), (6.5,), (5.0,), (8.0,), role="published")
    far = Series("published: far away", (10.5,), (1.0,), role="published")
    caption = f"{len(struck)} networks, rodent clock."
    return Figure("days since the stroke", "turnover of synapses, x sham", (*series, published, far), caption=caption)
