"""What every command does about trouble: one short message and an exit code that scripts can rely on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import typer

from rehab_opt.errors import InputError

FELL_SHORT, BAD_INPUT, INTERRUPTED = 1, 2, 130

P = ParamSpec("P")
T = TypeVar("T")


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Return the command with bad input turned into a message and exit code 2, and Ctrl-C into 130.

    Examples
    --------
    >>> @guarded
    ... def command():
    ...     raise InputError("must be positive", key="days", value=-1)
    >>> try:
    ...     command()
    ... except typer.Exit as left:
    ...     left.exit_code
    2
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except InputError as error:
            _leave(f"error: {error}", BAD_INPUT)
        except KeyboardInterrupt as interruption:
            _leave(f"\ninterrupted: {str(interruption) or 'nothing was written'}", INTERRUPTED)
        except OSError as error:
            if error.filename is None:
                raise
            _leave(f"error: {error.filename}: {(error.strerror or str(error)).lower()}", BAD_INPUT)

    return wrapped


def _leave(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)
