"""A report's data without a run: made-up patients whose gains are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rehab_opt.compare import difference_curve, mean_curve, summarise
from rehab_opt.report import ReportData, SearchHistory
from rehab_opt.search.evaluate import PatientResult
from rehab_opt.therapy import Schedule, Session, Stimulation

PATIENTS = 24
WEEKS = 20
ITBS = Stimulation(modality="itbs", site="ipsilesional-motor", strength=80, pulses=600, offset_minutes=-10)
TDCS = Stimulation(modality="tdcs", site="contralesional-motor", polarity="cathodal", strength=2, minutes=20)


def _results(gain: float, hours: float, seed: int) -> tuple[PatientResult, ...]:
    rng = np.random.default_rng(seed)
    found = []
    for i, baseline in enumerate(np.linspace(6, 58, PATIENTS)):
        weekly = baseline + (gain + rng.normal(0, 0.8)) * (1 - np.exp(-np.arange(WEEKS) / 5))
        final = float(weekly[-1])
        found.append(
            PatientResult(
                patient_id=f"p{i:02}",
                enrolled_day=10,
                outcome="completed",
                values={"fm_ue": final, "arat": 0.8 * final},
                baseline={"fm_ue": float(baseline), "arat": 0.8 * float(baseline)},
                hours=hours,
                sessions=20,
                repetitions=200 * hours,
                adverse_events=int(rng.random() < 0.1),
                seizures=0,
                lesion_growth=0.1,
                curve={"fm_ue": tuple(weekly.tolist())},
            )
        )
    return tuple(found)


@pytest.fixture(scope="session")
def best_schedule() -> Schedule:
    reach = [
        Session(day=7 * w + d, minutes=45, repetitions=225, stimulation=ITBS)
        for w in (1, 2, 3)
        for d in (0, 1, 2, 3, 4)
    ]
    touch = [
        Session(day=7 * w + 1, start=840, minutes=20, repetitions=60, task="touch", order="blocked") for w in (1, 2)
    ]
    late = [Session(day=56 + d, minutes=60, repetitions=300, stimulation=TDCS) for d in (0, 2, 4)]
    mitt = [Session(day=12, minutes=0, repetitions=0, constraint=0.9)]
    return Schedule(name="searched", sessions=(*reach, *touch, *late, *mitt))


@pytest.fixture(scope="session")
def plain_data(best_schedule: Schedule) -> ReportData:
    results = {
        "searched-schedule": _results(9.0, 15.0, 1),
        "usual-care": _results(6.0, 15.0, 2),
        "no-therapy": _results(3.0, 0.0, 3),
        "rtms-1hz-contralesional": _results(6.5, 18.0, 4),
    }
    comparison = summarise(results, seed=1, resamples=500)
    ours, theirs = comparison.results["searched-schedule"], comparison.results["usual-care"]
    usual = Schedule(
        name="usual-care",
        sessions=tuple(Session(day=7 * w + d, minutes=45, repetitions=32) for w in range(4) for d in range(5)),
    )
    return ReportData(
        name="a-study",
        description="When, how much, which?",
        question=("Who: 24 virtual patients.", "What: the highest mean FM-UE on day 133."),
        comparison=comparison,
        best="searched-schedule",
        day=133,
        schedule=best_schedule,
        reference_schedule=usual,
        curves=tuple(mean_curve(name, rows, "fm_ue", resamples=200) for name, rows in comparison.results.items()),
        difference=difference_curve("searched-schedule", ours, theirs, "fm_ue", resamples=200),
        history=SearchHistory(
            values=(38.0, 39.0, None, 41.5, 44.0, 40.0),
            feasible=(True, True, False, True, False, True),
            references={"usual-care": 38.0, "no-therapy": 35.0},
            chosen=3,
            confirmed=40.9,
            confirmed_reference=38.1,
            patients=12,
        ),
        importances=(("main.start", 0.6), ("main.minutes", 0.4)),
        settings={"Search": {"seed": "7", "trials": "6"}, "Versions": {"numpy": "2.4"}},
        study_text='name = "a-study"\n',
        titles={
            "searched-schedule": "searched schedule",
            "usual-care": "Usual care",
            "no-therapy": "No therapy",
            "rtms-1hz-contralesional": "NICHE, 1 Hz rTMS of the intact side before practice",
        },
    )


@pytest.fixture
def data(plain_data: ReportData) -> Callable[..., ReportData]:
    """Return a maker of report data with some fields changed."""

    def make(**changes: object) -> ReportData:
        return replace(plain_data, **changes)  # type: ignore[arg-type]

    return make
