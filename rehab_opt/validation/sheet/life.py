"""Days of the sheet: it hears its sounds under noise, and at night the model's own mechanisms act."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from rehab_opt.course.day import new_day
from rehab_opt.mechanisms import MECHANISMS, Context, Phase
from rehab_opt.mechanisms.base import Draws
from rehab_opt.network.state import Rows, State
from rehab_opt.network.wiring import LOCAL
from rehab_opt.parameters import derive_seed
from rehab_opt.validation.sheet.sheet import REAL, Sheet
from rehab_opt.validation.sheet.sizes import INPUT, RECURRENT
from rehab_opt.validation.sheet.sounds import Floats32, trial_inputs

SETTLE_TOLERANCE, SETTLE_STEPS = 1e-3, 100
PRACTICE_ONLY = "trophic-release"
"""Mechanism of the night that answers to practice; on the sheet ``support`` stands in its place."""
NIGHT = tuple(row for row in MECHANISMS if row.phase is Phase.NIGHT and row.name != PRACTICE_ONLY)
"""Mechanisms of the model that act on the sheet, in the order of the model's night."""
_SYNAPSES = ("source", "weight", "stable", "maturity")
_UNITS = (
    "excitability",
    "set_point",
    "excess",
    "response",
    "drive",
    "threshold",
    "dendritic",
    "axonal",
    "inhibitory_dendritic",
)


def settle(sheet: Sheet, state: State, inputs: Floats32, rates: NDArray[np.floating], most: int = SETTLE_STEPS) -> None:
    """Settle rates [units, columns] in place under sounds and noise; trials are columns of their own."""
    alive, settling = state.alive, sheet.settling
    settling.load(state.recurrent.source, state.recurrent.weight, alive)
    source = np.concatenate([state.thalamic.source, sheet.noise_source], axis=1)
    weight = np.concatenate([state.thalamic.weight, sheet.noise_weight], axis=1)
    settling.drive(source, weight, inputs, state.excitability)
    settling.run(np.ones_like(alive), alive, rates, SETTLE_TOLERANCE, most)


def hear(sheet: Sheet, state: State, *names: str | int, most: int = SETTLE_STEPS) -> NDArray[np.floating]:
    """Settle the sounds of a day, and return the mean rate of every unit over them."""
    trials = sheet.numbers.count("life-trials")
    inputs = trial_inputs(sheet.sounds, len(state.set_point), trials, sheet.seed, *names)
    settle(sheet, state, inputs, state.rates, most)
    return np.asarray((state.rates @ sheet.anatomy.habit).astype(REAL))


def _wander(sheet: Sheet, state: State, day: int) -> None:
    """Multiply every excitatory synapse onto an excitatory unit by its spontaneous change of tonight."""
    factor = np.where(sheet.excitatory[:, None], np.exp(sheet.sizes.step(day)), 1).astype(REAL)
    for rows, columns, slots in (
        (state.thalamic, INPUT, INPUT.stop),
        (state.recurrent, RECURRENT, LOCAL.stop),
    ):
        rows.weight[:, :slots] *= factor[:, columns]
        rows.stable[:, :slots] *= factor[:, columns]


def _hold(state: State, before: State, frozen: NDArray[np.bool_]) -> None:
    """Undo the night in some units: synapses onto them, thresholds, set points and elements."""
    for name in _UNITS:
        getattr(state, name)[frozen] = getattr(before, name)[frozen]
    for rows, old in ((state.recurrent, before.recurrent), (state.thalamic, before.thalamic)):
        _hold_rows(rows, old, frozen)


def _hold_rows(rows: Rows, old: Rows, frozen: NDArray[np.bool_]) -> None:
    for name in _SYNAPSES:
        getattr(rows, name)[frozen] = getattr(old, name)[frozen]


def live(
    sheet: Sheet, state: State, day: int, off: Iterable[str] = (), frozen: NDArray[np.bool_] | None = None
) -> None:
    """Live one day and its night in place.

    Parameters
    ----------
    day
        Its noise is the same in every copy of the sheet, so that a lesion and its sham are paired.
    off
        Kebab-case names of mechanisms that are removed; those without a part on the sheet change nothing.
    frozen
        bool [units]: units in which nothing changes tonight.
    """
    removed = frozenset(off)
    activity = hear(sheet, state, "life", day)
    before = sheet.copy_state(state) if frozen is not None else None
    today = new_day(sheet.anatomy, day, 0.0, ())
    today.activity = today.calcium = activity.astype(REAL)  # hearing is all that the sheet does
    today.support[:] = 1.0 if PRACTICE_ONLY in removed else sheet.numbers["support"]
    draws = Draws(derive_seed(sheet.seed, "sheet", "night", day))
    context = Context(sheet.anatomy, state, today, sheet.numbers.shared, draws)
    _wander(sheet, state, day)
    for row in NIGHT:
        for step in row.steps(Phase.NIGHT, removed=row.name in removed):
            step(context)
    if before is not None and frozen is not None:
        _hold(state, before, frozen)
