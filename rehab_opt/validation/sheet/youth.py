"""Youth of the sheet: every excitatory unit finds the threshold of its own set point, then ordinary days go by."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.sheet.life import hear, live
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sheet import REAL, Sheet, build_sheet

STEPS = 60
LARGEST, SMALLEST, SHRINK = 0.08, 0.004, 0.94  # step of a threshold, in units of drive
SETTLE_STEPS = 40
SETTINGS = 12  # noise of a step is one of so many


def find_thresholds(sheet: Sheet) -> None:
    """Move thresholds towards the set points in ever smaller steps; note usual rates and BCM thresholds."""
    state = sheet.state
    for step in range(STEPS):
        activity = hear(sheet, state, "youth", step % SETTINGS, most=SETTLE_STEPS)
        missing = (state.set_point - activity) / (state.set_point + 0.3 * activity + 0.005)
        size = LARGEST * SHRINK**step + SMALLEST
        state.excitability += np.where(sheet.excitatory, size * np.clip(missing, -1, 1), 0).astype(REAL)
    sheet.anatomy.usual[:] = activity
    sheet.anatomy.intact_excitability[:] = state.excitability
    state.threshold[:] = (state.rates**2 @ sheet.anatomy.habit) / np.maximum(activity, 1e-6)


def adult_sheet(numbers: Numbers, seed: int) -> Sheet:
    """Return a sheet at the end of day 0: grown, and at rest with all its mechanisms on.

    Examples
    --------
    >>> sheet = adult_sheet(Numbers(own={"units": 200, "youth-days": 2}), seed=1)
    >>> bool(sheet.state.rates[sheet.excitatory].mean() > 0.01)
    True
    """
    sheet = build_sheet(numbers, seed)
    find_thresholds(sheet)
    for day in range(1 - numbers.count("youth-days"), 1):
        live(sheet, sheet.state, day)
        usual = sheet.anatomy.usual
        usual += (sheet.state.rates @ sheet.anatomy.habit - usual) / 10
    return sheet
