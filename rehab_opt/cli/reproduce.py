"""The command `reproduce`: run a finished study again and say whether it got the same."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.options import ExecutorName, Json, Scheduler, Workers, print_json

EXAMPLES = ("rehab-opt reproduce runs/first-study",)


def reproduce(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of a finished run.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the new run is kept; by default it is thrown away.")
    ] = None,
    workers: Workers = None,
    executor: ExecutorName = "processes",
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Run a finished study again, and say whether it got the same.

    Trials, patients, comparison and schedule are compared byte by byte. Exit code 1 when something differs. The run
    itself is only read.
    """
    from rehab_opt.cli.display import Display
    from rehab_opt.pipeline import reproduce as repeat

    with contextlib.nullcontext() if as_json else Display() as display:
        found = repeat(directory, out, workers, executor, display, scheduler=scheduler)
    if as_json:
        print_json({**dataclasses.asdict(found), "directory": str(found.directory), "same": found.same})
    elif found.same:
        typer.echo("The same: all trials, patients, the comparison and the schedule, byte by byte.")
    else:
        typer.echo("\n".join(["Not the same:", *(f"  {words}" for words in found.differences)]))
        for change in found.accepted:
            typer.echo(f"The run went on with other code than it began with: {change}.")
        if not found.same_source:
            typer.echo("The sources of the model are not those of the run.")
        recorded, installed = found.versions
        if recorded != installed:
            typer.echo(f"The run was made with {recorded}; installed: {installed}.")
    if not found.same:
        raise typer.Exit(1)
