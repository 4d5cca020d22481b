"""The patients of a panel, each with a lesion that gives the measured baseline: what every evaluation starts from."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rehab_opt.fitting import land_fits
from rehab_opt.search.bench import Bench, panel_work
from rehab_opt.search.errors import SearchInterrupted
from rehab_opt.search.record.records import FIT, FitRecord

if TYPE_CHECKING:
    from rehab_opt.patient import Patient
    from rehab_opt.study import Study


def fitted_patients(study: Study, bench: Bench, panel: str, n: int | None = None) -> tuple[Patient, ...]:
    """Return ``study.patients(panel, n)``, fitted where they need it; fits that the log holds are not made again.

    Each patient is fitted under the noise of the panel's own evaluations, so that these start from the fitted baseline.

    Parameters
    ----------
    study
        Whose patients.
    bench
        Tools of the run; the stage is called ``"fit"``.
    panel, n
        As in `Study.patients`.

    Raises
    ------
    InputError
        If the model fails on a patient; without its lesion there is nothing to go on with.
    SearchInterrupted
        After Ctrl-C, once the fits that had begun are in the log.
    """
    patients = study.patients(panel, n)
    wanted = [patient for patient in patients if patient.needs_fit]
    missing = [patient for patient in wanted if patient.id not in bench.log.contents.fits]
    if missing:
        _fit(study, bench, panel, missing, len(wanted))
    fits = bench.log.contents.fits
    return tuple(fits[p.id].fit.applied(p) if p.needs_fit else p for p in patients)


def _fit(study: Study, bench: Bench, panel: str, missing: list[Patient], total: int) -> None:
    work = panel_work(study, panel)
    began, made = time.monotonic(), 0
    bench.progress.on_stage(FIT, total)
    landing = land_fits(
        missing,
        study.model,
        bench.executor,
        seeds={patient.id: work.course_seed(patient) for patient in missing},
        stopped=lambda: bench.stop.asked,
    )
    for fit in landing:
        bench.log.append(FitRecord(fit))
        made += 1
        left = (time.monotonic() - began) / made * (len(missing) - made)
        bench.progress.on_block(FIT, total - len(missing) + made, total, left)
    bench.pace.leave_out(time.monotonic() - began)
    if made < len(missing):
        raise SearchInterrupted(f"stopped with {total - len(missing) + made} of {total} patients fitted")
