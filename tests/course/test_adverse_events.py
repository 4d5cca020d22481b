"""What can go wrong is a result: seizures and growth of the lesion are logged, and the course stays finite."""

import numpy as np
import pytest

from rehab_opt.course import Outcome
from rehab_opt.course.model import Model
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient, Traits
from rehab_opt.therapy import ConstantPolicy, Schedule, Session, Stimulation, protocols

SMALL = {"network.units": 240}
STRONG = {**SMALL, "stimulation.tdcs-current": 0.5}
# A field that drives every cell of the area alike, far stronger than any that is given to people.
STORM = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=200.0, minutes=40.0)
ALIGNED = Patient(
    id="p",
    seed=5,
    wiring=1,
    lesion=Lesion.disc(share=0.15, cst_spared=0.4),
    traits=Traits(stimulation_orientation=2.5),
)


def daily(days, first=0, **settings):
    sessions = tuple(
        Session(**{"day": first + day, "minutes": 40.0, "repetitions": 200.0} | settings) for day in range(days)
    )
    return ConstantPolicy(Schedule(name="daily", sessions=sessions, origin="lesion"))


def test_a_strong_current_gives_seizures_that_are_logged_and_survived():
    course = Model(set=STRONG).simulate(ALIGNED, daily(30, stimulation=STORM), 40, 1)
    assert course.outcome is Outcome.RUNAWAY
    seizures = [event.day for event in course.events if event.kind == "seizure"]
    assert len(seizures) > 3
    assert all(np.isfinite(values).all() for values in course.measures.values())
    assert len(course.measures["fm_ue"]) == 41
    assert (course.measures["fm_ue"][seizures[-1] :] == course.measures["fm_ue"][seizures[-1]]).all()


def test_practice_alone_gives_no_seizure():
    course = Model(set=STRONG).simulate(ALIGNED, daily(30), 40, 1)
    assert course.outcome is Outcome.COMPLETED
    assert not [event for event in course.events if event.kind == "seizure"]


def test_nobody_notices_a_seizure_without_the_guard():
    course = Model(off=["runaway-guard"], set=STRONG).simulate(ALIGNED, daily(30, stimulation=STORM), 40, 1)
    assert course.outcome is Outcome.COMPLETED
    assert not [event for event in course.events if event.kind == "seizure"]


def test_the_current_of_a_clinic_gives_no_seizure():
    field = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=2.0, minutes=20.0)
    course = Model(set=SMALL).simulate(ALIGNED, daily(14, first=7, stimulation=field), 28, 1)
    assert course.outcome is Outcome.COMPLETED
    assert not [event for event in course.events if event.kind == "seizure"]


def overuse(first):
    heavy = daily(6, first, minutes=600.0, start=300.0, repetitions=6000.0, constraint=0.9)
    return Model(set=SMALL).simulate(ALIGNED, heavy, 28, 1)


def test_overuse_in_the_first_week_enlarges_the_lesion_and_later_overuse_does_not():
    early, late = overuse(0), overuse(16)
    calm = Model(set=SMALL).simulate(ALIGNED, protocols["no-therapy"].policy(), 28, 1)
    assert early.at("lesion_growth", 28) > 2 * calm.at("lesion_growth", 28)
    assert late.at("lesion_growth", 28) == pytest.approx(calm.at("lesion_growth", 28), rel=1e-3)
    limit = Parameters()["vulnerable-rim.event"]
    grown = [event for event in early.events if event.kind == "lesion-growth"]
    assert len(grown) == (early.at("lesion_growth", 28) > limit)
    assert not late.events
    assert (np.diff(early.measures["lesion_growth"]) >= 0).all()


@pytest.mark.parametrize(
    "lesion",
    [
        Lesion.disc(share=1.0, cst_spared=0.0),
        Lesion.interneurons(8),
        Lesion.responders(32),
        Lesion(units=tuple(range(120))),
    ],
)
def test_extreme_lesions_give_finite_courses(lesion):
    patient = Patient(id="p", seed=5, wiring=1, lesion=lesion)
    course = Model(set=SMALL).simulate(patient, protocols["usual-care"].policy(), 30, 1)
    assert all(np.isfinite(values).all() for values in course.measures.values())
    if lesion.discs or lesion.units:
        assert course.at("fm_ue", 1) < 20
