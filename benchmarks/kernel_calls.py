"""Calls of kernels, taken from a real course and replayed: their time, multiply-adds and bytes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import rehab_opt as ro
from benchmarks.common import usual_care
from benchmarks.timing import around_kernels, best

DAYS = 15  # of the course that the calls are taken from: therapy has begun
Counts = tuple[int, int]  # multiply-adds, bytes that have to move


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a kernel, with arguments as they were before it."""

    name: str
    kernel: Callable[..., Any]
    arguments: tuple[Any, ...]

    @property
    def size(self) -> int:
        """Bytes of all arrays."""
        return sum(a.nbytes for a in self.arguments if isinstance(a, np.ndarray))

    @property
    def named(self) -> dict[str, Any]:
        """Arguments by name."""
        return dict(inspect.signature(vars(self.kernel)["py_func"]).bind(*self.arguments).arguments)

    def seconds(self, repeats: int) -> float:
        """Return the seconds of the fastest replay, call from Python included; every replay starts from the same."""
        scratch = _copied(self.arguments)

        def restore() -> None:
            for mine, original in zip(scratch, self.arguments, strict=True):
                if isinstance(mine, np.ndarray):
                    np.copyto(mine, original)

        return best(lambda: self.kernel(*scratch), repeats, restore)


def _copied(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)


def largest_calls(model: ro.Model, patient: ro.Patient) -> dict[str, Call]:
    """Return, for every kernel that a course calls from Python, its last call with the most bytes in its arrays."""
    usual_care(model, patient, DAYS)  # compiled before it is wrapped
    found: dict[str, Call] = {}

    def wrap(name: str, kernel: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any) -> Any:
            call = Call(name, kernel, arguments)
            if name not in found or call.size >= found[name].size:
                found[name] = Call(name, kernel, _copied(arguments))
            return kernel(*arguments)

        return noted

    with around_kernels(wrap):
        usual_care(model, patient, DAYS)
    return found


def _occupied(weight: Any, first: int, last: int) -> int:
    return int(np.count_nonzero(weight[:, first:last]))


def _hebbian(a: Mapping[str, Any]) -> Counts:
    rows = a["rows"][np.any(a["post"] != 0, axis=1)]
    synapses, stimuli = _occupied(a["weight"][rows], 0, a["slots"]), a["post"].shape[1]
    size = a["weight"].itemsize
    # Per synapse a row of presynaptic rates, source, maturity, and the weight in and out; per target a row of factors.
    return synapses * stimuli, synapses * (stimuli * size + 4 + 3 * size) + a["post"].nbytes


def _feed_back(a: Mapping[str, Any]) -> Counts:
    credited, stimuli = int(np.count_nonzero(a["credit"])), a["post"].shape[1]
    # The eligibility counts four multiply-adds: square, quotient (two), product.
    return credited * stimuli + 4 * a["post"].size, 3 * a["post"].nbytes + a["credit"].nbytes


def _slide(a: Mapping[str, Any]) -> Counts:
    return 2 * a["rates"].size + 2 * a["post"].size, 2 * a["rates"].nbytes + a["post"].nbytes


def _consolidate(a: Mapping[str, Any]) -> Counts:
    # Weight, stable and maturity, in and out; three multiply-adds.
    synapses = _occupied(a["weight"], 0, a["slots"])
    return 3 * synapses, 6 * synapses * a["weight"].itemsize


def _scale(a: Mapping[str, Any]) -> Counts:
    # Weight and stable, in and out; the size, and the same ratio of the stable part.
    synapses = _occupied(a["weight"], a["first"], a["last"])
    return 2 * synapses, 4 * synapses * a["weight"].itemsize


def _balance(a: Mapping[str, Any]) -> Counts:
    synapses = _occupied(a["weight"][a["excess"] != 0], a["first"], a["last"])
    return 3 * synapses, synapses * (4 * a["weight"].itemsize + 4 + a["presynaptic"].itemsize)


def _pack(a: Mapping[str, Any]) -> Counts:
    slots, kept = a["weight"].size, int(a["count"].sum())
    return 0, (slots + kept) * (a["weight"].itemsize + 4)


def _drive(a: Mapping[str, Any]) -> Counts:
    slots, stimuli, size = a["weight"].size, a["drive"].shape[1], a["weight"].itemsize
    return slots * stimuli, slots * (stimuli * size + size + 4) + a["drive"].nbytes


def _count_bound(a: Mapping[str, Any]) -> Counts:
    slots = len(a["weight"]) * (a["last"] - a["first"])
    return 0, slots * (a["weight"].itemsize + 4 + 2 * a["out"].itemsize)


def _carry(a: Mapping[str, Any]) -> Counts:
    links, stimuli = int(np.count_nonzero(a["weight"])), a["moved"].shape[1]
    return links * stimuli, links * stimuli * a["weight"].itemsize


COUNTS: dict[str, Callable[[Mapping[str, Any]], Counts]] = {
    "hebbian": _hebbian,
    "feed_back": _feed_back,
    "slide": _slide,
    "consolidate": _consolidate,
    "scale_rows": _scale,
    "balance_rows": _balance,
    "pack": _pack,
    "thalamic_drive": _drive,
    "count_bound": _count_bound,
    "carry": _carry,
}
"""Of the kernels whose speed is compared with the machine's: multiply-adds of the equation, and bytes of one call."""
