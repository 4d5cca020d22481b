"""Every kernel again, slow and obvious: what a reader would write down from the equation. Imports only numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def dense(source: Array, weight: Array, sources: int, count: Array | None = None) -> Array:
    """The matrix [targets, sources] of rows of synapses; of each row only the first ``count`` slots."""
    matrix = np.zeros((weight.shape[0], sources))
    for i in range(weight.shape[0]):
        for k in range(weight.shape[1] if count is None else count[i]):
            matrix[i, source[i, k]] += weight[i, k]
    return matrix


def pack(source: Array, weight: Array, alive: Array, packed_source: Array, packed_weight: Array, count: Array) -> int:
    """Keep, in order, the synapses between units that answer; fill up to an even number with a weight of 0."""
    total = 0
    for i in range(weight.shape[0]):
        kept = [k for k in range(weight.shape[1]) if weight[i, k] != 0 and alive[i] != 0 and alive[source[i, k]] != 0]
        row = [(source[i, k], weight[i, k]) for k in kept] + [(i, 0.0)] * (len(kept) % 2)
        for n, (j, w) in enumerate(row):
            packed_source[i, n], packed_weight[i, n] = j, w
        count[i] = len(row)
        total += len(kept)
    return total


def thalamic_drive(source: Array, weight: Array, inputs: Array, bias: Array, drive: Array) -> None:
    """drive_is = b_i + sum over channels c of W_ic x_cs, with the dense matrix W."""
    drive[:] = dense(source, weight, len(inputs)) @ inputs + bias[:, None]


def settle(
    source: Array,
    weight: Array,
    count: Array,
    drive: Array,
    gain: Array,
    alive: Array,
    step: Array,
    ceiling: Array,
    softness: float,
    tolerance: float,
    most: int,
    rates: Array,
    work: Array,
    change: Array,
) -> tuple[int, float]:
    """Euler steps with a dense recurrent matrix until no living unit moves by more than the tolerance."""
    matrix = dense(source, weight, len(rates), count)
    now = np.array(rates, dtype=np.float64)
    taken, largest = 0, math.inf
    while taken < most and largest > tolerance:
        u = np.maximum(gain[:, None] * (matrix @ now + drive), 0)
        phi = np.square(u) / (u + softness + np.square(u) / ceiling[:, None])
        move = step[:, None] * (alive[:, None] * phi - now)
        move[alive == 0] = 0
        now = now + move
        now[alive == 0] = 0
        now[now <= 1e-12] = 0
        change[:] = np.abs(move).max(axis=0)
        largest = float(change.max())
        taken += 1
    rates[:] = now
    return taken, largest


def hebbian(
    rows: Array,
    source: Array,
    weight: Array,
    maturity: Array,
    slots: int,
    post: Array,
    pre: Array,
    column: int,
    rigid: float,
    least: float,
    most: float,
) -> None:
    """dw_ij = plasticity_ij sum_s post_is pre_js for occupied synapses of rows that have anything to learn."""
    for n, i in enumerate(rows):
        if not np.any(post[n]):
            continue
        for k in range(slots):
            if weight[i, k] != 0:
                plasticity = rigid * maturity[i, k] + (1 - maturity[i, k])
                overlap = float(np.dot(post[n], pre[source[i, k], column : column + post.shape[1]]))
                weight[i, k] = np.clip(weight[i, k] + plasticity * overlap, least, most)


def carry(units: Array, weight: Array, fibre: Array, rates: Array, first: int, moved: Array) -> None:
    """Outputs = links x what the fibres carry of the units' rates."""
    moved[:] = weight @ (fibre[units, None] * rates[units, first : first + moved.shape[1]])


def feed_back(
    units: Array,
    error: Array,
    credit: Array,
    fibre: Array,
    supply: Array,
    threshold: Array,
    least: float,
    strength: Array,
    rates: Array,
    first: int,
    post: Array,
) -> None:
    """Strength x supply x eligibility x error fed back along the links and through the fibre."""
    for n, i in enumerate(units):
        q = rates[i, first : first + len(strength)] / max(threshold[i], least)
        eligibility = 2 * q**2 / (1 + q**2)
        post[n] = strength * supply[i] * eligibility * fibre[i] * (credit[n] @ error)


def slide(rows: Array, rates: Array, habit: Array, threshold: Array, share: float, rate: float, post: Array) -> None:
    """A share of the way to <r^2> / <r>, then rate p_s r (r - theta) with the threshold reached."""
    aim = (rates**2 @ habit) / np.maximum(rates @ habit, 1e-6)
    threshold[:] = (1 - share) * threshold + share * aim
    post[:] = rate * habit * rates[rows] * (rates[rows] - threshold[rows, None])


def agree(moved: Array, wanted: Array, found: Array) -> None:
    """1 - relative distance of each column, at least 0."""
    found[:] = np.maximum(0, 1 - np.linalg.norm(moved - wanted, axis=0) / np.linalg.norm(wanted, axis=0))


def crowd(group: Array, level: Array, rates: Array, high: Array) -> None:
    """Units above their level, per group and stimulus."""
    for g in range(len(high)):
        high[g] = (rates[group == g] > level[group == g, None]).sum(axis=0)


def flow(units: Array, source: Array, weight: Array, first: int, last: int, activity: Array) -> float:
    """Sum of weight x activity of the source."""
    return sum(float(weight[i, k]) * float(activity[source[i, k]]) for i in units for k in range(first, last))


