"""Many patients fitted at once, on any executor: each fit is on its own, so workers change the time and no number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

from rehab_opt.course.plug import ModelSpec, load_model
from rehab_opt.errors import InputError, LostWorkError
from rehab_opt.fitting.fit import LONGEST, MOST_EVALUATIONS, TOLERANCE, Fit, find_fit
from rehab_opt.fitting.store import default_folder, file_name, read_fit, write_fit
from rehab_opt.parameters.streams import derive_seed
from rehab_opt.serial import SerialExecutor

if TYPE_CHECKING:
    from rehab_opt.patient import Patient

P = ParamSpec("P")
T = TypeVar("T")
_PATIENCE_SECONDS = 0.25


class Pool(Protocol):
    """Where fits run: any executor of `rehab_opt.search`, or of the standard library."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start ``fn`` on the arguments and return its future."""
        ...


def fit_patients(
    patients: Sequence[Patient],
    spec: ModelSpec,
    *,
    pool: Pool | None = None,
    seeds: Mapping[str, int] | None = None,
    folder: Path | None = None,
) -> tuple[Patient, ...]:
    """Return the patients, in their order, with a lesion for everyone who has a measured baseline and none yet.

    Parameters
    ----------
    patients
        Any; those who need no fit come back as they are.
    spec
        The model.
    pool
        Where the fits run; by default one after the other in this thread.
    seeds
        Patient id -> noise of the courses; who is not named has a seed of their own, as in `find_fit`.
    folder
        Where fits are kept between calls; by default with the other things computed once, for the built-in model only.
        Fits of a plug are kept only in a folder that is named; clear it when the plug changes.

    Raises
    ------
    InputError
        If the model fails; it names the patient.

    Examples
    --------
    >>> from rehab_opt.patient import Cohort, CohortSpec
    >>> cohort = Cohort.sample(3, seed=1, spec=CohortSpec(fm_mean=33.8, fm_sd=15.4))
    >>> fitted = fit_patients(cohort.patients, ModelSpec("rehab_opt.models.toy:ToyModel"))
    >>> [patient.needs_fit for patient in fitted]
    [False, False, False]
    """
    wanted = [patient for patient in patients if patient.needs_fit]
    landing = land_fits(wanted, spec, pool or SerialExecutor(), seeds=seeds, folder=folder)
    fits = {fit.patient_id: fit for fit in landing}
    return tuple(fits[patient.id].applied(patient) if patient.needs_fit else patient for patient in patients)


def land_fits(
    patients: Sequence[Patient],
    spec: ModelSpec,
    pool: Pool,
    *,
    seeds: Mapping[str, int] | None = None,
    folder: Path | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Fit]:
    """Yield the fits as they land, in any order; see `fit_patients` for parameters and errors.

    Once ``stopped()`` is true, fits that have begun still come, the others do not.
    """
    seeds, folder = seeds or {}, folder or (default_folder(spec) if patients else None)
    open_fits: dict[Future[Fit], str] = {}
    try:
        for patient in patients:
            if stopped():
                break
            seed = seeds.get(patient.id, derive_seed(patient.seed, "fit"))
            open_fits[pool.submit(_fit_one, patient, spec, seed, folder)] = patient.id
            yield from _landed(open_fits, 0.0)
        while open_fits:
            if stopped():
                _drop_waiting(open_fits)
            yield from _landed(open_fits, _PATIENCE_SECONDS)
    finally:
        _drop_waiting(open_fits)


def _fit_one(patient: Patient, spec: ModelSpec, seed: int, folder: Path | None) -> Fit:
    """Return the fit of one patient, from disk if it is there. Runs on a worker."""
    if folder is None:
        return find_fit(patient, load_model(spec), seed=seed)
    path = folder / file_name(patient, spec, seed, (TOLERANCE, LONGEST, MOST_EVALUATIONS))
    fit = read_fit(path)
    if fit is None:
        fit = find_fit(patient, load_model(spec), seed=seed)
        write_fit(path, fit)
    return fit


def _landed(open_fits: dict[Future[Fit], str], seconds: float) -> Iterator[Fit]:
    done = wait(open_fits, timeout=seconds, return_when=FIRST_COMPLETED).done
    for future in [future for future in open_fits if future in done]:
        patient_id, error = open_fits.pop(future), future.exception()
        if isinstance(error, LostWorkError):
            raise error
        if error is not None:
            message = f"patient {patient_id} could not be fitted to the baseline: {type(error).__name__}: {error}"
            raise InputError(message, key="model") from error
        yield future.result()


def _drop_waiting(open_fits: dict[Future[Fit], str]) -> None:
    for future in list(open_fits):
        if future.cancel():
            del open_fits[future]
