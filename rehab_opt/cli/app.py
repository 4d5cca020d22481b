"""All commands in one application."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Annotated, TextIO

import typer

from rehab_opt.cli import (
    audit,
    calibrate,
    check,
    compare,
    init,
    optimize,
    protocols,
    report,
    reproduce,
    simulate,
    status,
    validate,
    what_if,
)
from rehab_opt.cli.guard import INTERRUPTED, guarded

app = typer.Typer(
    name="rehab-opt",
    help="Search for rehabilitation schedules on virtual patients. Simulation, not clinical advice.",
    epilog="\b\nExample:\n  rehab-opt optimize studies/first_study.toml",
    no_args_is_help=True,
    add_completion=False,
    # Plain text: help starts faster, and a message stays one line wherever it is piped to.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from rehab_opt import __version__

        typer.echo(f"rehab-opt {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Take the options that belong to no command."""


for _command, _examples in (
    (optimize.optimize, optimize.EXAMPLES),
    (status.status, status.EXAMPLES),
    (compare.compare, compare.EXAMPLES),
    (report.report, report.EXAMPLES),
    (reproduce.reproduce, reproduce.EXAMPLES),
    (what_if.what_if, what_if.EXAMPLES),
    (simulate.simulate, simulate.EXAMPLES),
    (check.check, check.EXAMPLES),
    (validate.validate, validate.EXAMPLES),
    (calibrate.calibrate, calibrate.EXAMPLES),
    (audit.audit, audit.EXAMPLES),
    (init.init, init.EXAMPLES),
):
    _epilog = "\n".join(("\b", "Example:", *(f"  {line}" for line in _examples)))
    app.command(_command.__name__.replace("_", "-"), epilog=_epilog)(guarded(_command))
app.add_typer(protocols.app, name="protocols")


def main() -> None:
    """Run the command line; the entry point ``rehab-opt``."""
    warnings.showwarning = _show_warning
    try:
        app(prog_name="rehab-opt")
    except SystemExit as left:
        if left.code == INTERRUPTED:
            # At its end Python would wait for threads that still simulate, and one of them may hang for ever.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        raise


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    # A line for the user; where in our sources it was raised helps nobody here.
    typer.echo(f"{'note' if category is UserWarning else category.__name__}: {message}", err=True)
