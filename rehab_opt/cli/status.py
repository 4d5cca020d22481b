"""The command `status`: where a run stands."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.options import Json, print_json

EXAMPLES = ("rehab-opt status runs/first-study",)


def status(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of a run.")], as_json: Json = False
) -> None:
    """Tell how far a run is, while it runs or later."""
    from rehab_opt.cli.display import trial_words
    from rehab_opt.search import status as read_status

    found = read_status(directory)
    if as_json:
        print_json({**dataclasses.asdict(found), "directory": str(found.directory)})
        return
    words = trial_words(found.best, found.feasible_share, found.seconds_left)
    failed = f", {found.trials_failed} failed" if found.trials_failed else ""
    typer.echo(f"Study {found.study}: {found.state}" + ("" if found.state == "finished" else f", in {found.stage}"))
    typer.echo(f"{found.trials_done} of {found.trials_total} trials{failed}" + (f"; {words}" if words else ""))
    if found.state == "finished":
        typer.echo(f"Report: {directory / 'report.html'}")
