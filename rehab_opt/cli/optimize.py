"""The command `optimize`: run a study, or go on with it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.options import (
    AcceptChanges,
    BlockSeconds,
    ExecutorName,
    Json,
    Scheduler,
    Storage,
    Workers,
    print_json,
)

EXAMPLES = (
    "rehab-opt optimize studies/first_study.toml",
    "rehab-opt optimize my-study.toml --out runs/second --seed 2 --workers 2 --json",
    "rehab-opt optimize my-study.toml --executor dask --scheduler tcp://10.0.0.1:8786",
)


def optimize(
    study: Annotated[Path, typer.Argument(metavar="STUDY.toml", help="The study file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Directory of the results; by default runs/<study name>.")
    ] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Schedules tried, in place of the study's.")] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Root of the random numbers, in place of the study's.")
    ] = None,
    workers: Workers = None,
    executor: ExecutorName = "processes",
    scheduler: Scheduler = None,
    block_seconds: BlockSeconds = None,
    storage: Storage = None,
    accept_changes: AcceptChanges = None,
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress; print only where the report lies.")] = False,
) -> None:
    """Search the best schedule of a study.

    It is then compared with published protocols on fresh virtual patients, and reported. The same command on a
    directory that holds a part of the run goes on with it. Ctrl-C ends cleanly. Workers and executor change the time it
    takes, never a number.
    """
    from rehab_opt.cli.display import Display
    from rehab_opt.cli.outcome import result_data, result_lines
    from rehab_opt.pipeline import optimize as run_study
    from rehab_opt.study import load_study

    found = load_study(study)
    where = Path("runs") / found.name if out is None else out
    if not quiet:
        number = found.search.trials if trials is None else trials
        typer.echo(
            f"Study {found.name}: {number} trials on {found.panels.search} virtual patients each. Results: {where}",
            err=True,
        )
    with contextlib.nullcontext() if quiet else Display() as display:
        run = run_study(
            found,
            where,
            trials,
            seed,
            workers,
            executor,
            display,
            scheduler=scheduler,
            block_seconds=block_seconds,
            storage=storage,
            accept_changes=accept_changes or (),
        )
    if as_json:
        print_json(result_data(run))
    elif quiet:
        typer.echo(run.directory / "report.html")
    else:
        typer.echo("\n".join(["", *result_lines(run)]))
