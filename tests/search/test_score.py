"""Objective, constraints, the choice of finalists and the unit of work, on numbers that can be checked by hand."""

from types import SimpleNamespace as Plain

import numpy as np
import pytest

from rehab_opt.course import Course, ModelSpec, Outcome
from rehab_opt.errors import InputError
from rehab_opt.search import (
    SearchError,
    TrialRecord,
    Work,
    best_trials,
    check_sampler,
    constraint_values,
    evaluate_block,
    objective_value,
)
from rehab_opt.therapy import Schedule, Session, as_policy


def people(*values: float) -> list[Plain]:
    return [Plain(values={"fm_ue": value}) for value in values]


@pytest.mark.parametrize(
    ("tail", "expected"), [(0.1, 10.0), (0.2, 10.0), (0.21, 15.0), (0.4, 15.0), (0.6, 20.0), (1.0, 30.0)]
)
def test_the_lower_tail_is_the_mean_of_the_worst_share(tail, expected):
    objective = Plain(measure="fm_ue", statistic="lower-tail", tail=tail)
    assert objective_value(people(50, 20, 10, 40, 30), objective) == expected


def test_a_constraint_is_met_at_its_maximum():
    results = [Plain(seizures=n, lesion_growth=4.0) for n in (0, 3, 0, 0)]
    limits = [Plain(name="seizure-rate", maximum=0.25), Plain(name="lesion-growth", maximum=4.0)]
    assert constraint_values(results, limits) == {"seizure-rate": 0.0, "lesion-growth": 0.0}


def trial(number, value, violation=0.0, weeks=None, outcome="completed"):
    return TrialRecord(
        number=number,
        point={"weeks": number if weeks is None else weeks},
        origin="sampler",
        outcome=outcome,
        value=value,
        constraints={"seizure-rate": violation},
        message="ValueError: boom" if value is None else "",
    )


def test_finalists_are_feasible_different_and_in_order():
    trials = [trial(0, 5.0), trial(1, 9.0, violation=0.1), trial(2, 7.0), trial(3, 7.0, weeks=2), trial(4, 7.0)]
    assert [t.number for t in best_trials(trials, 3)] == [2, 4, 0]


def test_without_a_feasible_trial_the_nearest_is_named():
    with pytest.raises(SearchError, match=r"no trial of 2 .* trial 1, broke seizure-rate by 0\.1"):
        best_trials([trial(0, 5.0, violation=0.2), trial(1, 4.0, violation=0.1)], 3)
    with pytest.raises(SearchError, match="no trial worked; trial 0: ValueError: boom"):
        best_trials([trial(0, None, outcome="failed")], 3)


@pytest.mark.parametrize(
    ("sampler", "constraints", "dimensions", "words"),
    [
        ("cma-es", ["seizure-rate"], 5, r"does not heed constraints \(seizure-rate\)"),
        ("cma-es", [], 1, "two searched ranges"),
        ("tpee", [], 5, "did you mean 'tpe'"),
        ("nsga-iii", [], 5, "several objectives, and there is one .*allowed: tpe, cma-es, nsga-ii,"),
    ],
)
def test_a_sampler_that_cannot_do_the_study_is_refused_at_once(sampler, constraints, dimensions, words):
    with pytest.raises(InputError, match=words):
        check_sampler(sampler, constraints, dimensions)


@pytest.mark.parametrize(
    ("sampler", "changes", "words"),
    [
        ("cma-es", {"named": ["main.order"]}, r"draw names at random \(main.order\) .*allowed: tpe, nsga-ii,"),
        ("cma-es", {"objectives": 3}, r"one objective only, not 3 .*allowed: tpe, nsga-ii, nsga-iii,"),
        ("tpe", {"startup": 1}, "search.startup: tpe needs more trials to begin with .*allowed: 2 or more"),
        ("nsga-ii", {"startup": 1}, "2 or more"),
    ],
)
def test_names_objectives_and_the_start_are_checked_too(sampler, changes, words):
    with pytest.raises(InputError, match=words):
        check_sampler(sampler, [], 5, **changes)


