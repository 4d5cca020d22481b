"""The shared population: strata, shares of the deficit, and curves that are found again."""

import numpy as np
import pytest
from scipy.special import betainc

from rehab_opt.course import Course, Outcome
from rehab_opt.errors import InputError
from rehab_opt.patient.person import DEFAULT_SEVERITY
from rehab_opt.validation import Population, Setup, fit_curve, virtual_patients
from rehab_opt.validation.population import PATIENTS, WIRINGS, even_severities

WEEKS = np.arange(27.0)
# van der Vliet 2020: r and tau of the five groups.
GROUPS = [(0.09, 5.3), (0.46, 10.1), (0.86, 9.8), (0.89, 2.7), (0.93, 1.2)]


def made(curves):
    patients = virtual_patients(Setup(), "made", len(curves))
    courses = tuple(
        Course(patient.id, 182, Outcome.COMPLETED, {"fm_ue": np.interp(np.arange(183), 7 * WEEKS, fm)})
        for patient, fm in zip(patients, curves, strict=True)
    )
    return Population(patients, courses)


def published(start, share, tau):
    return start + share * (66 - start) * (1 - np.exp(-WEEKS / tau))


@pytest.mark.parametrize(("share", "tau"), GROUPS)
def test_a_published_curve_is_found_again_under_noise(share, tau):
    noise = np.random.default_rng(1).normal(0.0, 0.5, len(WEEKS))
    found = fit_curve(WEEKS, published(15.0, share, tau) + noise)
    assert found.start == pytest.approx(15.0, abs=1.5)
    assert found.share == pytest.approx(share, abs=0.06)
    assert found.at(4.0) == pytest.approx(15.0 + share * 51 * (1 - np.exp(-4 / tau)), abs=1.0)


def test_one_bad_visit_does_not_bend_the_curve():
    fm = published(20.0, 0.6, 5.0)
    fm[10] += 25.0
    assert fit_curve(WEEKS, fm).share == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize("level", [0.0, 30.0, 66.0])
def test_a_flat_course_has_a_curve_without_recovery(level):
    found = fit_curve(WEEKS, np.full(27, level))
    assert found.at(26.0) == pytest.approx(level, abs=0.5)


def test_shares_strata_and_thirds():
    people = made([published(start, 0.5, 4.0) for start in (50.0, 10.0, 30.0, 66.0, 5.0, 39.9)])
    shares = people.recovered(4)
    assert shares[:3] == pytest.approx(0.5 * (1 - np.exp(-1.0)))
    assert np.isnan(shares[3])
    assert [list(stratum) for stratum in people.strata((20, 40))] == [[1, 4], [2, 5], [0, 3]]
    assert [sorted(third) for third in people.thirds()] == [[1, 4], [2, 5], [0, 3]]
    assert [round(curve.share, 2) for curve in people.curves()[:3]] == [0.5, 0.5, 0.5]


def test_lists_of_the_wrong_length_are_refused():
    with pytest.raises(InputError, match="one value per patient"):
        virtual_patients(Setup(), "a", 3, severity=[0.1])


def test_severities_are_those_of_the_default_distribution_evenly_spread():
    values = np.array(even_severities(400, 0.3))
    quantiles = np.sort(betainc(*DEFAULT_SEVERITY, values))
    assert np.abs(quantiles - (np.arange(400) + 0.5) / 400).max() < 0.005  # a random draw of 400: about 0.04
    assert even_severities(100, 0.3) == tuple(values[:100])


def test_every_wiring_meets_all_severities():
    quantiles = betainc(*DEFAULT_SEVERITY, np.array(even_severities(PATIENTS, 0.3)))
    for wiring in range(WIRINGS):
        assert abs(quantiles[wiring::WIRINGS].mean() - 0.5) < 0.02
