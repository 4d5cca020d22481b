"""Courses on all cores, each kept on disk under all that it depends on, so that targets share them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehab_opt.validation.signature import signature
from rehab_opt.validation.work import Bench, keep, model_hash

if TYPE_CHECKING:
    from rehab_opt.course import Course, ModelSpec
    from rehab_opt.patient import Patient
    from rehab_opt.therapy import Policy
    from rehab_opt.validation.experiment import Job, Setup

Call = tuple[Any, ...]


def run_courses(setup: Setup, jobs: Sequence[Job]) -> list[Course]:
    """Return one course per job, in their order; see `Setup.courses`."""
    bench = setup.bench
    calls = [_call(setup, job) for job in jobs]
    folder = bench.folder / "courses" / model_hash()[:16]
    names = [signature(*call) for call in calls]
    files = {name: folder / name[:2] / f"{name}.npz" for name in names}
    found = {name: course for name in files if (course := read_course(files[name])) is not None}
    missing = {name: (*call, files[name]) for name, call in zip(names, calls, strict=True) if name not in found}
    if missing:
        _warm_up(bench, calls)
    done = bench.run(simulate_and_keep, list(missing.values()), at_hand=len(found))
    found |= dict(zip(missing, done, strict=True))
    return [found[name] for name in names]


def fit_all(setup: Setup, patients: Sequence[Patient]) -> tuple[Patient, ...]:
    """Return the patients with a lesion for everyone who has a measured baseline and none yet."""
    from rehab_opt.fitting.many import land_fits
    from rehab_opt.search import SearchInterrupted

    bench, found = setup.bench, dict[str, Any]()
    wanted: dict[ModelSpec, list[Patient]] = {}
    for patient in patients:
        if patient.needs_fit:
            wanted.setdefault(setup.spec(patient), []).append(patient)
    total = sum(map(len, wanted.values()))
    if total:
        _warm_up(bench, [])
    folder = bench.folder / "fits" / model_hash()[:16]
    for spec, people in wanted.items():
        for fit in land_fits(people, spec, bench.executor, folder=folder, stopped=lambda: bench.stopping):
            found[fit.patient_id] = fit
            if bench.progress is not None:
                bench.progress.on_work(len(found), total)
    if len(found) < total:
        raise SearchInterrupted("what was finished is kept; the same command goes on from there")
    return tuple(found[patient.id].applied(patient) if patient.needs_fit else patient for patient in patients)


def _call(setup: Setup, job: Job) -> Call:
    from rehab_opt.course import ModelSpec
    from rehab_opt.parameters import derive_seed
    from rehab_opt.therapy import as_policy

    spec = setup.spec(job.patient, job.set, job.off) if job.plug is None else ModelSpec(job.plug)
    seed = derive_seed(job.patient.seed, "validation", "noise") if job.seed is None else job.seed
    return spec, job.patient, as_policy(job.policy), job.days, seed


def _warm_up(bench: Bench, calls: Sequence[Call]) -> None:
    """Let one worker compile the kernels first: the others then find them on disk."""
    if bench.warm or (calls and all(call[0].plug is not None for call in calls)):
        return
    from rehab_opt.course.warm import compile_kernels

    bench.warm = True
    bench.executor.submit(compile_kernels).result()


def simulate_and_keep(spec: ModelSpec, patient: Patient, policy: Policy, days: int, seed: int, file: Path) -> Course:
    """Return one course and keep it in a file. Runs on a worker."""
    from rehab_opt.course import load_model

    course = load_model(spec).simulate(patient, policy, days, seed)
    keep(file, course_bytes(course))
    return course


def course_bytes(course: Course) -> bytes:
    """Return a course as the content of a file: an array of all measures, and the rest as JSON."""
    import numpy as np

    head = {
        "patient_id": course.patient_id,
        "days": course.days,
        "outcome": course.outcome.value,
        "measures": list(course.measures),
        "events": [[event.day, event.kind, event.detail] for event in course.events],
    }
    content = io.BytesIO()
    np.savez_compressed(content, head=np.array(json.dumps(head)), values=np.array(list(course.measures.values())))
    return content.getvalue()


def read_course(file: Path) -> Course | None:
    """Return a kept course; None when there is none, or the file is of no use."""
    import numpy as np

    from rehab_opt.course import AdverseEvent, Course, Outcome

    try:
        with np.load(file) as stored:
            head, values = json.loads(str(stored["head"])), stored["values"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    measures = dict(zip(head["measures"], values, strict=True))
    events = tuple(AdverseEvent(*event) for event in head["events"])
    return Course(head["patient_id"], head["days"], Outcome(head["outcome"]), measures, events)
