"""Errors that a user can act on: which file, which key, what was found, what is allowed, what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class InputError(ValueError):
    """Input that cannot be used; the command line prints it as one short message and exits with code 2.

    Parameters
    ----------
    message
        The rule that was broken, in words.
    file, key, value, allowed, nearest
        Where it was found, under which key, what stood there, what may stand there, and the nearest right name.
        Each may be left out.

    Examples
    --------
    >>> print(InputError("unknown task", file="a.toml", key="phase[0].task", value="reech", nearest="reach"))
    a.toml: phase[0].task: unknown task (got 'reech'); did you mean 'reach'?
    """

    def __init__(
        self,
        message: str,
        *,
        file: str | Path | None = None,
        key: str | None = None,
        value: object = None,
        allowed: str | None = None,
        nearest: str | None = None,
    ) -> None:
        self.message = message
        self.file = None if file is None else str(file)
        self.key = key
        self.value = value
        self.allowed = allowed
        self.nearest = nearest
        super().__init__(message)

    def __str__(self) -> str:
        where = "".join(f"{part}: " for part in (self.file, self.key) if part)
        got = "" if self.value is None else f" (got {self.value!r})"
        allowed = "" if self.allowed is None else f"; allowed: {self.allowed}"
        meant = "" if self.nearest is None else f"; did you mean {self.nearest!r}?"
        return f"{where}{self.message}{got}{allowed}{meant}"

    def within(self, file: str | Path) -> InputError:
        """Return the same error with the file's name added.

        Examples
        --------
        >>> str(InputError("must be > 0", key="days", value=-1).within("s.toml"))
        's.toml: days: must be > 0 (got -1)'
        """
        return InputError(
            self.message, file=file, key=self.key, value=self.value, allowed=self.allowed, nearest=self.nearest
        )


class LostWorkError(InputError):
    """The place where work ran is gone or cannot be used; no fault of the work, so nothing is recorded as failed."""


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like ``name``, or None when nothing is close.

    Examples
    --------
    >>> nearest_name("consolidatoin", ["consolidation", "pruning"])
    'consolidation'
    """
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return matches[0] if matches else None


def unknown_name_error(
    kind: str, name: str, known: Iterable[str], *, key: str | None = None, file: str | Path | None = None
) -> InputError:
    """Build the error for a name that is in no list, with the nearest right one.

    Examples
    --------
    >>> print(unknown_name_error("mechanism", "prunning", ["pruning", "stimulation"]))
    unknown mechanism (got 'prunning'); allowed: pruning, stimulation; did you mean 'pruning'?
    """
    names = sorted(known)
    return InputError(
        f"unknown {kind}", file=file, key=key, value=name, allowed=", ".join(names), nearest=nearest_name(name, names)
    )
