"""Kernels that make and remove synapses again, slow and obvious: one synapse after the other. Imports only numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def _existing(weight: Array, first: int, last: int) -> list[tuple[int, int]]:
    """Target and slot of every synapse, targets first."""
    return [(i, k) for i in range(weight.shape[0]) for k in range(first, last) if weight[i, k] != 0]


def _empty(weight: Array, stable: Array, maturity: Array, i: int, k: int) -> None:
    for array in (weight, stable, maturity):
        array[i, k] = 0


def prune(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    slots: int,
    hazard: float,
    width: float,
    young: float,
    young_width: float,
    use_post: Array,
    use_pre: Array,
    held: Array,
    changes: Array,
    tick: Array,
) -> int:
    """Hazard x exp(-|w| / width) / (1 + use_i use_j), and young x exp(-|w| / young width) (1 - held_j maturity)^2,
    added and compared with a random number per synapse, of targets that change."""
    lost = 0
    for i, k in _existing(weight, 0, slots):
        if not changes[i]:
            continue
        risk = hazard * math.exp(-abs(weight[i, k]) / width) / (1 + use_post[i] * use_pre[source[i, k]])
        risk += young * math.exp(-abs(weight[i, k]) / young_width) * (1 - held[source[i, k]] * maturity[i, k]) ** 2
        if (int(tick[i, k]) + 0.5) / 65536 < risk:
            _empty(weight, stable, maturity, i, k)
            lost += 1
    return lost


def count_bound(source: Array, weight: Array, first: int, last: int, changes: Array, bound: Array, out: Array) -> None:
    """Occupied slots per target and per source, of targets that change."""
    for i, k in _existing(weight, first, last):
        if not changes[i]:
            continue
        bound[i] += 1
        out[source[i, k]] += 1


def _drawn(bound: int, lost: int, uniform: float) -> set[int]:
    """Numbers of the ``lost`` synapses out of ``bound``: consecutive ones from a start drawn by ``uniform``, round."""
    start = math.floor(uniform * bound)
    return {(start + step) % bound for step in range(lost)}


def retract_dendrites(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    first: int,
    last: int,
    skipped: Array,
    bound: Array,
    lost: Array,
    uniform: Array,
    out: Array,
) -> int:
    """Number each unit's synapses from ``skipped`` on and delete those that were drawn."""
    removed = 0
    for i in np.flatnonzero(lost > 0):
        gone = _drawn(int(bound[i]), int(lost[i]), float(uniform[i]))
        own = [k for k in range(first, last) if weight[i, k] != 0]
        for number, k in enumerate(own, start=int(skipped[i])):
            if number in gone:
                _empty(weight, stable, maturity, i, k)
                out[source[i, k]] -= 1
                removed += 1
    return removed


def retract_axons(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    slots: int,
    bound: Array,
    lost: Array,
    uniform: Array,
    changes: Array,
    dendritic: Array,
) -> int:
    """Number each source's synapses from 0 on, by target and slot, and delete those that were drawn."""
    removed = 0
    for j in np.flatnonzero(lost > 0):
        gone = _drawn(int(bound[j]), int(lost[j]), float(uniform[j]))
        own = [(i, k) for i, k in _existing(weight, 0, slots) if source[i, k] == j and changes[i]]
        for number, (i, k) in enumerate(own):
            if number in gone:
                _empty(weight, stable, maturity, i, k)
                dendritic[i] -= 1
                removed += 1
    return removed


def pair(
    source: Array,
    weight: Array,
    stable: Array,
    maturity: Array,
    first: int,
    last: int,
    seeks: Array,
    elements: Array,
    bound: Array,
    offered: Array,
    taken: Array,
    candidate: Array,
    uniform: Array,
    start: float,
) -> int:
    """Each target that seeks and has a vacancy asks one candidate, in the order of the targets."""
    made = 0
    for i in np.flatnonzero(seeks & (elements - bound >= 1)):
        partner = int(candidate[i, int(uniform[i] * candidate.shape[1])])
        own = slice(first, last)
        partners = set(source[i, own][weight[i, own] != 0].tolist())
        free = np.flatnonzero(weight[i, own] == 0)
        if partner < 0 or offered[partner] - taken[partner] < 1 or partner in partners or len(free) == 0:
            continue
        slot = first + int(free[0])
        source[i, slot], weight[i, slot], stable[i, slot], maturity[i, slot] = partner, start, start, 0
        bound[i] += 1
        taken[partner] += 1
        made += 1
    return made
