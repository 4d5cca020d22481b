"""A run: verdicts, failures that stop nobody, results that are kept, a stop that goes on, and what is shown of it."""

import json
import re

import pytest
from experiments_for_tests import TARGET, broken, gain, too_much

from rehab_opt.search import StopRequest
from rehab_opt.validation import (
    Bench,
    Figure,
    Finding,
    Series,
    Setup,
    estimate,
    render_page,
    select,
    table_lines,
    validate,
    virtual_patients,
)
from rehab_opt.validation.checks import ENOUGH
from rehab_opt.validation.registry import experiments

THREE = ("dose-contrast", "equal-dose", "use-bistable")


@pytest.fixture
def replaced(monkeypatch):
    """Put experiments of tests in place of a group's own."""

    def put(**found):
        table = {name.replace("_", "-"): experiment for name, experiment in found.items()}
        monkeypatch.setattr("rehab_opt.validation.run.experiment_of", lambda target: table.get(target.id))

    return put


class Told:
    """A display that remembers."""

    def __init__(self):
        self.verdicts, self.work = [], []

    def on_target(self, number, total, target_id):
        self.place = (number, total, target_id)

    def on_work(self, done, total):
        self.work.append((done, total))

    def on_verdict(self, target_id, verdict, seconds):
        self.verdicts.append((target_id, verdict))


def run(tmp_path, ids=THREE, **changes):
    return validate(select(ids), Setup(quick=True, **changes), workers=1, folder=tmp_path / "kept", progress=Told())


def test_one_failure_does_not_stop_the_others(tmp_path, replaced):
    replaced(dose_contrast=broken, equal_dose=gain)
    found = run(tmp_path)
    assert [(row.target.id, row.verdict) for row in found.results] == [
        ("dose-contrast", "falls short"),
        ("use-bistable", "falls short"),
        ("equal-dose", "holds"),
    ]
    assert [row.trouble for row in found.results] == ["ZeroDivisionError: no patients in <this> group", "not run", ""]
    assert not found.holds
    assert "calibrate 0 of 1, shape 1 of 2 hold" in table_lines(found.results)


def test_a_finished_target_is_not_run_again_but_a_failed_one_is(tmp_path, replaced):
    replaced(dose_contrast=broken, equal_dose=gain)
    first = run(tmp_path)
    kept = list((tmp_path / "kept" / "targets").iterdir())
    assert len(kept) == 1
    replaced(dose_contrast=gain, equal_dose=gain)
    again = run(tmp_path)
    assert again.results[0].holds
    assert again.results[-1] == first.results[-1]


@pytest.mark.parametrize(
    "changes", [{"seeds": 2.0}, {"off": ("pruning",)}, {"set": {"network.units": 480.0}}, {"members": ({}, {})}]
)
def test_other_conditions_are_another_result(tmp_path, replaced, changes):
    replaced(equal_dose=gain)
    run(tmp_path, [TARGET])
    run(tmp_path, [TARGET], **changes)
    assert len(list((tmp_path / "kept" / "targets").iterdir())) == 2


def test_a_stop_keeps_finished_courses_and_the_next_run_goes_on(tmp_path):
    with StopRequest() as stop:

        class Impatient(Told):
            def on_work(self, done, total):
                super().on_work(done, total)
                if done == 2:
                    stop.ask()

        with Bench(1, tmp_path, Impatient(), stop) as bench, pytest.raises(KeyboardInterrupt, match="kept"):
            gain(Setup(bench=bench))
    assert len(list(tmp_path.rglob("*.npz"))) == 2
    told = Told()
    with Bench(1, tmp_path, told) as bench:
        gain(Setup(bench=bench))
    assert told.work[0] == (2, 6)
    assert told.work[-1] == (6, 6)


def test_the_page_is_self_contained_and_escaped(tmp_path, replaced):
    replaced(dose_contrast=broken, equal_dose=gain, use_bistable=too_much)
    page = render_page(run(tmp_path))
    assert "no patients in &lt;this&gt; group" in page
    assert page.count("<svg") == 4  # two figures in two sizes
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", page)
    assert "<script" not in page
    for words in ("Simulation, not clinical advice", "Lohse 2014", "0 of 1", "1 of 2", "parameters", "sources"):
        assert words in page


def test_every_kind_of_series_is_drawn(tmp_path, replaced):
    kinds = ("line", "points", "bars")
    series = tuple(Series(kind, (0, 1), (1.0, float("nan")), (0.5, 0.5), (2.0, 2.0), kind=kind) for kind in kinds)
    figure = Figure("arm", "gain, points", (*series, Series("none", (), (), role="published")), ("<a>", "b"))
    replaced(equal_dose=lambda setup: Finding((estimate("x", float("nan"), None, 0.0, 1.0),), figure))
    found = run(tmp_path, [TARGET])
    page = render_page(found)
    assert "&lt;a&gt;" in page
    assert "nan" not in "".join(re.findall(r"<svg.*?</svg>", page))
    assert render_page(run(tmp_path, [TARGET])) == page  # kept and read again
    assert found.results[0].to_data()["checks"][0]["measured"] is None


def test_the_example_experiment_pairs_its_arms(monkeypatch):
    asked = []

    class AskedError(Exception):
        pass

    def courses(self, jobs):
        asked.extend(jobs)
        raise AskedError

    monkeypatch.setattr(Setup, "courses", courses)
    setup = Setup(seeds=3 / ENOUGH)
    with pytest.raises(AskedError):
        experiments("practice")["random-practice"](setup)
    assert [job.patient for job in asked] == list(virtual_patients(setup, "order", 3, enrolled_day=30))
    assert {session.order for job in asked for session in job.policy.sessions} == {"random"}
    assert all(job.seed is None for job in asked)


def test_json_of_a_result_is_the_published_form(tmp_path, replaced):
    replaced(equal_dose=gain)
    data = json.loads(json.dumps([row.to_data() for row in run(tmp_path, [TARGET]).results]))
    assert list(data[0]) == ["id", "kind", "group", "checks", "verdict"]
    assert list(data[0]["checks"][0]) == [
        "name",
        "measured",
        "ci_low",
        "ci_high",
        "tol_low",
        "tol_high",
        "verdict",
    ]
