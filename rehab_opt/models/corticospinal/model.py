"""The corticospinal search as a model of recovery: a patient's cells, a policy's sessions, scores from force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rehab_opt.course.result import Course, Outcome
from rehab_opt.errors import InputError
from rehab_opt.models.corticospinal.cells import BoolArray, Cells, FloatArray, after_lesion, draw_cells
from rehab_opt.models.corticospinal.clinic import ARAT_MAX, FM_MAX, USE_MAX, Clinic, Trials
from rehab_opt.models.corticospinal.numbers import numbers_of
from rehab_opt.models.corticospinal.search import TargetedFeedback, practise
from rehab_opt.parameters import derive_seed, stream
from rehab_opt.patient import Patient
from rehab_opt.therapy import Policy


class CorticospinalModel:
    """Recovery of strength as a search over the activations of spared corticospinal cells; satisfies `Simulator`.

    Parameters
    ----------
    variant
        ``"norman-2022"`` (two hemispheres, primary and secondary areas) or ``"reinkensmeyer-2012"`` (one population).
    set
        Dotted parameter name to value; see `corticospinal_parameters`.
    targeted
        Feedback aimed at a group of cells on some repetitions of therapy, or None: the force is felt on all.

    Raises
    ------
    InputError
        If a name is unknown or a value is out of its range.

    Notes
    -----
    Repetitions of the task ``"reach"`` and a few a day of daily life are the trials of the search; nothing else of a
    session counts, and nothing depends on the day. Function is f = max(0, F) / F_intact with F_intact the largest
    force before the lesion; FM-UE = 66 f, ARAT = 57 f, use = 5 f. Other domains stay at 100. Beyond the measures of
    every model a course holds ``force`` (share of F_intact, below 0 if the antagonist wins), ``capacity`` (largest
    force of the cells that are left, same unit) and ``lateralisation``, (A_i - A_c) / (A_i + A_c) with A the mean
    activation above the lowest over all cells that a hemisphere had in health.

    Sources: Reinkensmeyer, Guigon & Maier 2012 (Neural Netw 29-30:60); Norman, Wolpaw & Reinkensmeyer 2022 (Brain
    Commun; PMC9700163).

    Examples
    --------
    >>> from rehab_opt.patient import Lesion, Patient
    >>> from rehab_opt.therapy import protocols
    >>> patient = Patient(id="p1", lesion=Lesion.disc(share=0.3))
    >>> care = [protocols[name].policy() for name in ("no-therapy", "usual-care")]
    >>> fm = [CorticospinalModel().simulate(patient, policy, days=60, seed=1).at("fm_ue", -1) for policy in care]
    >>> fm[0] < fm[1] < 0.7 * 66 + 0.1 * 66
    True
    """

    __slots__ = ("numbers", "targeted", "variant")

    def __init__(
        self,
        variant: str = "norman-2022",
        set: Mapping[str, float] | None = None,
        targeted: TargetedFeedback | None = None,
    ) -> None:
        self.variant = variant
        self.numbers: Mapping[str, float] = numbers_of(variant, set)
        self.targeted = targeted

    def simulate(self, patient: Patient, policy: Policy, days: int, seed: int) -> Course:
        """Return the course of one patient under one policy from the lesion (day 0) to day ``days``.

        Raises
        ------
        InputError
            If ``days`` is below 1, the patient still needs a fit, the lesion is given by places or units, or a
            policy's session lies outside the asked week.
        """
        if patient.needs_fit:
            raise InputError("patient is given by a baseline score and has to be fitted first", key=patient.id)
        healthy = draw_cells(self.numbers, patient.wiring)
        cells, alive = after_lesion(healthy, self.numbers, patient)
        arm = _Arm(healthy, cells, alive, days)
        clinic = Clinic(patient, policy, derive_seed(seed, "course", patient.seed), self.numbers)
        now, trials = cells.start, Trials(self.numbers["life.repetitions"] * patient.traits.life_activity)
        for day in range(days + 1):
            arm.measure(day, now)
            sessions = clinic.sessions(day, arm.function)
            arm.minutes[day] = sum(session.minutes for session in sessions)
            now = self._live(cells, now, clinic.noise, day, trials.of(sessions))
        return arm.course(patient.id)

    def _live(self, cells: Cells, now: FloatArray, noise: int, day: int, trials: tuple[int, int, int]) -> FloatArray:
        """One day's repetitions: those of daily life, then those of therapy, which alone can get targeted feedback."""
        life, therapy, before = trials
        if not len(now):
            return now
        gain = self.numbers["search.gradient-gain"]
        # Each has a stream of its own, so that more therapy does not change what daily life tries out.
        now = practise(cells, now, life, stream(noise, "life", day), gradient_gain=gain)
        rng = stream(noise, "therapy", day)
        return practise(cells, now, therapy, rng, gradient_gain=gain, targeted=self.targeted, first=before)


