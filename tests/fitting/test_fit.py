"""One patient: the lesion gives the baseline, what cannot be reached is flagged, and few courses are simulated."""

from __future__ import annotations

import json

import pytest
from models_for_fitting import LEAST, MOST, RunawayModel, SlopeModel

from rehab_opt.errors import InputError
from rehab_opt.fitting import LONGEST, MOST_EVALUATIONS, Fit, find_fit, fit_patient
from rehab_opt.fitting.bracket import search_severity
from rehab_opt.patient import Patient
from rehab_opt.therapy import Observation


def person(fm: float, day: int = 20, seed: int = 1) -> Patient:
    return Patient.sample(seed, baseline_fm=fm, enrolled_day=day, info={"age": 61.0})


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fm", [14.0, 25.0, 33.8, 47.0, 58.0])
def test_the_lesion_found_gives_the_baseline_on_the_day(fm: float, seed: int) -> None:
    patient = person(fm, seed=seed)
    fit = find_fit(patient, SlopeModel(), seed=5)
    assert fit.reached
    assert fit.evaluations <= MOST_EVALUATIONS
    again = SlopeModel().simulate(fit.applied(patient), None, patient.target_day, 5)
    assert again.at("fm_ue", patient.target_day) == fit.achieved
    assert abs(fit.achieved - fm) <= 0.75


def test_few_courses_are_needed_on_average() -> None:
    made = [find_fit(person(fm, seed=seed), SlopeModel()).evaluations for seed in range(4) for fm in range(14, 60, 3)]
    assert sum(made) / len(made) < 5


def test_a_severer_baseline_gives_a_severer_lesion() -> None:
    severities = [find_fit(person(fm), SlopeModel()).severity for fm in (15.0, 30.0, 45.0, 60.0)]
    assert severities == sorted(severities, reverse=True)


@pytest.mark.parametrize(("fm", "severity", "nearest"), [(0.0, 1.0, LEAST), (3.0, 1.0, LEAST), (66.0, 0.0, MOST)])
def test_a_baseline_out_of_reach_takes_the_nearest_end_and_says_so(fm: float, severity: float, nearest: float) -> None:
    patient = person(fm)
    fit = find_fit(patient, SlopeModel())
    assert (fit.severity, fit.reached) == (severity, False)
    assert fit.achieved == pytest.approx(nearest, abs=4.1)
    assert fit.evaluations <= 4
    fitted = fit.applied(patient)
    assert fitted.info == {"age": 61.0, "fit": "nearest", "fit_severity": severity, "fit_fm_ue": fit.achieved}
    assert not fitted.needs_fit


def test_a_fitted_patient_differs_by_lesion_and_note_only() -> None:
    patient = person(30.0)
    fitted = fit_patient(patient, SlopeModel())
    assert fitted.info["fit"] == "reached"
    before, after = patient.to_data(), fitted.to_data()
    assert {key for key in before if before[key] != after[key]} == {"lesion", "fitted", "info"}


def test_the_same_patient_and_seed_give_the_same_fit_and_another_seed_another_score() -> None:
    first = find_fit(person(30.0), SlopeModel())
    assert find_fit(person(30.0), SlopeModel()) == first
    assert find_fit(person(30.0), SlopeModel(), seed=77).achieved != first.achieved


def test_a_chronic_patient_is_simulated_no_longer_than_the_plateau(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("FIT_COUNT", str(tmp_path / "count"))
    fit = find_fit(person(30.0, day=4000), SlopeModel())
    days = {line.split()[1] for line in (tmp_path / "count").read_text().splitlines()}
    assert (fit.day, days) == (LONGEST, {str(LONGEST)})
    assert find_fit(person(30.0, day=4000), SlopeModel(), longest=90).day == 90


def test_a_baseline_on_the_day_of_the_lesion_can_be_fitted() -> None:
    fit = find_fit(person(30.0, day=0), SlopeModel())
    assert (fit.day, fit.reached) == (0, True)


def test_no_therapy_is_given_before_the_baseline() -> None:
    seen = []

    class Watching(SlopeModel):
        def simulate(self, patient, policy, days, seed):
            observation = Observation(day=9, enrolled_day=9, fm_ue=20.0, arat=10.0, use=1.0)
            seen.append((patient.needs_fit, policy.next_week(observation)))
            return super().simulate(patient, policy, days, seed)

    find_fit(person(30.0), Watching())
    assert set(seen) == {(False, ())}


def test_a_course_that_runs_away_is_never_taken_for_the_baseline() -> None:
    fit = find_fit(person(30.0), RunawayModel())
    assert not fit.reached
    assert fit.achieved > 30.0
    assert person(30.0).lesion_at(fit.severity).cst_spared > 0.5


def test_the_number_of_courses_is_bounded_even_if_nothing_fits() -> None:
    found = search_severity(lambda x: 60.0 if x < 0.37 else 5.0, 30.0, 66.0, 0.5, 8)
    assert found.evaluations <= 8
    assert found.severity == pytest.approx(0.37, abs=0.1)


def test_a_fit_survives_json() -> None:
    fit = find_fit(person(30.0), SlopeModel())
    assert Fit.from_data(json.loads(json.dumps(fit.to_data()))) == fit


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match="no measured baseline"):
        find_fit(Patient(id="p1"), SlopeModel())
    for change, words in (({"tolerance": 0.0}, "tolerance"), ({"longest": 0}, "longest"), ({"evaluations": 0}, "eval")):
        with pytest.raises(InputError, match=words):
            find_fit(person(30.0), SlopeModel(), **change)
    with pytest.raises(InputError, match="another patient"):
        find_fit(person(30.0), SlopeModel()).applied(person(30.0, seed=2))
