"""The command `simulate`: the course of virtual patients under one protocol, as a tidy table."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehab_opt.cli.options import Off, Set, changed_model
from rehab_opt.errors import InputError

if TYPE_CHECKING:
    from rehab_opt.course import Course, ModelSpec
    from rehab_opt.patient import Patient
    from rehab_opt.study import Study
    from rehab_opt.therapy import Policy

EXAMPLES = (
    "rehab-opt simulate --protocol usual-care --days 182 --out course.csv",
    "rehab-opt simulate --protocol my-plan.csv --cohort studies/first_study.toml --off consolidation --out cohort.csv",
)
DEFAULT_DAYS, LONGEST_DAYS = 182, 3650
PANEL = "simulate"


def simulate(
    protocol: Annotated[str, typer.Option(metavar="NAME|FILE", help="Published protocol or schedule file.")],
    out: Annotated[Path, typer.Option(metavar="FILE.csv", help="Table to write: patient, day, measure, value.")],
    patient: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A patient (JSON); by default one drawn from the seed.")
    ] = None,
    cohort: Annotated[
        Path | None, typer.Option(metavar="STUDY.toml", help="Patients and model of a study; excludes --patient.")
    ] = None,
    patients: Annotated[
        int | None, typer.Option(min=1, help="Number of patients of the cohort; by default as many as in a trial.")
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=1, max=LONGEST_DAYS, help=f"Days since the lesion; default the study's, or {DEFAULT_DAYS}."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Root of the random numbers; default the study's, or 1.")
    ] = None,
    off: Off = None,
    numbers: Set = None,
) -> None:
    """Simulate patients under one protocol.

    Writes every measure of every day, for one patient or a cohort.
    """
    from rehab_opt.compare import named_policies
    from rehab_opt.course import ModelSpec
    from rehab_opt.study import load_study

    if patient is not None and cohort is not None:
        raise InputError("exclude each other", key="--patient, --cohort")
    if patients is not None and cohort is None:
        raise InputError("goes with --cohort", key="--patients", value=patients)
    study = None if cohort is None else load_study(cohort)
    if study is not None and seed is not None:
        study = replace(study, seed=seed)
    root = study.seed if study is not None else 1 if seed is None else seed
    model = changed_model(ModelSpec() if study is None else study.model, off, numbers)
    (policy,) = named_policies([protocol]).values()
    people = _people(study, patient, patients, root)
    length = days or (DEFAULT_DAYS if study is None else study.days)
    _write(out, _courses(model, people, policy, length, root))
    typer.echo(f"Wrote {out}: {len(people)} patient{'s' if len(people) > 1 else ''}, {length} days.", err=True)


def _people(study: Study | None, file: Path | None, number: int | None, seed: int) -> tuple[Patient, ...]:
    from rehab_opt.patient import Patient

    if study is not None:
        return study.patients(PANEL, number or study.panels.search)
    return (Patient.sample(seed=seed) if file is None else Patient.from_file(file),)


def _courses(spec: ModelSpec, people: Sequence[Patient], policy: Policy, days: int, seed: int) -> tuple[Course, ...]:
    """Return one course a patient, in their order; each patient has noise of his or her own.

    Patients who are given by a baseline score are fitted to it first.
    """
    from concurrent.futures import ThreadPoolExecutor

    from rehab_opt.course import load_model
    from rehab_opt.fitting import fit_patients
    from rehab_opt.parameters import derive_seed
    from rehab_opt.search import usable_cores

    model = load_model(spec)
    noise = {patient.id: derive_seed(seed, "noise", patient.id) for patient in people}

    def one(patient: Patient) -> Course:
        # A fresh copy each: a policy that keeps notes must not carry them over to the next patient.
        return model.simulate(patient, copy.deepcopy(policy), days, noise[patient.id])

    with ThreadPoolExecutor(usable_cores()) as pool:
        return tuple(pool.map(one, fit_patients(people, spec, pool=pool, seeds=noise)))


def _write(out: Path, courses: Sequence[Course]) -> None:
    import pandas as pd

    from rehab_opt.search import write_atomically

    table = pd.concat([course.to_frame() for course in courses])
    write_atomically(out, table.to_csv(index=False, lineterminator="\n"))
