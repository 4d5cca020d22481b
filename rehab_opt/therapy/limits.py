"""The limits that a schedule has to keep: stimulation, hours, days off. Defaults of a simulator, no clinical advice."""

from __future__ import annotations

from dataclasses import dataclass

from rehab_opt.therapy.session import MINUTES_A_DAY, WEEKDAYS
from rehab_opt.therapy.values import LAST_DAY, names, number, whole

_INTEGER_RANGES = {
    "itbs_block_pulses": (1, 100_000),
    "itbs_pulses_per_day": (1, 100_000),
    "rtms_1hz_pulses": (1, 100_000),
    "modalities_per_day": (1, 4),
    "acute_window_days": (0, LAST_DAY),
}
_NUMBER_RANGES = {
    "tdcs_ma": (0.0, 200.0),
    "tdcs_warn_ma": (0.0, 200.0),
    "tdcs_minutes": (0.0, MINUTES_A_DAY),
    "tdcs_coulombs": (0.0, 1000.0),
    "itbs_gap_minutes": (0.0, MINUTES_A_DAY),
    "vns_ma": (0.0, 200.0),
    "practice_minutes_per_day": (0.0, MINUTES_A_DAY),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a schedule may ask for; largest allowed values unless the name says otherwise.

    Parameters
    ----------
    practice_minutes_per_day
        Minutes of practice a day; 360 is the largest daily dose among the published protocols.
    total_hours
        Hours of practice in the whole schedule, or None for no limit.
    days_off
        Weekday names on which there are no sessions. A simulation has no dates, so the day of enrolment counts as a
        Monday: ``"sun"`` is every seventh day, first the sixth after enrolment. Real dates belong to `Calendar`, which
        moves sessions. A day on which only the mitt is worn is no session in this sense.
    tdcs_ma, tdcs_warn_ma, tdcs_minutes, tdcs_coulombs
        tDCS: current in mA, current above which a warning is given, minutes and charge in coulombs a session (Bikson
        2016).
    itbs_block_pulses, itbs_gap_minutes, itbs_pulses_per_day
        iTBS: pulses a block, *smallest* gap in minutes from the end of a block to the next (Tse 2018), pulses a day.
    rtms_1hz_pulses
        1 Hz rTMS: pulses a day.
    vns_ma
        Vagus-nerve stimulation: current in mA.
    modalities_per_day
        Number of different stimulation modalities on one day.
    acute_window_days
        No stimulation before this day since the lesion; 0 is no window.

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range.

    Examples
    --------
    >>> Limits(total_hours=45, days_off=("sat", "sun")).tdcs_minutes
    40.0
    """

    practice_minutes_per_day: float = 360.0
    total_hours: float | None = None
    days_off: tuple[str, ...] = ()
    tdcs_ma: float = 4.0
    tdcs_warn_ma: float = 2.0
    tdcs_minutes: float = 40.0
    tdcs_coulombs: float = 7.2
    itbs_block_pulses: int = 600
    itbs_gap_minutes: float = 15.0
    itbs_pulses_per_day: int = 1800
    rtms_1hz_pulses: int = 1200
    vns_ma: float = 3.5
    modalities_per_day: int = 1
    acute_window_days: int = 0

    def __post_init__(self) -> None:
        for key, (least, most) in _INTEGER_RANGES.items():
            object.__setattr__(self, key, whole(key, getattr(self, key), least, most))
        for key, (low, high) in _NUMBER_RANGES.items():
            object.__setattr__(self, key, number(key, getattr(self, key), low, high))
        if self.total_hours is not None:
            object.__setattr__(self, "total_hours", number("total_hours", self.total_hours, 0.0, 1e6))
        object.__setattr__(self, "days_off", names("days_off", self.days_off, WEEKDAYS))