def test_what_a_sampler_can_do_passes():
    for sampler in ("tpe", "nsga-ii", "nsga-iii", "qmc", "random"):
        check_sampler(sampler, ["seizure-rate"], 5, objectives=2, named=["main.order"], startup=10)
    check_sampler("cma-es", [], 2, startup=1)


def test_gp_without_torch_is_refused_before_the_start(monkeypatch):
    monkeypatch.setattr("rehab_opt.search.proposals.samplers.importlib.util.find_spec", lambda name: None)
    with pytest.raises(
        InputError, match=r"needs torch.*pip install 'rehab-opt\[gp\]'.*allowed: tpe, cma-es, nsga-ii, qmc"
    ):
        check_sampler("gp", [], 5)


class RunawayModel:
    """Ends as a runaway with high scores still on the books."""

    def simulate(self, patient, policy, days, seed):
        flat = np.ones(days + 1)
        return Course(patient.id, days, Outcome.RUNAWAY, {"fm_ue": 60 * flat, "turnover": 0.5 * flat})


class ForgetfulPolicy:
    """A rule that gives therapy in the first week that it is ever asked about, and none later."""

    def __init__(self):
        self.asked = False

    def next_week(self, observation):
        if self.asked:
            return ()
        self.asked = True
        return (Session(day=observation.day, minutes=60, repetitions=100),)


PATIENTS = [Plain(id=f"p{i}", seed=i, enrolled_day=10 + i) for i in range(3)]


def work(plug, **changes):
    settings = {"days": 120, "objective_day": 90, "measures": ("fm_ue",), "noise_seed": 5}
    return Work(model=ModelSpec(plug), **{**settings, **changes})


def test_a_course_that_ran_away_scores_the_worst_but_keeps_its_biomarkers(monkeypatch):
    monkeypatch.setattr("rehab_opt.models.toy.ToyModel.simulate", RunawayModel.simulate)
    spec = work("rehab_opt.models.toy:ToyModel", measures=("fm_ue", "turnover"))
    rest = as_policy(Schedule(name="rest", sessions=(), origin="enrolment"))
    result = evaluate_block(spec, PATIENTS[:1], rest)[0]
    assert (result.outcome, dict(result.values)) == ("runaway", {"fm_ue": 0.0, "turnover": 0.5})
    assert result.baseline["fm_ue"] == 60.0


def test_a_policy_with_a_memory_meets_each_patient_afresh():
    results = evaluate_block(work("rehab_opt.models.toy:ToyModel"), PATIENTS, ForgetfulPolicy())
    assert [result.sessions for result in results] == [1, 1, 1]


def test_therapy_after_the_day_of_the_objective_is_not_counted():
    sessions = tuple(Session(day=day, minutes=90, repetitions=50) for day in (0, 79, 80, 81))
    policy = as_policy(Schedule(name="late", sessions=sessions, origin="enrolment"))
    result = evaluate_block(work("rehab_opt.models.toy:ToyModel"), PATIENTS[:1], policy)[0]
    assert (result.sessions, result.hours, result.repetitions) == (3, 4.5, 150.0)


def test_curves_are_weekly_from_the_lesion_on_and_only_on_request():
    rest = as_policy(Schedule(name="rest", sessions=(), origin="enrolment"))
    spec = work("rehab_opt.models.toy:ToyModel")
    assert evaluate_block(spec, PATIENTS[:1], rest)[0].curve is None
    with_curves = work("rehab_opt.models.toy:ToyModel", curves=True)
    result = evaluate_block(with_curves, PATIENTS[:1], rest)[0]
    assert result.curve is not None
    assert len(result.curve["fm_ue"]) == 18


def test_a_result_does_not_depend_on_its_block():
    policy = as_policy(Schedule(name="a", sessions=(Session(day=3, minutes=60, repetitions=9),), origin="enrolment"))
    spec = work("rehab_opt.models.toy:ToyModel")
    together = evaluate_block(spec, PATIENTS, policy)
    alone = tuple(evaluate_block(spec, [patient], policy)[0] for patient in reversed(PATIENTS))
    assert together == alone[::-1]
