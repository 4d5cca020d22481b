"""The population that natural-history targets share: many virtual patients under usual care, and each one's curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError
from rehab_opt.parameters import stream
from rehab_opt.validation.experiment import NUMBER, Job, Setup

if TYPE_CHECKING:
    from rehab_opt.course import Course
    from rehab_opt.patient import Patient

PATIENTS, QUICK_PATIENTS = 1200, 48
"""K-means cuts a continuum: with 600 patients of random severity the r of a group has an SD of 0.05 between draws of
one model, most of its tolerance; with 1200 whose severities are evenly spread 0.01 to 0.02."""
GOLDEN = 0.6180339887498949  # multiples of it, modulo 1, fill the unit interval evenly however many are taken
WEEKS = 26
DAYS = 7 * WEEKS
BASELINE_DAY = 0
"""Day of the FM-UE from which shares of the deficit and strata count: t = 0 of the published curves."""
FM_MAX = 66.0
CARE_DAY = 14
"""Day since the lesion on which usual care begins."""
WIRINGS = 8
LEAST_DEFICIT = 1.0  # points: below it a share of the deficit means nothing

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """One patient's F(t) = start + share (66 - start)(1 - exp(-t / tau)), t in weeks since the lesion.

    Attributes
    ----------
    start
        F0, FM-UE points.
    share
        r, share of the deficit that is recovered in the end, 0 to 1.
    tau
        Time constant, weeks.
    error
        Root mean square error of the fit, points.
    """

    start: float
    share: float
    tau: float
    error: float

    def at(self, week: float) -> float:
        """Return F after ``week`` weeks, points.

        Examples
        --------
        >>> round(Curve(20.0, 0.5, 4.0, 0.0).at(1000.0), 1)
        43.0
        """
        return float(_curve(np.array([self.start, self.share, self.tau]), np.array([week]))[0])


@dataclass(frozen=True, slots=True)
class Population:
    """Virtual patients, in order, and their courses."""

    patients: tuple[Patient, ...]
    courses: tuple[Course, ...]

    def __len__(self) -> int:
        return len(self.patients)

    def fm(self, day: int) -> FloatArray:
        """Return every patient's FM-UE on one day since the lesion, points."""
        return np.array([course.at("fm_ue", day) for course in self.courses])

    def recovered(self, week: float, baseline_day: int = BASELINE_DAY) -> FloatArray:
        """Return the share of each patient's deficit at baseline that is recovered after ``week`` weeks.

        NaN for patients with a deficit of less than one point.
        """
        first, now = self.fm(baseline_day), self.fm(round(7 * week))
        deficit = FM_MAX - first
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(deficit >= LEAST_DEFICIT, (now - first) / deficit, np.nan)

    def curves(self) -> tuple[Curve, ...]:
        """Return the fitted curve of every patient; see `fit_curve`."""
        days = np.arange(0, self.courses[0].days + 1, 7)
        return tuple(fit_curve(days / 7, course.measures["fm_ue"][days]) for course in self.courses)

    def strata(self, edges: Sequence[float], baseline_day: int = BASELINE_DAY) -> tuple[NDArray[np.intp], ...]:
        """Return the numbers of the patients in each stratum of the baseline FM-UE, from the most severe on.

        ``edges`` (20, 40) makes three strata: below 20, 20 to below 40, 40 and above.
        """
        which = np.digitize(self.fm(baseline_day), np.asarray(edges, dtype=np.float64))
        return tuple(np.flatnonzero(which == stratum) for stratum in range(len(edges) + 1))

    def thirds(self, baseline_day: int = BASELINE_DAY) -> tuple[NDArray[np.intp], ...]:
        """Return the numbers of the patients in the severe, middle and mild third by baseline FM-UE."""
        return tuple(np.array_split(np.argsort(self.fm(baseline_day), kind="stable"), 3))


def population(setup: Setup, n: int | None = None) -> Population:
    """Return the shared population: 1200 patients (48 when quick) under usual care for 26 weeks.

    One continuous distribution: default traits and lesions, nobody put into a group. Severities are the default ones at
    evenly spread quantiles (`even_severities`), not a random draw of them. The same for every target, so that it is
    simulated once; a larger one starts with the smaller one.

    Parameters
    ----------
    setup
        Conditions of the run.
    n
        Number of patients, in place of the usual one.
    """
    from rehab_opt.therapy import protocols

    n = setup.count(PATIENTS, QUICK_PATIENTS) if n is None else n
    people = evenly_spread(setup, "population", n)
    policy = protocols["usual-care"].policy()
    courses = setup.courses([Job(patient=patient, policy=policy, days=DAYS) for patient in people])
    return Population(people, tuple(courses))


