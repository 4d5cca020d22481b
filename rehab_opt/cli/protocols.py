"""The command `protocols`: the published protocols, and one of them in detail."""

from __future__ import annotations

from typing import Annotated

import typer

from rehab_opt.cli.guard import guarded
from rehab_opt.cli.options import Json, print_json

app = typer.Typer(
    help="List the published protocols, or show one.",
    epilog="\b\nExample:\n  rehab-opt protocols\n  rehab-opt protocols show usual-care",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
@guarded
def listing(context: typer.Context, as_json: Json = False) -> None:
    """List the published protocols, or show one."""
    if context.invoked_subcommand is not None:
        return
    from rehab_opt.therapy import protocols

    if as_json:
        print_json({name: {"title": row.title, "hours": row.course.hours} for name, row in protocols.items()})
        return
    for name, protocol in protocols.items():
        typer.echo(f"{name:<26}{protocol.course.hours:>6.1f} h  {protocol.title}")


@app.command(epilog="\b\nExample:\n  rehab-opt protocols show cpass-early")
@guarded
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a protocol.")], as_json: Json = False
) -> None:
    """Show one published protocol: dose, timing, source and what had to be assumed."""
    from rehab_opt.study import describe_schedule
    from rehab_opt.therapy import protocols

    protocol = protocols[name]
    if as_json:
        words = ("name", "title", "summary", "source", "published", "first_day", "last_day", "usual_care")
        data = {key: getattr(protocol, key) for key in words}
        print_json({**data, "assumed": list(protocol.assumed), "hours": protocol.course.hours})
        return
    typer.echo(f"{protocol.name}: {protocol.title}\n{protocol.summary}\n")
    typer.echo(f"Published: {protocol.published}\nSource:    {protocol.source}")
    typer.echo(f"Begins:    day {protocol.first_day} to {protocol.last_day} after the lesion")
    typer.echo(f"Here:      {describe_schedule(protocol.course)}")
    for sentence in protocol.assumed:
        typer.echo(f"Assumed:   {sentence}")
