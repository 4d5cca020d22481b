"""A model whose FM-UE is a known function of the lesion; importable in worker processes too."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from rehab_opt.course import Course, Outcome
from rehab_opt.parameters.streams import stream

SLOPE, LEAST, MOST = 52.0, 8.0, 64.0
RECOVERY = 4.0


def fm_of(patient, day, seed):
    """Falls with the fibres lost, in steps of 1/40, with noise of 0.3 points; rises by 4 points over time."""
    lost = round(40 * (1 - patient.lesion.cst_spared)) / 40
    noise = float(stream(seed, "noise", round(400 * lost)).normal(0, 0.1))
    return min(66.0, max(LEAST, MOST - RECOVERY - SLOPE * lost * (1 + 0.4 * (1 - lost)) + noise)) + RECOVERY * (
        1 - np.exp(-day / 30)
    )


class SlopeModel:
    """Notes each course in the file named by FIT_COUNT."""

    def simulate(self, patient, policy, days, seed):
        if "FIT_COUNT" in os.environ:
            with Path(os.environ["FIT_COUNT"]).open("a") as file:
                file.write(f"{patient.id} {days} {seed}\n")
        fm = np.array([min(66.0, fm_of(patient, day, seed)) for day in range(days + 1)])
        zero = np.zeros(days + 1)
        measures = {"fm_ue": fm, "arat": fm * 57 / 66, "use": fm * 5 / 66, "lesion_growth": zero}
        return Course(patient.id, days, Outcome.COMPLETED, measures)


class RunawayModel(SlopeModel):
    """Large lesions do not end well."""

    def simulate(self, patient, policy, days, seed):
        course = super().simulate(patient, policy, days, seed)
        if patient.lesion.cst_spared > 0.5:
            return course
        return Course(patient.id, days, Outcome.RUNAWAY, {"fm_ue": np.full(days + 1, 30.0)})


class FaultyModel:
    def simulate(self, patient, policy, days, seed):
        raise ZeroDivisionError("no such synapse")
