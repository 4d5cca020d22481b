"""The command `what-if`: small changes of the best schedule of a finished run, on fresh patients."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehab_opt.cli.options import ExecutorName, Json, Scheduler, Workers, print_json

if TYPE_CHECKING:
    from rehab_opt.pipeline import WhatIf

EXAMPLES = ("rehab-opt what-if runs/first-study --patients 24",)


def what_if(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of a finished run.")],
    patients: Annotated[int, typer.Option(min=5, help="Fresh virtual patients.")] = 24,
    workers: Workers = None,
    executor: ExecutorName = "processes",
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Try small changes of the best schedule on fresh patients.

    Each part of it a day earlier or later, 10 % less or more practice or stimulation, each stimulation left out. Only
    changes that keep the limits are tried. The table goes to what_if.csv and into the report. The same command goes on
    with what an interrupted one has left.
    """
    from rehab_opt.cli.display import Display
    from rehab_opt.pipeline import what_if as try_changes

    with contextlib.nullcontext() if as_json else Display() as display:
        run = try_changes(directory, patients, workers, executor, display, scheduler=scheduler)
    rows = run.findings.what_if
    if as_json:
        print_json([{**dataclasses.asdict(row), "verdict": row.verdict} for row in rows])
        return
    measure = run.study.objective.measure.replace("_", "-").upper()
    typer.echo(f"The best schedule of {run.study.name}, changed a little; paired differences, {measure} points:")
    typer.echo("\n".join(line(row) for row in rows))
    typer.echo(f"Table: {directory / 'what_if.csv'}")


def line(row: WhatIf) -> str:
    """Return one change in a line.

    Examples
    --------
    >>> from rehab_opt.pipeline import WhatIf
    >>> line(WhatIf(name="weeks 1-2: a day later", kind="later", part="weeks 1-2", patients=24, difference=-0.62,
    ...     low=-1.1, high=-0.2))
    '  weeks 1-2: a day later             -0.62 (-1.10 to -0.20)    worse'
    """
    if row.difference is None:
        return f"  {row.name:<34} not tried: {row.left_out}"
    interval = "" if row.low is None or row.high is None else f" ({row.low:+.2f} to {row.high:+.2f})"
    return f"  {row.name:<34} {f'{row.difference:+.2f}{interval}':<25} {row.verdict}"
