"""Studies made at random for the property tests of this directory."""

from __future__ import annotations

from hypothesis import strategies as st

from rehab_opt.patient import CohortSpec
from rehab_opt.study import Objective, Phase, PhaseStimulation, Range, SearchSpace, Study
from rehab_opt.study.phase import CORTEX, MODALITY_CHOICES
from rehab_opt.therapy import ORDERS, POLARITIES, TASKS, WEEKDAYS, Limits, Session, Stimulation, check_limits
from rehab_opt.therapy import Schedule as Plan

DAYS = 120


def one_phase(**changes: object) -> Phase:
    values: dict[str, object] = {"weeks": 4, "sessions_per_week": 5, "minutes": 45, "repetitions_per_minute": 1.0}
    return Phase(**{"name": "main", **values, **changes})  # type: ignore[arg-type]


def study_of(
    *phases: Phase, locked: tuple[Session, ...] = (), enrolled: tuple[int, int] = (7, 14), **limits: object
) -> Study:
    cohort = CohortSpec(enrolled_low=enrolled[0], enrolled_high=enrolled[1])
    return Study(
        name="made-for-tests",
        days=DAYS,
        last_day=DAYS,
        objective=Objective(day=DAYS),
        cohort=cohort,
        limits=Limits(**limits),  # type: ignore[arg-type]
        phases=phases,
        locked=locked,
    )


def numbers(low: int, high: int, *, whole: bool) -> st.SearchStrategy[float | Range]:
    """Return fixed numbers and ranges, some with a grid."""
    one = st.integers(low, high) if whole else st.floats(low, high).map(lambda value: round(value, 3))
    steps = st.none() | (st.integers(1, 3) if whole else st.sampled_from([0.05, 0.1, 0.25]))

    def make(ends: tuple[float, float], step: float | None) -> float | Range:
        first, last = min(ends), max(ends)
        if first == last:
            return first
        return Range(first, last, step if step is not None and step <= last - first else None)

    return one | st.builds(make, st.tuples(one, one), steps)


def names(choices: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(choices), min_size=1, unique=True).map(tuple)


@st.composite
def phases(draw: st.DrawFn, name: str) -> Phase:
    share = numbers(0, 1, whole=False)
    return Phase(
        name=name,
        start=draw(numbers(0, 60, whole=True)),
        weeks=draw(numbers(0, 8, whole=True)),
        sessions_per_week=draw(numbers(1, 7, whole=True)),
        minutes=draw(numbers(1, 240, whole=True)),
        repetitions_per_minute=draw(numbers(0, 10, whole=False)),
        clock=draw(st.sampled_from([0.0, 600.0, 1200.0])),
        order=draw(names(ORDERS)),
        difficulty=draw(share),
        constraint=draw(share),
        tasks=tuple((task, draw(share)) for task in TASKS),
        stimulation=PhaseStimulation(
            modality=draw(names(MODALITY_CHOICES)),
            site=draw(names(CORTEX)),
            polarity=draw(names(POLARITIES)),
            strength=draw(share),
            amount=draw(share),
            offset_minutes=draw(numbers(-60, 60, whole=True)),
        ),
    )


PULSES = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-5)


@st.composite
def locked_sessions(draw: st.DrawFn, limits: Limits, enrolled: int) -> tuple[Session, ...]:
    """Return sessions that keep the limits by themselves."""
    kept: tuple[Session, ...] = ()
    for day in draw(st.lists(st.integers(0, 50), max_size=5, unique=True)):
        session = Session(
            day=day,
            start=draw(st.sampled_from([480.0, 590.0, 630.0, 1300.0])),
            minutes=draw(st.sampled_from([30.0, 47.5])),
            repetitions=60,
            stimulation=draw(st.sampled_from([None, PULSES])),
        )
        if not check_limits(Plan(name="kept", sessions=(*kept, session)), limits, enrolled_day=enrolled):
            kept = (*kept, session)
    return kept


@st.composite
def studies(draw: st.DrawFn) -> Study:
    earliest = draw(st.integers(0, 20))
    enrolled = (earliest, earliest + draw(st.integers(0, 20)))
    limits: dict[str, object] = {
        "practice_minutes_per_day": draw(st.sampled_from([50.0, 75.5, 360.0])),
        "total_hours": draw(st.none() | st.sampled_from([2.0, 10.0, 33.3])),
        "days_off": draw(st.lists(st.sampled_from(WEEKDAYS), max_size=4, unique=True).map(tuple)),
        "acute_window_days": draw(st.sampled_from([0, 14, 30])),
        "tdcs_coulombs": draw(st.sampled_from([0.5, 7.2])),
        "itbs_pulses_per_day": draw(st.sampled_from([300, 1800, 3000])),
    }
    kept = draw(locked_sessions(Limits(**limits), earliest))  # type: ignore[arg-type]
    parts = [draw(phases(f"part-{index}")) for index in range(draw(st.integers(1, 3)))]
    return study_of(*parts, locked=kept, enrolled=enrolled, **limits)


@st.composite
def points(draw: st.DrawFn, space: SearchSpace) -> dict[str, float | int | str]:
    point: dict[str, float | int | str] = {}
    for side in space.dimensions:
        if side.kind == "categorical":
            point[side.name] = draw(st.sampled_from(side.choices))
        elif side.kind == "int":
            point[side.name] = draw(st.integers(int(side.low), int(side.high)))
        else:
            point[side.name] = draw(st.floats(side.low, side.high))
    return point
