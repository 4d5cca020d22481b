"""A whole course of therapy as plain data: small schedules are shifted, scaled, joined and repeated to larger ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rehab_opt.errors import InputError
from rehab_opt.therapy.session import Session
from rehab_opt.therapy.values import line, number, one_of, whole

ORIGINS = ("lesion", "enrolment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Sessions in order of time.

    Parameters
    ----------
    name
        One line of text.
    sessions
        Any number of sessions; they are sorted by day and start.
    origin
        What day 0 is: ``"lesion"`` or ``"enrolment"`` (each patient's own).
    notes
        Free text.

    Raises
    ------
    InputError
        If a value is not what it should be. Overlaps and doses are judged by `check_limits`, not here.

    Examples
    --------
    >>> day = Schedule(name="one day", sessions=(Session(day=0, minutes=45, repetitions=300),), origin="enrolment")
    >>> week = day.repeat(5, every=1)
    >>> plan = week.repeat(4, every=7).renamed("four weeks")
    >>> plan.hours, plan.days[-1], plan.on(10).days[0]
    (15.0, 25, 10)
    """

    name: str
    sessions: tuple[Session, ...]
    origin: str = "enrolment"
    notes: str = ""

    def __post_init__(self) -> None:
        line("name", self.name)
        one_of("origin", self.origin, ORIGINS)
        if not isinstance(self.notes, str) or any(
            not (part.isprintable() or not part) for part in self.notes.split("\n")
        ):
            raise InputError("must be text", key="notes", value=self.notes)
        sessions = tuple(self.sessions)
        for index, session in enumerate(sessions):
            if not isinstance(session, Session):
                raise InputError("must be a Session", key=f"sessions[{index}]", value=session)
        object.__setattr__(self, "sessions", tuple(sorted(sessions, key=lambda session: (session.day, session.start))))

    @property
    def hours(self) -> float:
        """Hours of practice in total."""
        return sum((session.minutes for session in self.sessions), 0.0) / 60.0

    @property
    def days(self) -> tuple[int, ...]:
        """Days with at least one session (practice, stimulation or mitt), in order, each once."""
        return tuple(dict.fromkeys(session.day for session in self.sessions))

    def renamed(self, name: str, notes: str | None = None) -> Schedule:
        """Return the schedule under another name, and with other notes if they are given."""
        return replace(self, name=name, notes=self.notes if notes is None else notes)

    def shift(self, days: int) -> Schedule:
        """Return the schedule moved by whole days, later when ``days`` is positive.

        Raises
        ------
        InputError
            If a session would lie before day 0.
        """
        moved = whole("days", days, -1_000_000, 1_000_000)
        return replace(self, sessions=tuple(replace(session, day=session.day + moved) for session in self.sessions))

    def scale(self, factor: float) -> Schedule:
        """Return the schedule with another dose: minutes and repetitions times ``factor``, stimulation as it is.

        Parameters
        ----------
        factor
            Above 0.

        Raises
        ------
        InputError
            If the factor is not above 0, or a session would end after midnight.

        Examples
        --------
        >>> week = Schedule(name="week", sessions=(Session(day=0, minutes=60, repetitions=200),))
        >>> week.scale(0.5).sessions[0].repetitions
        100.0
        """
        dose = number("factor", factor, 0.0, 1e6)
        if dose == 0.0:
            raise InputError("is out of range", key="factor", value=dose, allowed="above 0")
        return replace(self, sessions=tuple(_scaled(session, dose) for session in self.sessions))

    def join(self, other: Schedule) -> Schedule:
        """Return one schedule with the sessions of both, under the name and notes of the first.

        Raises
        ------
        InputError
            If the two count their days from different origins.
        """
        if self.origin != other.origin:
            raise InputError(
                "schedules count days from different origins", key="origin", value=other.origin, allowed=self.origin
            )
        return replace(self, sessions=self.sessions + other.sessions)

    def repeat(self, n: int, every: int) -> Schedule:
        """Return ``n`` copies in all, each ``every`` days after the one before.

        Raises
        ------
        InputError
            If ``n`` or ``every`` is not a whole number of 1 or more.
        """
        copies, gap = whole("n", n, 1, 10_000), whole("every", every, 1, 10_000)
        shifts = range(0, copies * gap, gap)
        return replace(self, sessions=tuple(replace(s, day=s.day + shift) for shift in shifts for s in self.sessions))

    def on(self, origin_day: int) -> Schedule:
        """Return the schedule in days since the lesion, for a patient enrolled on day ``origin_day``.

        One that counts from the lesion already is returned as it is.
        """
        if self.origin == "lesion":
            return self
        return replace(self.shift(origin_day), origin="lesion")

    def to_json(self) -> str:
        """Return the schedule in its JSON form, ``rehab-opt.schedule/1``."""
        from rehab_opt.therapy.json_form import write_json

        return write_json(self)

    @classmethod
    def from_json(cls, text: str, *, file: str | Path | None = None) -> Schedule:
        """Return the schedule that `to_json` wrote.

        Raises
        ------
        InputError
            If the text is not such a form; the error names ``file``, key and value.

        Examples
        --------
        >>> plan = Schedule(name="plan", sessions=(Session(day=3, minutes=45, repetitions=90),))
        >>> Schedule.from_json(plan.to_json()) == plan
        True
        """
        from rehab_opt.therapy.json_form import read_json

        return read_json(text, file=file)

    def to_csv(self) -> str:
        """Return the schedule as CSV: head lines that begin with ``#``, then one row a session."""
        from rehab_opt.therapy.csv_form import write_csv

        return write_csv(self)

    @classmethod
    def from_csv(cls, text: str, *, name: str = "schedule", file: str | Path | None = None) -> Schedule:
        """Return the schedule of a CSV; what `to_csv` wrote comes back exactly.

        Parameters
        ----------
        text
            The CSV. Head lines may be missing: then ``name`` is used and days count from the enrolment.
        name
            Name of the schedule if the CSV has none.
        file
            Named in errors.

        Raises
        ------
        InputError
            If a column, row or value is not what it should be.

        Examples
        --------
        >>> Schedule.from_csv("day,start,minutes,repetitions\\n0,10:00,45 min,300\\n").sessions[0].start
        600.0
        """
        from rehab_opt.therapy.csv_form import read_csv

        return read_csv(text, name=name, file=file)


def _scaled(session: Session, dose: float) -> Session:
    return replace(session, minutes=session.minutes * dose, repetitions=session.repetitions * dose)


def joined(name: str, parts: Iterable[Schedule], notes: str = "") -> Schedule:
    """Return one schedule of many parts.

    Raises
    ------
    InputError
        If there are no parts, or they count their days from different origins.

    Examples
    --------
    >>> week = Schedule(name="week", sessions=(Session(day=0, minutes=60, repetitions=200),))
    >>> joined("two", [week, week.shift(7)]).days
    (0, 7)
    """
    whole_course: Schedule | None = None
    for part in parts:
        whole_course = part if whole_course is None else whole_course.join(part)
    if whole_course is None:
        raise InputError("needs at least one schedule", key="parts")
    return whole_course.renamed(name, notes)
