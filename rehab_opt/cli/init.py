"""The command `init`: a commented study file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rehab_opt.errors import InputError

EXAMPLES = ("rehab-opt init my-study",)


def init(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the study; the file is NAME.toml.")],
) -> None:
    """Write a commented study file to begin with."""
    from rehab_opt.search import write_atomically
    from rehab_opt.study import new_study

    text = new_study(name)
    path = Path(f"{name}.toml")
    if path.exists():
        raise InputError("exists already and is left alone; give another name", file=path)
    write_atomically(path, text)
    typer.echo(f"Wrote {path}. Next: rehab-opt check {path}; rehab-opt optimize {path}")
