"""Recruitment: who of a population a trial takes, and the care that came before it."""

from dataclasses import replace

import numpy as np
import pytest

from rehab_opt.course import Course, Outcome
from rehab_opt.errors import InputError
from rehab_opt.validation import Population, Setup, recruitment, virtual_patients
from rehab_opt.validation.baselines import baselines
from rehab_opt.validation.groups.dose import plans
from rehab_opt.validation.groups.natural_history import early
from rehab_opt.validation.population import CARE_DAY
from rehab_opt.validation.recruitment import after_care, matched, recruited, recruited_like

DAYS = 31


def made(levels):
    """Return a population whose FM-UE rises from each level by a point in ten days."""
    patients = virtual_patients(Setup(), "made", len(levels))
    curves = [{"fm_ue": level + np.arange(DAYS) / 10} for level in levels]
    rows = zip(patients, curves, strict=True)
    return Population(patients, tuple(Course(p.id, DAYS - 1, Outcome.COMPLETED, curve) for p, curve in rows))


@pytest.fixture
def everyone(monkeypatch):
    people = made(np.random.default_rng(1).uniform(0, 62, 300))
    monkeypatch.setattr(recruitment, "population", lambda setup: people)
    return people


def test_every_place_has_another_patient_with_its_baseline_on_its_day(everyone):
    wanted = baselines(60, 33.8, 15.4)
    days = np.random.default_rng(2).integers(5, 31, 60)
    people = recruited_like(Setup(), days, wanted)
    assert len({p.id for p in people}) == 60
    known = {patient.id: course for patient, course in zip(everyone.patients, everyone.courses, strict=True)}
    found = np.array([known[p.id].at("fm_ue", int(day)) for p, day in zip(people, days, strict=True)])
    assert np.abs(found - wanted).max() < 1.0
    assert found.mean() == pytest.approx(33.8, abs=0.2)


def test_together_as_close_as_the_patients_allow():
    scores = np.array([[6.0, 31.0, 32.0], [5.0, 30.0, 31.0], [6.0, 31.0, 32.0]])
    assert matched(scores, np.array([32.0, 30.0, 6.0])).tolist() == [2, 1, 0]


def test_recruits_keep_their_lesions_and_traits(everyone):
    people = recruited_like(Setup(), np.array([20, 5, 12]), np.array([50.0, 10.0, 30.0]))
    known = {patient.id: patient for patient in everyone.patients}
    assert people == [replace(known[p.id], enrolled_day=CARE_DAY) for p in people]


def test_recruits_of_a_range_lie_in_it(everyone):
    names = [p.id for p in recruited(Setup(), 21, 40, 55, 20)]
    scores = dict(zip((p.id for p in everyone.patients), everyone.fm(21), strict=True))
    assert len(names) == 20
    assert all(40 <= scores[name] <= 55 for name in names)


@pytest.mark.parametrize(("places", "values", "message"), [(2, 1, "one value a place"), (4, 4, "more places than")])
def test_places_that_cannot_be_filled_are_refused(places, values, message):
    with pytest.raises(InputError, match=message):
        matched(np.zeros((places, 3)), np.zeros(values))


def test_care_before_a_late_block_ends_where_the_block_begins():
    days = plans.weekdays(270, 5)
    late = after_care(plans.block("late", days, 60, 100), 270)
    assert sum(session.day < 270 for session in late.sessions) == 20
    early_block = after_care(plans.block("early", plans.weekdays(14, 5), 60, 100), 14)
    assert early_block.hours == 5


def test_starters_are_spread_over_days_and_sessions_whatever_their_baseline():
    days, counts = early.places(Setup(), 51)
    assert (days.min(), days.max(), counts.min(), counts.max()) == (5, 30, 15, 36)
    for values in (days, counts):
        assert abs(np.corrcoef(np.arange(51), values)[0, 1]) < 0.35
