"""The command `compare`: protocols side by side on fresh virtual patients."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.options import ExecutorName, Json, Off, Scheduler, Set, Workers, changed_model, print_json

EXAMPLES = (
    "rehab-opt compare studies/first_study.toml --protocol cpass-early --protocol my-plan.csv --patients 48",
    "rehab-opt compare runs/first-study --off consolidation --json",
)


def compare(
    source: Annotated[Path, typer.Argument(metavar="STUDY.toml|DIR", help="A study file, or the directory of a run.")],
    protocol: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME|FILE", help="Protocol or schedule file; repeat it. Default: those of the study."),
    ] = None,
    patients: Annotated[int, typer.Option(help="Number of fresh patients, 2 or more.")] = 48,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Root of the random numbers, in place of the study's.")
    ] = None,
    off: Off = None,
    numbers: Set = None,
    reference: Annotated[str, typer.Option(metavar="NAME", help="With what the others are compared.")] = "usual-care",
    workers: Workers = None,
    executor: ExecutorName = "processes",
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Compare protocols on fresh virtual patients.

    No search has seen them. The directory of a run adds the schedule it found.
    """
    from rehab_opt.cli.display import Display
    from rehab_opt.cli.outcome import comparison_lines
    from rehab_opt.compare import compare as run_comparison
    from rehab_opt.report import DISCLAIMER
    from rehab_opt.study import load_study

    study = load_study(source / "study.toml" if source.is_dir() else source)
    with contextlib.nullcontext() if as_json else Display() as display:
        found = run_comparison(
            source,
            protocol or (),
            patients=patients,
            seed=seed,
            model=changed_model(study.model, off, numbers),
            reference=reference,
            workers=workers,
            executor=executor,
            scheduler=scheduler,
            progress=display,
        )
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo("\n".join([*comparison_lines(found), "", DISCLAIMER]))
