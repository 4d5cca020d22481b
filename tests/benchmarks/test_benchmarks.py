"""What the measurements conclude from their numbers; the numbers themselves take longer than a test."""

import json
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import rehab_opt as ro
from benchmarks import __main__ as everything
from benchmarks import guard, summary
from benchmarks.common import usual_care
from benchmarks.course import HORIZON, Row, exponent, figures
from benchmarks.figures import Figure, read, stored
from benchmarks.kernel_calls import COUNTS, largest_calls
from benchmarks.profile import REST, profile
from benchmarks.settle_case import settle_case
from benchmarks.timing import Clocks, around_kernels, counted, kernel_places
from rehab_opt.mechanisms import names
from rehab_opt.mechanisms.plasticity import task_learning

SMALL = ro.Model(set={"network.units": 240})


def row(units, seconds, days=28, megabytes=2.0):
    return Row(units, 50 * units, days, seconds, megabytes, 1.3, 8.0, 1e6, 1e6)


@pytest.mark.parametrize("power", [0.8, 1.0, 1.3])
def test_the_exponent_of_a_power_law_is_found(power):
    sizes = np.array([3e4, 1e5, 5e5, 1e6])
    assert exponent(sizes, 3e-6 * sizes**power) == pytest.approx(power)


def test_the_exponent_compares_equal_days_from_the_default_size_on():
    rows = [row(240, 9.0), row(600, 0.06), row(600, 0.4, HORIZON), row(2000, 0.2), row(20_000, 2.0)]
    found = figures(rows, HORIZON)
    assert [figure.met for figure in found] == [True, True, True]
    assert found[2].value == "1"
    slow = figures([replace(r, seconds=r.seconds * 1.5, megabytes=51.0) for r in rows], HORIZON)
    assert [figure.met for figure in slow] == [False, False, True]


def test_the_guard_flags_a_loss_over_15_percent_and_nothing_else():
    lost = guard.losses({"a": 1.16, "b": 1.15, "c": 0.2, "new": 9.0}, {"a": 1.0, "b": 1.0, "c": 1.0, "gone": 1.0})
    assert lost == {"a": 0.16, "b": 0.15, "c": -0.8}
    assert guard.flagged(lost) == ["a"]


@pytest.mark.parametrize(("second", "expected"), [(1.0, []), (1.3, ["settle"])])
def test_what_seems_lost_is_measured_a_second_time(second, expected, monkeypatch):
    answers = iter([{"settle": 1.3, "pack": 1.0}, {"settle": second}])
    monkeypatch.setattr(guard, "timings", lambda: {"settle": float, "pack": float})
    monkeypatch.setattr(guard, "ratios", lambda work, rounds: next(answers))
    accepted = {"settle": 1.0, "pack": 1.0}
    assert guard.flagged(guard.losses(guard.measure(accepted, 3), accepted)) == expected


def test_a_ratio_is_the_best_of_each_over_the_best_of_the_yardstick(monkeypatch):
    yardstick, own = iter([2.0, 4.0, 3.0]), iter([9.0, 6.0, 7.0])
    monkeypatch.setattr(guard, "calibrate", lambda: next(yardstick))
    assert guard.ratios({"settle": lambda: next(own)}, 3) == {"settle": 3.0}


def test_figures_survive_the_file():
    found = [Figure.at_most("course", 0.34, 0.5, "s"), Figure.between("exponent", 1.2, 0.9, 1.1)]
    assert read(json.loads(json.dumps({"acceptance": stored(found)}))) == found
    assert [figure.met for figure in found] == [True, False]


def test_the_page_gets_the_table_and_keeps_the_rest(tmp_path, monkeypatch):
    monkeypatch.setattr(summary, "RESULTS", tmp_path)
    page = tmp_path / "README.md"
    begin, end = "<!-- generated: acceptance; begin -->", "<!-- generated: acceptance; end -->"
    page.write_text(f"before\n{begin}\nold\n{end}\nafter\n", "utf-8")
    summary.refresh({"course": [Figure.at_most("a course", 0.7, 0.5, "s")], "peers": []}, 12.0, page)
    text = page.read_text("utf-8")
    assert text.startswith(f"before\n{begin}\n")
    assert text.endswith(f"{end}\nafter\n")
    assert "old" not in text
    assert "| course | a course | 0.7 s | <= 0.5 s | **miss** |" in text
    assert "| peers | - | no result | - | **miss** |" in text
    assert "not measured with this source" in text


def test_the_real_page_has_one_place_for_the_table():
    assert "|" in summary.fill(summary.PAGE.read_text("utf-8"), summary.MARKER, "|")


def test_a_measurement_that_crashes_costs_only_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(everything.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=-11))
    assert everything.run_part("course", True, tmp_path) == []
    monkeypatch.setattr(everything, "RESULTS", tmp_path)
    (tmp_path / "course.json").write_text(json.dumps({"acceptance": stored([Figure("x", "1", "1", True)])}), "utf-8")
    assert everything.run_part("course", False, tmp_path) == [], "an old file is no result of this run"


def test_time_in_an_inner_watch_is_not_in_the_outer_one():
    clocks = Clocks()
    inner = clocks.around("inner", lambda: time.sleep(0.02))
    clocks.around("outer", lambda: [inner(), time.sleep(0.005)])()
    assert clocks.seconds["inner"] >= 0.02
    assert 0.005 <= clocks.seconds["outer"] < 0.02
    assert clocks.calls == {"inner": 1, "outer": 1}


def test_watches_change_no_number_and_see_every_mechanism():
    patient = ro.Patient.sample(seed=1)
    parts = {part.name: part for part in profile(SMALL, patient, 15, 1)}
    assert set(names()) | {"settling: steps", "records", REST} <= set(parts)
    assert sum(part.share for part in parts.values()) == pytest.approx(1.0, abs=0.05)
    plain = usual_care(SMALL, patient, 15)
    with around_kernels(Clocks().around):
        watched = usual_care(SMALL, patient, 15)
    assert np.array_equal(plain.measures["fm_ue"], watched.measures["fm_ue"])
    assert hasattr(task_learning.hebbian, "py_func"), "put back"


def test_every_kernel_of_learning_can_be_replayed_and_counted():
    calls = largest_calls(SMALL, ro.Patient.sample(seed=1))
    assert set(COUNTS) <= set(calls)
    assert set(calls) <= set(kernel_places())
    for name, count in COUNTS.items():
        adds, moved = count(calls[name].named)
        assert moved > 0, name
        assert adds >= 0, name
        before = [np.copy(a) for a in calls[name].arguments if isinstance(a, np.ndarray)]
        assert 0 < calls[name].seconds(2) < 1
        after = [a for a in calls[name].arguments if isinstance(a, np.ndarray)]
        assert all(np.array_equal(one, other, equal_nan=True) for one, other in zip(before, after, strict=True)), name


def test_a_settle_case_takes_the_steps_it_is_asked_for():
    case = settle_case(240)
    before = case.settling.work.steps
    case.run(17)
    assert case.settling.work.steps - before == 17
    silenced = settle_case(240, alive=np.where(np.arange(240) % 3 == 0, 0.0, 1.0))
    assert silenced.synapses < case.synapses
    assert not silenced.rates[::3].any()


def test_work_of_a_course_is_counted():
    with counted() as found:
        usual_care(SMALL, ro.Patient.sample(seed=1), 15)
    assert len(found) == 1
    assert found[0].settles >= 16
    assert found[0].synapse_updates > found[0].steps > 0
