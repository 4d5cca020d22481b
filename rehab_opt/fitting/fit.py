"""The lesion that gives one patient the measured FM-UE on the day it was measured: a bracketing search for its
severity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from rehab_opt.course.result import MEASURE_RANGES, Outcome
from rehab_opt.errors import InputError
from rehab_opt.fitting.bracket import search_severity
from rehab_opt.parameters.streams import derive_seed
from rehab_opt.therapy import ConstantPolicy, Schedule

if TYPE_CHECKING:
    from rehab_opt.course import Simulator
    from rehab_opt.patient import Patient

TOLERANCE = 0.75
"""Points of FM-UE; below what an assessor can tell apart."""
LONGEST = 182
"""Days simulated at most. Spontaneous recovery is over by then: a chronic patient's baseline is taken as day 182's."""
MOST_EVALUATIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a fit found; plain numbers, so that it can be stored.

    Attributes
    ----------
    patient_id
        Whose fit it is.
    severity
        Position in the patient's own family of lesions, 0 to 1 (see `Patient.lesion_at`).
    target, achieved
        Measured FM-UE and the model's, points.
    day
        Day the model's score was read, days since the lesion.
    evaluations
        Courses simulated.
    reached
        Whether the two agree within the tolerance. If not, the target lies outside what the patient's lesions can give
        (the nearest one is taken), or between two steps of the model.

    Examples
    --------
    >>> fit = Fit(patient_id="p1", severity=0.4, target=30.0, achieved=30.2, day=14, evaluations=3, reached=True)
    >>> Fit.from_data(fit.to_data()) == fit
    True
    """

    patient_id: str
    severity: float
    target: float
    achieved: float
    day: int
    evaluations: int
    reached: bool

    def applied(self, patient: Patient) -> Patient:
        """Return the patient with the lesion that was found, and a note of the fit in ``info``.

        The keys are ``fit`` (``"reached"`` or ``"nearest"``), ``fit_severity`` and ``fit_fm_ue``.

        Raises
        ------
        InputError
            If the fit belongs to another patient.

        Examples
        --------
        >>> from rehab_opt.patient import Patient
        >>> fit = Fit(patient_id="p1", severity=1.0, target=2.0, achieved=5.0, day=14, evaluations=3, reached=False)
        >>> fit.applied(Patient(id="p1", baseline_fm=2.0)).info["fit"]
        'nearest'
        """
        if patient.id != self.patient_id:
            raise InputError("fit belongs to another patient", key="patient", value=patient.id, allowed=self.patient_id)
        word = "reached" if self.reached else "nearest"
        note: dict[str, str | float] = {"fit": word, "fit_severity": self.severity, "fit_fm_ue": self.achieved}
        return replace(patient.with_lesion(patient.lesion_at(self.severity)), info={**patient.info, **note})

    def to_data(self) -> dict[str, Any]:
        """Return the fit as JSON-ready data."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Fit:
        """Return the fit that `to_data` wrote; further keys are left alone.

        Raises
        ------
        KeyError
            If a key is missing.
        """
        return cls(**{item.name: data[item.name] for item in fields(cls)})


def find_fit(
    patient: Patient,
    model: Simulator,
    *,
    tolerance: float = TOLERANCE,
    longest: int = LONGEST,
    evaluations: int = MOST_EVALUATIONS,
    seed: int | None = None,
) -> Fit:
    """Find the severity that gives ``patient.baseline_fm`` on ``patient.target_day`` with no therapy before.

    The same arguments give the same fit.

    Parameters
    ----------
    patient
        With a measured baseline.
    model
        What simulates.
    tolerance
        Difference that counts as agreement, points of FM-UE, above 0.
    longest
        Days simulated at most, 1 or more. A later ``target_day`` is read on that day: by then the course is at its
        plateau, and years of simulation would only cost time.
    evaluations
        Courses simulated at most, 1 or more.
    seed
        Noise of the courses; by default one of the patient's own. With the seed of a later simulation, that one meets
        the baseline as closely as the fit does.

    Raises
    ------
    InputError
        If the patient has no measured baseline or a number is out of range.

    Examples
    --------
    >>> from rehab_opt.models.toy import ToyModel
    >>> from rehab_opt.patient import Patient
    >>> find_fit(Patient(id="p1"), ToyModel())
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: baseline_fm: patient has no measured baseline to fit (got 'p1')
    """
    if patient.baseline_fm is None:
        raise InputError("patient has no measured baseline to fit", key="baseline_fm", value=patient.id)
    if not tolerance > 0.0:
        raise InputError("must be above 0 points", key="tolerance", value=tolerance)
    for key, count in (("longest", longest), ("evaluations", evaluations)):
        if count < 1:
            raise InputError("must be at least 1", key=key, value=count)
    day = min(patient.target_day, longest)
    noise = derive_seed(patient.seed, "fit") if seed is None else seed
    score = _score(patient, model, day, noise)
    found = search_severity(score, patient.baseline_fm, MEASURE_RANGES["fm_ue"][1], tolerance, evaluations)
    return Fit(
        patient_id=patient.id,
        severity=found.severity,
        target=patient.baseline_fm,
        achieved=found.score,
        day=day,
        evaluations=found.evaluations,
        reached=abs(found.score - patient.baseline_fm) <= tolerance,
    )


def fit_patient(
    patient: Patient,
    model: Simulator,
    *,
    tolerance: float = TOLERANCE,
    longest: int = LONGEST,
    evaluations: int = MOST_EVALUATIONS,
    seed: int | None = None,
) -> Patient:
    """Return the patient with the lesion that gives the measured baseline; see `find_fit` for parameters and errors.

    ``info`` says how well it went, see `Fit.applied`.

    Examples
    --------
    >>> from rehab_opt.models.toy import ToyModel
    >>> from rehab_opt.patient import Patient
    >>> fit_patient(Patient.sample(seed=1, baseline_fm=30), ToyModel()).needs_fit
    False
    """
    fit = find_fit(patient, model, tolerance=tolerance, longest=longest, evaluations=evaluations, seed=seed)
    return fit.applied(patient)


def _score(patient: Patient, model: Simulator, day: int, seed: int) -> Callable[[float], float]:
    """Return FM-UE as a function of severity. A course that does not complete counts 0, as everywhere."""
    rest = ConstantPolicy(Schedule(name="no-therapy", sessions=(), origin="enrolment"))

    def score(severity: float) -> float:
        struck = patient.with_lesion(patient.lesion_at(severity))
        course = model.simulate(struck, rest, max(day, 1), seed)
        return course.at("fm_ue", day) if course.outcome is Outcome.COMPLETED else 0.0

    return score
