"""Every kernel again, slow and obvious: what a reader would write down from the equation. Imports only numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def thalamic_drive(source: Array, weight: Array, inputs: Array, drive: Array) -> None:
    """drive_is = sum over channels c of W_ic x_cs, with the dense matrix W."""
    dense = np.zeros((weight.shape[0], inputs.shape[0]))
    for i in range(weight.shape[0]):
        for k in range(weight.shape[1]):
            dense[i, source[i, k]] += weight[i, k]
    drive[:] = dense @ inputs


def settle(
    source: Array,
    weight: Array,
    drive: Array,
    bias: Array,
    gain: Array,
    alive: Array,
    step: Array,
    ceiling: Array,
    softness: float,
    tolerance: float,
    most: int,
    rates: Array,
    work: Array,
) -> tuple[int, float]:
    """Euler steps with a dense recurrent matrix until no living unit moves by more than the tolerance."""
    dense = np.zeros((weight.shape[0], weight.shape[0]))
    for i in range(weight.shape[0]):
        for k in range(weight.shape[1]):
            dense[i, source[i, k]] += weight[i, k]
    now = np.array(rates, dtype=np.float64)
    taken, change = 0, math.inf
    while taken < most and change > tolerance:
        u = np.maximum(gain[:, None] * (dense @ now + drive + bias[:, None]), 0)
        phi = np.square(u) / (u + softness + np.square(u) / ceiling[:, None])
        move = step[:, None] * (alive[:, None] * phi - now)
        move[alive == 0] = 0
        now = now + move
        now[alive == 0] = 0
        now[now <= 1e-12] = 0
        change = float(np.abs(move).max())
        taken += 1
    rates[:] = now
    return taken, change


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


def after_effect(
    gain: Array,
    threshold: Array,
    relative: Array,
    calcium: Array,
    driven: bool,
    minutes: float,
    tau_threshold: float,
    tau_gain: float,
    rate: float,
    most: float,
) -> None:
    """Euler steps of at most half a minute, all units at once."""
    steps = max(1, math.ceil(minutes / 0.5))
    dt = minutes / steps
    for _ in range(steps):
        growth = rate * relative * (relative - threshold) if driven else 0.0
        gain[:] = np.clip(gain + dt * (growth - gain / tau_gain), -most, most)
        threshold[:] = threshold + dt / tau_threshold * ((relative + calcium) ** 2 - threshold)


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
            if weight[i, k] == 0:
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


def _empty(weight: Array, stable: Array, maturity: Array, gone: Array) -> int:
    for array in (weight, stable, maturity):
        array[gone] = 0
    return int(gone.sum())


def prune(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    slots: int,
    hazard: float,
    width: float,
    use_post: Array,
    use_pre: Array,
    uniform: Array,
) -> int:
    """Hazard x exp(-|w| / width) / (1 + use_i use_j), compared with a random number per synapse."""
    together = use_post[:, None] * use_pre[source]
    risk = hazard * np.exp(-np.abs(weight) / width) / (1 + together)
    gone = (weight != 0) & (uniform[:, : weight.shape[1]] < risk)
    gone[:, slots:] = False
    return _empty(weight, stable, maturity, gone)


def count_bound(source: Array, weight: Array, first: int, last: int, bound: Array, out: Array) -> None:
    """Occupied slots per target and per source."""
    for i, k in zip(*np.nonzero(weight), strict=True):
        if first <= k < last:
            bound[i] += 1
            out[source[i, k]] += 1


def retract(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    slots: int,
    loss_post: Array,
    loss_pre: Array,
    uniform: Array,
) -> int:
    """Risk a + b - a b of losing one of two elements that go independently with chances a and b."""
    a, b = loss_post[:, None], loss_pre[source]
    gone = (weight != 0) & (uniform[:, : weight.shape[1]] < a + b - a * b)
    gone[:, slots:] = False
    return _empty(weight, stable, maturity, gone)


def pair(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    first: int,
    last: int,
    vacant_post: Array,
    vacant_pre: Array,
    candidate: Array,
    uniform: Array,
    start: float,
) -> int:
    """Each target with a vacancy asks one candidate, in the order of the targets."""
    made = 0
    for i in np.flatnonzero(vacant_post >= 1):
        partner = int(candidate[i, int(uniform[i] * candidate.shape[1])])
        own = slice(first, last)
        partners = set(source[i, own][weight[i, own] != 0].tolist())
        free = np.flatnonzero(weight[i, own] == 0)
        if partner < 0 or vacant_pre[partner] < 1 or partner in partners or len(free) == 0:
            continue
        slot = first + int(free[0])
        source[i, slot], weight[i, slot], stable[i, slot], maturity[i, slot] = partner, start, 0, 0
        vacant_post[i] -= 1
        vacant_pre[partner] -= 1
        made += 1
    return made
