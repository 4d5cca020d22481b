"""One broken limit, and the two ways of finding one: a value of a session, or a sum over sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from rehab_opt.therapy.session import Session

TOLERANCE = 1e-9
"""Slack of every comparison: sums of decimal minutes are not exact."""
Numbered = tuple[int, Session]
"""A session with its index in the schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken limit.

    Attributes
    ----------
    severity
        ``"error"``, or ``"warning"`` for what is allowed but unusual.
    session
        Index in ``schedule.sessions`` of the session that breaks the limit (for sums: the one with which it is passed).
    day
        Day of that session, as the schedule counts it.
    key
        Which value, such as ``"sessions[3].stimulation.strength"``.
    value
        What was found.
    allowed
        What is allowed, in words.
    message
        The rule in words.
    """

    severity: str
    session: int
    day: int
    key: str
    value: float | str
    allowed: str
    message: str

    def __str__(self) -> str:
        return f"day {self.day}: {self.key}: {self.message} (got {self.value!r}); allowed: {self.allowed}"


def broken(
    item: Numbered, key: str, value: float | str, *, allowed: str, message: str, severity: str = "error"
) -> Violation:
    """Return the violation of one session; ``key`` is counted from the session.

    Examples
    --------
    >>> item = (2, Session(day=7, minutes=45, repetitions=90))
    >>> print(broken(item, "minutes", 45.0, allowed="at most 30", message="too long"))
    day 7: sessions[2].minutes: too long (got 45.0); allowed: at most 30
    """
    index, session = item
    return Violation(
        severity=severity,
        session=index,
        day=session.day,
        key=f"sessions[{index}].{key}",
        value=value,
        allowed=allowed,
        message=message,
    )


def over(
    items: Iterable[Numbered], amount: Callable[[Session], float], most: float, key: str, *, allowed: str, message: str
) -> Iterator[Violation]:
    """Yield one violation, with the whole sum, at the session with which a running sum first passes ``most``.

    Examples
    --------
    >>> week = [(day, Session(day=day, minutes=60, repetitions=90)) for day in range(4)]
    >>> [found] = over(week, lambda session: session.minutes, 120, "minutes", allowed="at most 120", message="too much")
    >>> found.session, found.value
    (2, 240.0)
    """
    numbered = list(items)
    sums = list(accumulate(amount(session) for _, session in numbered))
    for item, running in zip(numbered, sums, strict=True):
        if running > most + TOLERANCE:
            yield broken(item, key, round(sums[-1], 6), allowed=allowed, message=message)
            return