REINKENSMEYER_2012 = CorticospinalModel("reinkensmeyer-2012")
"""One population of cells between -1 and 1, best-first search: the plug of that name."""
NORMAN_2022 = CorticospinalModel("norman-2022")
"""Two hemispheres, primary and secondary areas, rates from 0 to 1: the plug of that name."""
NORMAN_2022_TARGETED = CorticospinalModel("norman-2022", targeted=TargetedFeedback(share=0.2, side="ipsilesional"))
"""The same with feedback from the lesioned side's secondary cells on every fifth repetition of therapy."""


class _Arm:
    """Daily measures of the affected arm, from activations."""

    __slots__ = ("_alive", "_cells", "_healthy", "_intact", "lateralisation", "minutes", "shares")

    def __init__(self, healthy: Cells, cells: Cells, alive: BoolArray, days: int) -> None:
        if days < 1:
            raise InputError("a course lasts at least one day", key="days", value=days)
        self._healthy, self._cells, self._alive = healthy, cells, alive
        self._intact = healthy.capacity
        self.shares, self.lateralisation, self.minutes = np.zeros(days + 1), np.zeros(days + 1), np.zeros(days + 1)

    @property
    def function(self) -> FloatArray:
        """Share of the intact strength, day by day, 0 to 1."""
        return np.clip(self.shares, 0.0, 1.0)

    def measure(self, day: int, activation: FloatArray) -> None:
        """Note force and lateralisation of this morning."""
        self.shares[day] = self._cells.force(activation) / self._intact
        active = np.zeros(len(self._alive))
        active[self._alive] = activation - self._cells.lowest
        self.lateralisation[day] = lateralisation(active, self._healthy.ipsilesional)

    def course(self, patient_id: str) -> Course:
        """Return the course: it can neither run away nor die out, because activations are bounded."""
        function, flat = self.function, np.ones(len(self.shares))
        measures = {
            "fm_ue": FM_MAX * function,
            "arat": ARAT_MAX * function,
            "use": USE_MAX * function,
            "function_motor": 100.0 * function,
            "function_sensory": 100.0 * flat,
            "function_cognitive": 100.0 * flat,
            "practice_minutes": self.minutes,
            "lesion_growth": 0.0 * flat,
            "force": self.shares,
            "capacity": flat * (self._cells.capacity / self._intact),
            "lateralisation": self.lateralisation,
        }
        return Course(patient_id, len(flat) - 1, Outcome.COMPLETED, measures)


def lateralisation(active: FloatArray, ipsilesional: BoolArray) -> float:
    """Return (A_i - A_c) / (A_i + A_c) of the mean activities A of the two hemispheres; 0 when nothing is active.

    Examples
    --------
    >>> lateralisation(np.array([0.9, 0.9, 0.3]), np.array([True, True, False]))
    0.5
    """
    means = [float(active[side].mean()) if side.any() else 0.0 for side in (ipsilesional, ~ipsilesional)]
    total = sum(means)
    return round((means[0] - means[1]) / total, 12) if total > 0.0 else 0.0
