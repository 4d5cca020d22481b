"""Schedules of the dose group: blocks of practice counted from the lesion."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehab_opt.therapy import Schedule

AN_HOUR = 100.0
"""Repetitions an hour of trained practice, as the library of protocols assumes where a trial gives no count."""


def weekdays(first: int, count: int, a_week: int = 5) -> list[int]:
    """Return ``count`` days from ``first`` on, ``a_week`` of them in each week.

    Examples
    --------
    >>> weekdays(14, 7)
    [14, 15, 16, 17, 18, 21, 22]
    >>> weekdays(0, 4, 3)
    [0, 2, 4, 7]
    """
    places = range(a_week) if a_week > 3 else range(0, 2 * a_week, 2)
    return [first + 7 * (number // a_week) + places[number % a_week] for number in range(count)]


def block(name: str, days: list[int], minutes: float, repetitions: float, order: str = "random") -> Schedule:
    """Return one session of reaching a day; none at all when ``minutes`` is 0."""
    from rehab_opt.therapy import Schedule, Session

    days = days if minutes > 0 else []
    sessions = (Session(day=day, minutes=minutes, repetitions=repetitions, order=order) for day in days)
    return Schedule(name=name, sessions=tuple(sessions), origin="lesion")
