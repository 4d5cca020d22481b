"""The command `status`: where a run stands."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehab_opt.cli.options import Json, print_json

if TYPE_CHECKING:
    from rehab_opt.search import Status

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
    stopped = f", {found.trials_stopped} stopped early" if found.trials_stopped else ""
    failed = f"{stopped}, {found.trials_failed} failed" if found.trials_failed else stopped
    typer.echo(f"Study {found.study}: {found.state}" + ("" if found.state == "finished" else f", in {found.stage}"))
    typer.echo(f"{found.trials_done} of {found.trials_total} trials{failed}" + (f"; {words}" if words else ""))
    for line in (_budget_line(found), _worth_line(found)):
        if line:
            typer.echo(line)
    if found.state == "finished":
        typer.echo(f"Report: {directory / 'report.html'}")


def _budget_line(found: Status) -> str:
    if found.ended:
        reason = "its hours were over" if found.ended == "hours" else "going on was worth less than the noise"
        return f"The search ended early: {reason}."
    if not found.trials_left:
        return ""
    hours = "" if found.hours_left is None else f", {found.hours_left:.3g} h of search"
    return f"Left in the budget: {found.trials_left} trials{hours}"


def _worth_line(found: Status) -> str:
    if found.front is not None:
        return f"Pareto front: {found.front} trials"
    if found.gain is None or found.noise is None:
        return "Stop rule: too few trials to say" if found.until_noise and found.trials_left else ""
    end = "ends the search" if found.until_noise else "would end it"
    rule = f"{end} when the gain stays at or below the noise"
    return f"Stop rule: going on may gain {found.gain:.2f}, noise of the panel {found.noise:.2f} ({rule})"
