"""The experiment on one sheet: baseline, four lesions on day 6 with paired noise, and imaging until recovery."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError
from rehab_opt.parameters import Parameters
from rehab_opt.validation.sheet.cells import best_amplitude
from rehab_opt.validation.sheet.imaging import Picture, record, reduce, responsive
from rehab_opt.validation.sheet.life import live
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sheet import Sheet
from rehab_opt.validation.sheet.youth import adult_sheet

BASELINE = (1, 3, 5)
LESION_DAY = 6
POST = (7, 9, 11, 15)
LATE = (20, 25)
LESIONS = ("sham", "responsive", "nonresponsive", "inhibitory")
FROZEN = ("sham", "responsive")
"""Cohorts that are run again with the plasticity of every cell that was silent on day 5 frozen."""

Pictures = Mapping[int, Picture]


@dataclass(frozen=True, slots=True)
class Plan:
    """One sheet to be run; plain data, so that it can be sent to a worker and kept.

    Attributes
    ----------
    seed
        Root of the sheet's random numbers.
    set
        Numbers of the model that differ from the defaults, as (dotted name, value).
    off
        Mechanisms removed from day 6 on, in every cohort, sham included.
    own
        Numbers of the sheet that differ, as (name, value).
    quick
        Whether to leave out the days after 15 and their recovery.
    """

    seed: int
    set: tuple[tuple[str, float], ...] = ()
    off: tuple[str, ...] = ()
    own: tuple[tuple[str, float], ...] = ()
    quick: bool = False

    @property
    def numbers(self) -> Numbers:
        """All numbers of the sheet."""
        return Numbers(Parameters(dict(self.set)), dict(self.own))

    @property
    def days(self) -> tuple[int, ...]:
        """Imaging days from the lesion on; day 6 right after it."""
        return (LESION_DAY, *POST) if self.quick else (LESION_DAY, *POST, *LATE)


@dataclass(frozen=True, slots=True)
class Targeted:
    """Units that a lesion removes, and the mask: they and their matched twins are in no picture of any day."""

    responsive: NDArray[np.int64]
    nonresponsive: NDArray[np.int64]
    inhibitory: NDArray[np.int64]
    cells: NDArray[np.bool_]
    interneurons: NDArray[np.bool_]

    def units(self, lesion: str) -> NDArray[np.int64]:
        """Return the units that a lesion removes; none for a sham."""
        return np.zeros(0, dtype=np.int64) if lesion == "sham" else np.asarray(getattr(self, lesion))


@dataclass(frozen=True, slots=True)
class Result:
    """Pictures of one sheet.

    Attributes
    ----------
    removed, responders
        Units that each lesion takes; responsive excitatory cells on day 5, targeted ones included.
    baseline
        Day -> picture, before the lesion.
    after
        Lesion -> day -> picture, from day 6 (right after the lesion) on.
    frozen
        The same with the cells that were silent on day 5 frozen.
    """

    removed: int
    responders: int
    baseline: Pictures
    after: Mapping[str, Pictures]
    frozen: Mapping[str, Pictures] = field(default_factory=dict)

    def over_baseline(self, lesion: str, measure: str, day: int) -> float:
        """Return a measure on a day after the lesion over its mean on days 1, 3 and 5."""
        mean = np.mean([getattr(self.baseline[d], measure) for d in BASELINE])
        return float(getattr(self.after[lesion][day], measure) / mean)

    def over_sham(self, lesion: str, measure: str, day: int, frozen: bool = False) -> float:
        """Return a measure over that of the sham of the same sheet, noise and day (frozen over frozen)."""
        runs = self.frozen if frozen else self.after
        return float(getattr(runs[lesion][day], measure) / getattr(runs["sham"][day], measure))


def choose_targets(
    sheet: Sheet, days: Mapping[int, NDArray[np.float32]], mapping: NDArray[np.float32]
) -> tuple[Targeted, NDArray[np.bool_]]:
    """Return what the lesions take, and which excitatory cells were responsive on day 5.

    The strongest responders of day 5; as many cells that never responded, weakest first; as many interneurons,
    strongest first. They are ranked in a session of its own right before the lesion: ranked on the baseline days
    themselves, the spared cells would look weak on these days and stronger later by selection alone.

    Raises
    ------
    InputError
        If too few cells never respond to remove as many of them as of responders.
    """
    numbers, excitatory = sheet.numbers, sheet.excitatory
    answers = {day: responsive(x, numbers) & excitatory for day, x in days.items()}
    amplitude = best_amplitude(mapping)
    ever, day_five = np.logical_or.reduce(list(answers.values())), answers[5]
    count = max(2, round(numbers["removed-share"] * int(day_five.sum())))
    silent = int((excitatory & ~ever).sum())
    if silent < count:
        message = f"too few cells never responded: {silent} of {int(excitatory.sum())}, {count} to be removed"
        raise InputError(message, key="criterion-amplitude", value=numbers["criterion-amplitude"])
    top = np.argsort(-np.where(day_five, amplitude, -np.inf), kind="stable")[:count]
    bottom = np.argsort(np.where(excitatory & ~ever, amplitude, np.inf), kind="stable")[:count]
    inner = np.argsort(-np.where(excitatory, -np.inf, amplitude), kind="stable")[:count]
    spared = np.ones(len(excitatory), dtype=bool)
    for units in (top, bottom, inner):
        spared[units] = False
    return Targeted(top, bottom, inner, spared & excitatory, spared & ~excitatory), day_five


def run_sheet(plan: Plan) -> Result:
    """Run baseline, sham, the three lesions, and both counterfactuals on one sheet.

    Examples
    --------
    >>> plan = Plan(seed=1, own=(("units", 200), ("youth-days", 2)), quick=True)
    >>> result = run_sheet(plan)
    >>> result.over_sham("sham", "diagonal", 9)
    1.0
    """
    sheet = adult_sheet(plan.numbers, plan.seed)
    state = sheet.state
    recorded: dict[int, NDArray[np.float32]] = {}
    for day in range(1, LESION_DAY):
        if day in BASELINE:
            recorded[day] = record(sheet, state, day)
        live(sheet, state, day)
    targeted, day_five = choose_targets(sheet, recorded, record(sheet, state, LESION_DAY, "mapping"))

    def picture(responses: NDArray[np.float32]) -> Picture:
        return reduce(responses, recorded[5], targeted.cells, targeted.interneurons, sheet.numbers)

    def follow(lesion: str, frozen: NDArray[np.bool_] | None, days: tuple[int, ...]) -> dict[int, Picture]:
        own, found = sheet.copy_state(state), {}
        own.integrity[targeted.units(lesion)] = 0
        for day in range(LESION_DAY, days[-1] + 1):
            if day in days:
                found[day] = picture(record(sheet, own, day))
            if day < days[-1]:
                live(sheet, own, day, plan.off, frozen)
        return found

    silent, short = sheet.excitatory & ~day_five, tuple(day for day in plan.days if day <= POST[-1])
    return Result(
        len(targeted.responsive),
        int(day_five.sum()),
        {day: picture(recorded[day]) for day in BASELINE},
        {lesion: follow(lesion, None, plan.days) for lesion in LESIONS},
        {lesion: follow(lesion, silent, short) for lesion in FROZEN},
    )