def occupied(weight: Array, first: int, last: int) -> int:
    """Slots with a weight."""
    return int((weight[:, first:last] != 0).sum())


def stand_out(units: Array, rates: Array, margin: float, found: Array) -> None:
    """Whether more than half of a unit's responses are below its best one by more than the margin."""
    found[:] = [np.mean(rates[i] < rates[i].max() - margin) > 0.5 for i in units]


def correlations(units: Array, rates: Array, found: Array) -> None:
    """Correlation of the responses of every pair."""
    pairs = [(a, b) for a in range(len(units)) for b in range(a + 1, len(units))]
    rows = rates[units].astype(np.float64)
    alike = np.ptp(rows, axis=1) == 0
    for n, (a, b) in enumerate(pairs):
        found[n] = 0.0 if alike[a] or alike[b] else np.corrcoef(rows[a], rows[b])[0, 1]


def grow(elements: Array, calcium: Array, speed: Array, low: float, high: float, most: float) -> None:
    """A bell on a floor of -1 that is 0 at ``low`` and at ``high``: 2^(1 - x^2) - 1, x from -1 to 1 between them."""
    x = (2 * calcium - low - high) / (high - low)
    elements[:] = np.clip(elements + speed * (np.power(2.0, 1 - x**2) - 1), 0, most)


def sprout(
    units: Array,
    weight: Array,
    strength: Array,
    share: Array,
    support: Array,
    speed: float,
    most: float,
    spared: Array,
    fibre: Array,
) -> None:
    """Growth in proportion to the fibre, its support, and what its outputs miss on average; the end is a multiple of
    what the lesion spared."""
    own, end = fibre[units], most * spared[units]
    missing = np.maximum(0, 1 - (weight @ own) / strength)
    wanted = own * (1 + speed * support[units] * (share @ missing))
    fibre[units] = np.where(own >= end, own, np.where(wanted > end, end, wanted))


def support(release: Array, neighbours: Array, half: float, power: float, found: Array) -> None:
    """A Hill function of the mean of the own release and the neighbours'."""
    pooled = np.mean([release, release[neighbours].mean(axis=1)], axis=0)
    found[:] = 1 / (1 + (half / np.maximum(pooled, half * 1e-6)) ** power)


def after_effect(
    gain: Array,
    threshold: Array,
    relative: Array,
    calcium: Array,
    driven: Array,
    minutes: float,
    tau_threshold: float,
    tau_gain: float,
    rate: float,
    reference: float,
    most: float,
) -> None:
    """Euler steps of at most half a minute, all units at once."""
    steps = max(1, math.ceil(minutes / 0.5))
    dt = minutes / steps
    for _ in range(steps):
        activity = relative + calcium
        growth = np.where(driven, rate * activity * (activity - threshold / reference), 0.0)
        gain[:] = np.clip(gain + dt * (growth - gain / tau_gain), -most, most)
        threshold[:] = threshold + dt / tau_threshold * (activity**2 - threshold)


def potentiate(
    weight: Array, maturity: Array, slots: int, change: Array, rigid: float, least: float, most: float
) -> None:
    """Fresh synapses change by the whole share, mature ones by ``rigid`` of it."""
    for i in np.flatnonzero(change):
        for k in np.flatnonzero(weight[i, :slots]):
            plasticity = maturity[i, k] * rigid + (1 - maturity[i, k])
            weight[i, k] = np.clip(weight[i, k] + weight[i, k] * change[i] * plasticity, least, most)


def consolidate(
    weight: Array, stable: Array, maturity: Array, slots: int, share: Array, keep: float, ripen: float, least: float
) -> None:
    """A share of the labile part becomes stable, the rest decays, immaturity shrinks."""
    for i in range(weight.shape[0]):
        for k in range(slots):
            if weight[i, k] == 0:
                continue
            labile = weight[i, k] - stable[i, k]
            stable[i, k] = stable[i, k] + share[i] * labile
            weight[i, k] = max(least, stable[i, k] + (labile - share[i] * labile) * keep)
            maturity[i, k] = 1 - (1 - maturity[i, k]) * (1 - ripen)


def scale_rows(weight: Array, stable: Array, first: int, last: int, factor: Array, least: float, most: float) -> None:
    """Multiply magnitudes, keep signs, and let the stable part follow in proportion."""
    for i in range(weight.shape[0]):
        for k in range(first, last):
            if weight[i, k] == 0 or factor[i] == 1:  # a factor of 1 changes nothing, not even beyond the bounds
                continue
            before = weight[i, k]
            weight[i, k] = np.sign(before) * np.clip(np.abs(before) * factor[i], least, most)
            stable[i, k] = stable[i, k] * weight[i, k] / before


def balance_rows(
    source: Array, weight: Array, stable: Array, first: int, last: int, excess: Array, presynaptic: Array, most: float
) -> None:
    """Inhibitory weights grow with the target's excess x the source's activity; magnitudes stay in [1e-4, most]."""
    for i in range(weight.shape[0]):
        for k in range(first, last):
            if weight[i, k] == 0 or excess[i] == 0:
                continue
            before = weight[i, k]
            weight[i, k] = np.clip(before + before * excess[i] * presynaptic[source[i, k]], -most, -1e-4)
            stable[i, k] = stable[i, k] * weight[i, k] / before
