"""The command `audit`: which mechanisms the findings that the model reproduces rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.cli.options import Json, Workers, print_json
from rehab_opt.errors import InputError

EXAMPLES = (
    "rehab-opt audit --quick --out audit.json",
    "rehab-opt audit --quick --target onset-order --off growth-window --off consolidation",
)


def audit(
    target: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Audit this shape target; may be repeated. Default: all.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Audit the shape targets of this group; may be repeated.")
    ] = None,
    off: Annotated[
        list[str] | None,
        typer.Option(metavar="MECHANISM", help="Remove this one, by itself; may be repeated. Default: each in turn."),
    ] = None,
    seeds: Annotated[
        float, typer.Option(metavar="N", help="N times the usual numbers of patients and networks.")
    ] = 1.0,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer patients and networks.")] = False,
    workers: Workers = None,
    as_json: Json = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help="Keep the result, and beside it FILE.md with the tables.")
    ] = None,
) -> None:
    """Remove mechanisms one at a time and see what is left of each finding that holds.

    What is finished is kept: after Ctrl-C the same command goes on from there.
    """
    from rehab_opt.cli.validation_display import ValidationDisplay
    from rehab_opt.report import DISCLAIMER
    from rehab_opt.search import write_atomically, write_json
    from rehab_opt.validation import Setup
    from rehab_opt.validation.audit import audit as run
    from rehab_opt.validation.audit import audit_markdown, audit_words, shape_targets

    if out is not None and not out.parent.is_dir():
        raise InputError("no such directory", key="--out", value=str(out.parent))
    chosen = shape_targets(target or (), group or ())
    with ValidationDisplay() as display:
        found = run(chosen, off or (), Setup(seeds=seeds, quick=quick), workers=workers, progress=display)
    data = found.to_data()
    if out is not None:
        write_json(out, data)
        write_atomically(out.with_suffix(".md"), audit_markdown(data) + "\n")
    if as_json:
        print_json(data)
    else:
        written = [] if out is None else [f"Tables: {out.with_suffix('.md')}"]
        typer.echo("\n".join(["", *audit_words(data), *written, "", DISCLAIMER]))