def evenly_spread(setup: Setup, use: str, n: int) -> tuple[Patient, ...]:
    """Return ``n`` virtual patients of one named use with `even_severities`, the first quantile drawn from its seed."""
    first = float(stream(setup.seed(use), "severity").random())
    return virtual_patients(setup, use, n, severity=even_severities(n, first))


def even_severities(n: int, first: float, shape: tuple[float, float] | None = None) -> tuple[float, ...]:
    """Return ``n`` severities at quantiles ``first`` + i x golden ratio, modulo 1, of the default distribution, or
    of the Beta distribution of another ``shape``.

    A random draw of the same size has by chance more of the mild or of the severe, and groups that are cut from a
    continuum move with it (quasi-random sampling, Niederreiter 1992).

    Examples
    --------
    >>> low, high = sorted(even_severities(2, 0.25))
    >>> 0 <= low < high <= 1
    True
    """
    from scipy.special import betaincinv

    from rehab_opt.patient.person import DEFAULT_SEVERITY

    quantiles = (first + GOLDEN * np.arange(n)) % 1.0
    return tuple(float(value) for value in betaincinv(*(shape or DEFAULT_SEVERITY), quantiles))


def virtual_patients(
    setup: Setup,
    use: str,
    n: int,
    *,
    enrolled_day: int = 14,
    severity: Sequence[float] | None = None,
    baseline_fm: Sequence[float] | None = None,
    spreads: Mapping[str, float] | None = None,
) -> tuple[Patient, ...]:
    """Return ``n`` virtual patients of one named use, drawn from validation's stream.

    Patient i depends on the use and i only. Wirings are taken in turn, and members of an ensemble too.

    Parameters
    ----------
    setup
        Conditions of the run.
    use
        Name of the use; targets with the same name share patients.
    n
        How many.
    enrolled_day
        First day of therapy, days since the lesion.
    severity
        Position of each in the family of lesions, 0 to 1; drawn if left out.
    baseline_fm
        FM-UE of each on the day of enrolment; such patients need `Setup.fitted`.
    spreads
        Spreads of traits in place of the default ones, as in `Patient.sample`.

    Raises
    ------
    InputError
        If a value is out of range, or a list has another length than ``n``.

    Examples
    --------
    >>> [patient.id for patient in virtual_patients(Setup(), "example", 2)]
    ['example-0000', 'example-0001']
    """
    from rehab_opt.patient import Patient

    for key, values in (("severity", severity), ("baseline_fm", baseline_fm)):
        if values is not None and len(values) != n:
            raise InputError("must have one value per patient", key=key, value=len(values), allowed=str(n))
    return tuple(
        Patient.sample(
            setup.seed(use, "patient", number),
            id=f"{use}-{number:04d}",
            wiring=number % WIRINGS,
            enrolled_day=enrolled_day,
            severity=None if severity is None else float(severity[number]),
            baseline_fm=None if baseline_fm is None else float(baseline_fm[number]),
            spreads=spreads,
            info={NUMBER: number},
        )
        for number in range(n)
    )


def fit_curve(weeks: FloatArray, fm: FloatArray) -> Curve:
    """Fit F(t) = F0 + r (66 - F0)(1 - exp(-t / tau)) to one patient, by bounded robust least squares.

    Parameters
    ----------
    weeks
        Weeks since the lesion.
    fm
        FM-UE, points.

    Examples
    --------
    >>> t = np.arange(27.0)
    >>> found = fit_curve(t, 20 + 0.6 * 46 * (1 - np.exp(-t / 5)))
    >>> round(found.start, 1), round(found.share, 2), round(found.tau, 1)
    (20.0, 0.6, 5.0)
    """
    from scipy.optimize import least_squares

    def residuals(p: FloatArray) -> FloatArray:
        return _curve(p, weeks) - fm

    bounds = np.array([0.0, 0.0, 0.2]), np.array([FM_MAX, 1.0, 30.0])
    end = (fm[-1] - fm[0]) / max(FM_MAX - fm[0], LEAST_DEFICIT)
    tried = [
        least_squares(
            residuals,
            np.clip([fm[0], end, tau], bounds[0] + 1e-3, bounds[1] - 1e-3),
            bounds=bounds,
            loss="soft_l1",
            f_scale=2.0,
            x_scale=np.array([10.0, 0.3, 3.0]),
        )
        for tau in (1.5, 8.0)  # from a slow start the fast group is missed, from a fast one the slow group
    ]
    best = min(tried, key=lambda found: float(found.cost)).x
    error = float(np.sqrt(np.mean(residuals(best) ** 2)))
    return Curve(float(best[0]), float(best[1]), float(best[2]), error)


def _curve(p: FloatArray, weeks: FloatArray) -> FloatArray:
    start, share, tau = p
    return np.asarray(start + share * (FM_MAX - start) * (1 - np.exp(-weeks / tau)))
