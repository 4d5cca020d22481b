"""What is kept of a course: daily measures in arrays, and adverse events."""

from __future__ import annotations

import numpy as np

from rehab_opt.course.result import MEASURE_RANGES, AdverseEvent, Course, Outcome
from rehab_opt.mechanisms import Context
from rehab_opt.readout import Biomarkers, clinical


class Record:
    """Collects the measures of one course; a day not reached repeats the last known values."""

    __slots__ = ("_biomarkers", "_days", "_healthy_choice", "_last", "_living", "events", "values")

    def __init__(self, context: Context, days: int, healthy_choice: float) -> None:
        self._days = days
        self._healthy_choice = healthy_choice
        self._biomarkers = Biomarkers(context.anatomy)
        self._living = float(context.state.integrity.sum())
        self._last = 0
        self.values = {name: np.zeros(days + 1) for name in MEASURE_RANGES}
        self.events: list[AdverseEvent] = []

    def morning(self, context: Context, minutes: float) -> None:
        """Keep what was true this morning, and what the night before made."""
        day, state = context.day, context.state
        row = clinical(day.scores, day.choice, self._healthy_choice) | self._biomarkers.measure(state, day)
        row["practice_minutes"] = minutes
        row["lesion_growth"] = 100 * max(0.0, 1 - float(state.integrity.sum()) / max(self._living, 1e-9))
        for name, value in row.items():
            self.values[name][day.index] = value
        self._last = day.index
        if day.seizure:
            self.events.append(AdverseEvent(day.index, "seizure"))

    @property
    def seizures(self) -> int:
        """Number of days with a seizure so far."""
        return sum(event.kind == "seizure" for event in self.events)

    def finish(self, patient_id: str, outcome: Outcome, growth_limit: float) -> Course:
        """Return the course."""
        for name, values in self.values.items():
            values[self._last + 1 :] = 0 if name == "practice_minutes" else values[self._last]
        grown = np.flatnonzero(self.values["lesion_growth"] > growth_limit)
        if len(grown):
            self.events.append(AdverseEvent(int(grown[0]), "lesion-growth"))
        self.events.sort(key=lambda event: event.day)
        return Course(patient_id, self._days, outcome, self.values, tuple(self.events))
