"""How a search can end early: with a reason that the user can act on, or because the user stopped it."""

from __future__ import annotations

from rehab_opt.errors import InputError


class SearchError(InputError):
    """A search that cannot go on or has no result: no trial worked, none met the constraints, or the log does not
    fit."""


class SearchInterrupted(KeyboardInterrupt):
    """The user pressed Ctrl-C. What was finished is in the log; the same command goes on from there.

    Parameters
    ----------
    message
        How far it came, in words.
    """
