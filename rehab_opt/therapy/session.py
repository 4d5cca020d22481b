"""One block of therapy and the stimulation that goes with it: plain data, checked when it is made."""

from __future__ import annotations

from dataclasses import dataclass

from rehab_opt.errors import InputError
from rehab_opt.therapy.values import LAST_DAY, number, one_of, whole

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TASKS = ("reach", "good-arm", "touch", "recall")
"""Reaching with the affected arm; reaching with the good arm; sensory discrimination; cognitive recall."""
ORDERS = ("blocked", "random")
MODALITIES = ("tdcs", "itbs", "rtms-1hz", "vns")
POLARITIES = ("anodal", "cathodal")
VAGUS = "vagus-nerve"
SITES = (
    "ipsilesional-motor",
    "contralesional-motor",
    "ipsilesional-sensory",
    "contralesional-sensory",
    "ipsilesional-cognitive",
    "contralesional-cognitive",
    VAGUS,
)
MINUTES_A_DAY = 1440.0
_ITBS_MINUTES_PER_PULSE = 200.0 / 60.0 / 600.0  # 2 s of bursts every 10 s: 600 pulses take 200 s
_PULSED = ("itbs", "rtms-1hz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stimulation:
    """Stimulation of the brain or of the vagus nerve within a session.

    Parameters
    ----------
    modality
        ``"tdcs"``, ``"itbs"``, ``"rtms-1hz"`` or ``"vns"``.
    site
        One of `SITES`; the vagus nerve for ``"vns"`` and for nothing else.
    polarity
        ``"anodal"`` or ``"cathodal"``; for ``"tdcs"`` only.
    strength
        mA for tDCS and VNS, percent of the motor threshold for iTBS and 1 Hz; above 0, at most 200.
    minutes
        Length in minutes, above 0; for tDCS and VNS only. For paired VNS the time during which movements are paired.
    pulses
        Number of pulses, 1 or more; for iTBS (200 s per 600) and 1 Hz (one a second) only.
    offset_minutes
        Start of stimulation minus start of practice, in minutes; negative is before practice.

    Raises
    ------
    InputError
        If a value is out of range or does not belong to the modality. What is safe is judged by `check_limits`.

    Examples
    --------
    >>> Stimulation(modality="rtms-1hz", site="contralesional-motor", strength=110, pulses=900).duration_minutes
    15.0
    """

    modality: str
    site: str
    polarity: str | None = None
    strength: float
    minutes: float | None = None
    pulses: int | None = None
    offset_minutes: float = 0.0

    def __post_init__(self) -> None:
        one_of("modality", self.modality, MODALITIES)
        one_of("site", self.site, SITES)
        if (self.modality == "vns") != (self.site == VAGUS):
            allowed = VAGUS if self.modality == "vns" else "a site on the cortex"
            raise InputError(f"does not fit {self.modality}", key="site", value=self.site, allowed=allowed)
        self._check_presence("polarity", self.polarity, needed=self.modality == "tdcs")
        self._check_presence("minutes", self.minutes, needed=self.modality not in _PULSED)
        self._check_presence("pulses", self.pulses, needed=self.modality in _PULSED)
        if self.polarity is not None:
            one_of("polarity", self.polarity, POLARITIES)
        if self.minutes is not None:
            object.__setattr__(self, "minutes", _positive("minutes", self.minutes, MINUTES_A_DAY))
        if self.pulses is not None:
            object.__setattr__(self, "pulses", whole("pulses", self.pulses, 1, 100_000))
        object.__setattr__(self, "strength", _positive("strength", self.strength, 200.0))
        offset = number("offset_minutes", self.offset_minutes, -MINUTES_A_DAY, MINUTES_A_DAY)
        object.__setattr__(self, "offset_minutes", offset)

    def _check_presence(self, key: str, value: object, *, needed: bool) -> None:
        if (value is not None) != needed:
            rule = "is needed for" if needed else "does not belong to"
            raise InputError(f"{rule} {self.modality}", key=key, value=value)

    @property
    def duration_minutes(self) -> float:
        """Length in minutes, for every modality."""
        if self.modality == "itbs":
            return (self.pulses or 0) * _ITBS_MINUTES_PER_PULSE
        if self.modality == "rtms-1hz":
            return (self.pulses or 0) / 60.0
        return self.minutes or 0.0

    @property
    def coulombs(self) -> float:
        """Charge of a tDCS session in coulombs (current times time); 0 for the other modalities."""
        return self.strength * self.duration_minutes * 60.0 / 1000.0 if self.modality == "tdcs" else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One block of therapy on one day.

    A session of 0 minutes and 0 repetitions holds no practice: it only says that the good arm wears a mitt on that day
    (``constraint``), that the affected one rests in a sling (``sling``), or gives stimulation alone.

    Parameters
    ----------
    day
        Whole days since the origin of its schedule (the lesion, or the enrolment), 0 to 40000.
    start
        Clock time in minutes after midnight, 0 to 1440; 600 is 10:00. The session and its stimulation end by midnight.
    minutes
        Length of practice in minutes, 0 to 1440.
    task
        One of `TASKS`.
    repetitions
        Repetitions in the whole session, 0 to 100000.
    order
        ``"blocked"`` or ``"random"`` order of the stimuli practised.
    difficulty
        Share (0 to 1) of the error demanded per repetition: how far the target is from today's ability.
    feedback
        Quality of augmented feedback, 0 to 1.
    constraint
        Share (0 to 1) of that day's waking hours during which the good arm is in a mitt.
    sling
        Share (0 to 1) of that day's waking hours during which the affected arm is in a sling.
    stimulation
        Stimulation that goes with the session, or None.

    Raises
    ------
    InputError
        If a value is of the wrong type or out of range, or the session holds nothing at all.

    Examples
    --------
    >>> Session(day=12, start=540, minutes=45, repetitions=300).end
    585.0
    >>> Session(day=5, minutes=0, repetitions=0, constraint=0.9).is_practice
    False
    """

    day: int
    start: float = 600.0
    minutes: float
    task: str = "reach"
    repetitions: float
    order: str = "random"
    difficulty: float = 0.5
    feedback: float = 1.0
    constraint: float = 0.0
    sling: float = 0.0
    stimulation: Stimulation | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "day", whole("day", self.day, 0, LAST_DAY))
        object.__setattr__(self, "start", number("start", self.start, 0.0, MINUTES_A_DAY))
        object.__setattr__(self, "minutes", number("minutes", self.minutes, 0.0, MINUTES_A_DAY))
        object.__setattr__(self, "repetitions", number("repetitions", self.repetitions, 0.0, 100_000.0))
        for share in ("difficulty", "feedback", "constraint", "sling"):
            object.__setattr__(self, share, number(share, getattr(self, share), 0.0, 1.0))
        one_of("task", self.task, TASKS)
        one_of("order", self.order, ORDERS)
        if self.stimulation is not None and not isinstance(self.stimulation, Stimulation):
            raise InputError("must be a Stimulation or None", key="stimulation", value=self.stimulation)
        self._check_content()
        self._check_clock()

    def _check_content(self) -> None:
        if self.minutes > 0.0:
            return
        if self.repetitions > 0.0:
            raise InputError(
                "repetitions need minutes of practice", key="minutes", value=self.minutes, allowed="above 0"
            )
        if self.constraint == 0.0 and self.sling == 0.0 and self.stimulation is None:
            rule = "a session without practice must carry a constraint, a sling or stimulation"
            raise InputError(rule, key="minutes", value=self.minutes, allowed="above 0")

    def _check_clock(self) -> None:
        if self.end > MINUTES_A_DAY:
            raise InputError(
                "session ends after midnight",
                key="start",
                value=self.start,
                allowed=f"at most {MINUTES_A_DAY - self.minutes:g}",
            )
        if self.stimulation is None:
            return
        first, last = self.stimulation_span()
        if first < 0.0 or last > MINUTES_A_DAY:
            low = -self.start
            high = MINUTES_A_DAY - self.start - self.stimulation.duration_minutes
            raise InputError(
                "stimulation lies outside the day of its session",
                key="stimulation.offset_minutes",
                value=self.stimulation.offset_minutes,
                allowed=f"{low:g} to {high:g}",
            )

    @property
    def end(self) -> float:
        """Clock time of the end of practice, minutes after midnight."""
        return self.start + self.minutes

    @property
    def is_practice(self) -> bool:
        """Whether the session holds practice, not only a constraint or stimulation."""
        return self.minutes > 0.0

    @property
    def needs_clinic(self) -> bool:
        """Whether anybody has to be there: False for a day on which only the mitt is worn."""
        return self.is_practice or self.stimulation is not None

    def stimulation_span(self) -> tuple[float, float]:
        """Return clock times of start and end of the stimulation, minutes after midnight.

        Raises
        ------
        InputError
            If the session has no stimulation.

        Examples
        --------
        >>> vns = Stimulation(modality="vns", site="vagus-nerve", strength=0.8, minutes=50, offset_minutes=5)
        >>> Session(day=0, start=600, minutes=60, repetitions=300, stimulation=vns).stimulation_span()
        (605.0, 655.0)
        """
        if self.stimulation is None:
            raise InputError("session has no stimulation", key="stimulation")
        first = self.start + self.stimulation.offset_minutes
        return first, first + self.stimulation.duration_minutes


def _positive(key: str, value: object, high: float) -> float:
    plain = number(key, value, 0.0, high)
    if plain == 0.0:
        raise InputError("is out of range", key=key, value=plain, allowed=f"above 0, at most {high:g}")
    return plain
