"""What a simulated course of recovery gives back: daily measures, adverse events and how it ended. Plain data, always
finite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from rehab_opt.errors import InputError, unknown_name_error

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]

MEASURE_RANGES: Mapping[str, tuple[float, float]] = {
    "fm_ue": (0.0, 66.0),
    "arat": (0.0, 57.0),
    "use": (0.0, 5.0),
    "function_motor": (0.0, 100.0),
    "function_sensory": (0.0, 100.0),
    "function_cognitive": (0.0, 100.0),
    "turnover": (0.0, np.inf),
    "ei_ratio": (0.0, np.inf),
    "connectivity": (-1.0, 1.0),
    "newly_responsive": (0.0, 1.0),
    "practice_minutes": (0.0, 1440.0),
    "lesion_growth": (0.0, np.inf),
}
"""Daily measures that the framework knows, with the lowest and highest value each can take. A model may add its own."""

RECOVERY_MEASURES = ("fm_ue", "arat", "use", "function_motor", "function_sensory", "function_cognitive")
"""The measures of recovery: 0 is the worst value of each, higher is better."""

EVENT_KINDS = ("seizure", "lesion-growth", "over-limit")


class Outcome(Enum):
    """How a course ended. Anything but ``COMPLETED`` is a result with a reason, never a missing number."""

    COMPLETED = "completed"
    RUNAWAY = "runaway"
    DIED_OUT = "silent"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """Something that must not happen to a patient, on a day counted from the lesion.

    Raises
    ------
    InputError
        If the kind is unknown or the day is negative.

    Examples
    --------
    >>> AdverseEvent(41, "seizure").kind
    'seizure'
    """

    day: int
    kind: str
    detail: str = ""

    def __post_init__(self) -> None:
        if self.kind not in EVENT_KINDS:
            raise unknown_name_error("kind of adverse event", self.kind, EVENT_KINDS)
        if self.day < 0:
            raise InputError("day of an adverse event must be 0 or later", value=self.day)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """One virtual patient's recovery, day by day from the lesion (index 0) to ``days``.

    Parameters
    ----------
    patient_id
        Whose course it is.
    days
        Length in days since the lesion, 1 or more.
    outcome
        How it ended. Days after an early end repeat the last known values.
    measures
        Name -> array of float64 [days + 1], finite; those of `MEASURE_RANGES` lie in their ranges.
    events
        Adverse events in order of day.

    Raises
    ------
    InputError
        If a measure has another length, is not finite, or leaves its range: a model that diverges must say so by its
        outcome.

    Examples
    --------
    >>> course = Course("p1", 2, Outcome.COMPLETED, {"fm_ue": np.array([20.0, 21.0, 23.0])})
    >>> course.at("fm_ue", -1)
    23.0
    """

    patient_id: str
    days: int
    outcome: Outcome
    measures: Mapping[str, FloatArray]
    events: tuple[AdverseEvent, ...] = ()

    def __post_init__(self) -> None:
        if self.days < 1:
            raise InputError("a course lasts at least one day", key="days", value=self.days)
        if not isinstance(self.outcome, Outcome):
            raise InputError("outcome must be an Outcome", key="outcome", value=self.outcome)
        for name, values in self.measures.items():
            _check_measure(name, values, self.days)

    def at(self, measure: str, day: int) -> float:
        """Return one measure on one day since the lesion; day -1 is the last.

        Raises
        ------
        InputError
            If there is no such measure or the day is outside the course.
        """
        if measure not in self.measures:
            raise unknown_name_error("measure", measure, self.measures)
        if not -1 <= day <= self.days:
            raise InputError("day is outside the course", key=measure, value=day, allowed=f"0 to {self.days}, or -1")
        return float(self.measures[measure][day])

    def count(self, kind: str) -> int:
        """Return how many adverse events of one kind happened.

        Examples
        --------
        >>> fm = {"fm_ue": np.zeros(3)}
        >>> Course("p1", 2, Outcome.COMPLETED, fm, (AdverseEvent(1, "seizure"),)).count("seizure")
        1
        """
        return sum(event.kind == kind for event in self.events)

    def to_frame(self) -> pd.DataFrame:
        """Return the course as a tidy pandas frame with the columns patient, day, measure, value.

        Examples
        --------
        >>> course = Course("p1", 1, Outcome.COMPLETED, {"fm_ue": np.array([20.0, 21.0])})
        >>> course.to_frame().values.tolist()
        [['p1', 0, 'fm_ue', 20.0], ['p1', 1, 'fm_ue', 21.0]]
        """
        import pandas as pd

        names = list(self.measures)
        length = self.days + 1
        return pd.DataFrame(
            {
                "patient": [self.patient_id] * (length * len(names)),
                "day": np.tile(np.arange(length), len(names)),
                "measure": np.repeat(np.array(names, dtype=object), length),
                "value": np.concatenate([self.measures[name] for name in names]) if names else np.empty(0),
            }
        )


def _check_measure(name: str, values: FloatArray, days: int) -> None:
    if values.shape != (days + 1,):
        raise InputError("measure must hold one value a day", key=name, value=values.shape, allowed=f"({days + 1},)")
    if values.dtype != np.float64:
        raise InputError("measure must be float64", key=name, value=str(values.dtype))
    if not np.isfinite(values).all():
        day = int(np.flatnonzero(~np.isfinite(values))[0])
        raise InputError(
            f"measure is not finite from day {day} on; a course that diverges says so by its outcome", key=name
        )
    low, high = MEASURE_RANGES.get(name, (-np.inf, np.inf))
    if values.min() < low or values.max() > high:
        worst = float(values.min() if values.min() < low else values.max())
        raise InputError("measure leaves its range", key=name, value=worst, allowed=f"{low:g} to {high:g}")
