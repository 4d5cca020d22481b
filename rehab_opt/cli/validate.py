"""The command `validate`: the model against published findings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.guard import FELL_SHORT
from rehab_opt.cli.options import Json, Off, Workers, print_json
from rehab_opt.errors import InputError

EXAMPLES = (
    "rehab-opt validate --quick --report validation.html",
    "rehab-opt validate --target random-practice --off consolidation",
    'rehab-opt validate --group "natural history" --ensemble --json',
)


def validate(
    target: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Run this target; may be repeated. Default: all.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Run this group of targets; may be repeated.")
    ] = None,
    off: Off = None,
    seeds: Annotated[
        float, typer.Option(metavar="N", help="N times the usual numbers of patients and networks.")
    ] = 1.0,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer patients and networks.")] = False,
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="Deal patients and networks to the ensemble's parameter sets in turn.")
    ] = False,
    workers: Workers = None,
    as_json: Json = False,
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report with figures.")] = None,
) -> None:
    """Hold the model against published findings.

    Prints every check with its tolerance. What is finished is kept: after Ctrl-C the same command goes on from there.
    Exit code 1 when a target falls short.
    """
    from rehab_opt.cli.validation_display import ValidationDisplay
    from rehab_opt.report import DISCLAIMER
    from rehab_opt.search import write_atomically
    from rehab_opt.validation import Setup, render_page, select, table_lines, trouble_lines
    from rehab_opt.validation import validate as run_targets
    from rehab_opt.validation.ensemble import ensemble as members

    if report is not None and not report.parent.is_dir():
        raise InputError("no such directory", key="--report", value=str(report.parent))
    chosen = select(target or (), group or ())
    setup = Setup(off=tuple(off or ()), seeds=seeds, quick=quick, members=members() if ensemble else ())
    with ValidationDisplay() as display:
        found = run_targets(chosen, setup, workers=workers, progress=display)
    if report is not None:
        write_atomically(report, render_page(found))
    if as_json:
        print_json([result.to_data() for result in found.results])
        for line in trouble_lines(found.results):
            typer.echo(line, err=True)
    else:
        written = [] if report is None else [f"Report: {report}"]
        typer.echo("\n".join([*table_lines(found.results), *written, "", DISCLAIMER]))
    if not found.holds:
        raise typer.Exit(FELL_SHORT)
