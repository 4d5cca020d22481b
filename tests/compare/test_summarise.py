"""The comparison table: pairing by patient, reference, subgroups, burden, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from rehab_opt.compare import Comparison, difference_curve, info_groups, mean_curve, severity_groups, summarise
from rehab_opt.errors import InputError
from rehab_opt.search.evaluate import PatientResult


def result(index: int, fm: float, baseline: float = 30.0, **changes: object) -> PatientResult:
    plain = PatientResult(
        patient_id=f"p{index:02}",
        enrolled_day=10,
        outcome="completed",
        values={"fm_ue": fm, "arat": fm / 2},
        baseline={"fm_ue": baseline, "arat": baseline / 2},
        hours=15.0,
        sessions=20,
        repetitions=3000.0,
        adverse_events=0,
        seizures=0,
        lesion_growth=0.0,
        curve={"fm_ue": (baseline, (baseline + fm) / 2, fm)},
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def panel(gain: float, spread: float = 1.0, n: int = 24, seed: int = 1) -> tuple[PatientResult, ...]:
    baselines = np.linspace(6, 58, n)
    noise = np.random.default_rng(seed).normal(0, spread, n)
    return tuple(
        result(i, float(b + gain + e), float(b)) for i, (b, e) in enumerate(zip(baselines, noise, strict=True))
    )


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    results = {"searched": panel(9.0, seed=1), "usual-care": panel(6.0, seed=2), "no-therapy": panel(3.0, seed=3)}
    return summarise(results, seed=5, resamples=1000)


def test_difference_is_the_mean_of_the_paired_differences(comparison: Comparison) -> None:
    paired = comparison.paired("searched", "fm_ue")
    found = comparison.difference("searched", "fm_ue")
    assert found.mean == pytest.approx(paired.mean())
    assert found.low is not None
    assert found.high is not None
    assert found.low < paired.mean() < found.high
    assert 2.0 < found.mean < 4.0


def test_pairing_makes_the_interval_narrow_although_patients_differ_widely(comparison: Comparison) -> None:
    row = comparison.row("searched", "fm_ue")
    assert row.sd > 10.0
    assert row.low is not None
    assert row.high is not None
    assert row.high - row.low < 2.0


def test_reference_has_no_difference_to_itself(comparison: Comparison) -> None:
    row = comparison.row("usual-care", "fm_ue")
    assert (row.difference, row.low, row.p_holm, row.better) == (None, None, None, None)
    assert comparison.difference("usual-care", "fm_ue").mean == 0.0


def test_order_of_patients_does_not_matter(comparison: Comparison) -> None:
    results = {
        "searched": panel(9.0, seed=1)[::-1],
        "usual-care": panel(6.0, seed=2),
        "no-therapy": panel(3.0, seed=3)[::-1],
    }
    assert summarise(results, seed=5, resamples=1000) == comparison


def test_other_protocols_do_not_change_a_row_but_its_adjusted_p(comparison: Comparison) -> None:
    alone = summarise({"searched": panel(9.0, seed=1), "usual-care": panel(6.0, seed=2)}, seed=5, resamples=1000)
    own, other = alone.row("searched", "fm_ue"), comparison.row("searched", "fm_ue")
    assert replace(own, p_holm=None) == replace(other, p_holm=None)
    assert own.p_holm == own.p
    assert other.p_holm == pytest.approx(2 * (other.p or 0.0))


def test_patients_that_cannot_be_paired_are_refused() -> None:
    other = tuple(replace(r, patient_id=f"q{r.patient_id}") for r in panel(9.0))
    with pytest.raises(InputError, match=r"searched: patients are not the same as under 'usual-care'"):
        summarise({"searched": other, "usual-care": panel(6.0)})
    with pytest.raises(InputError, match=r"23 against 24 \(got 'p00'\)"):
        summarise({"searched": panel(9.0)[1:], "usual-care": panel(6.0)})
    with pytest.raises(InputError, match="appears twice"):
        summarise({"usual-care": (result(1, 30.0), result(1, 31.0))})


def test_missing_reference_measure_and_values_are_named() -> None:
    with pytest.raises(InputError, match="did you mean 'usual-care'"):
        summarise({"usual-care": panel(6.0)}, reference="usual-car")
    with pytest.raises(InputError, match="did you mean 'fm_ue'"):
        summarise({"usual-care": panel(6.0)}, measures=("fm-ue",))
    broken = replace(panel(6.0)[0], values={"fm_ue": float("nan"), "arat": 1.0})
    with pytest.raises(InputError, match="patient p00: fm_ue: value is not a finite number"):
        summarise({"usual-care": (broken, *panel(6.0)[1:])})


def test_unknown_row_names_the_nearest(comparison: Comparison) -> None:
    with pytest.raises(InputError, match="did you mean 'searched'"):
        comparison.row("serched", "fm_ue")
    with pytest.raises(InputError, match="unknown group"):
        comparison.row("searched", "fm_ue", "men")


def test_severity_bands_meet_at_20_and_40(comparison: Comparison) -> None:
    people = [result(i, 50.0, baseline) for i, baseline in enumerate((19.9, 20.0, 39.9, 40.0, 66.0))]
    assert list(severity_groups(people).values()) == [
        "FM-UE < 20",
        "FM-UE 20-39",
        "FM-UE 20-39",
        "FM-UE >= 40",
        "FM-UE >= 40",
    ]
    counts = [comparison.row("searched", "fm_ue", g).patients for g in ("FM-UE < 20", "FM-UE 20-39", "FM-UE >= 40")]
    assert sum(counts) == comparison.patients == 24


def test_subgroups_carry_intervals_but_no_p_and_small_ones_no_interval() -> None:
    groups = {"sex": {f"p{i:02}": "f" if i < 4 else "m" for i in range(24)}}
    found = summarise({"a": panel(9.0), "usual-care": panel(6.0, seed=2)}, groups=groups, resamples=500)
    few, many = found.row("a", "fm_ue", "f"), found.row("a", "fm_ue", "m")
    assert few.patients == 4
    assert few.difference is not None
    assert few.low is None
    assert many.low is not None
    assert many.p is None
    assert found.groupings() == ("severity", "sex")


def test_info_columns_become_groups_only_where_they_divide() -> None:
    info: dict[str, dict[str, str | float]] = {
        f"p{i}": {"age": 40.0 + i, "clinic": "A", "name": f"person {i}", "mep": "yes" if i % 2 else "no"}
        for i in range(10)
    }
    groups = info_groups(info)
    assert set(groups) == {"age", "mep"}
    assert set(groups["age"].values()) == {"age <= 44.5", "age > 44.5"}


def test_important_change_counts_from_the_own_baseline() -> None:
    gains = (4.9, 5.0, 9.0, -1.0)
    rows = summarise({"usual-care": tuple(result(i, 30.0 + g) for i, g in enumerate(gains))}, measures=("fm_ue",))
    assert rows.row("usual-care", "fm_ue").important == 0.5


def test_burden_and_courses_that_did_not_complete_are_counted() -> None:
    ran_away = result(1, 0.0, outcome="runaway", adverse_events=2, seizures=1, hours=5.0)
    row = summarise({"usual-care": (result(0, 40.0), ran_away)}, measures=("fm_ue",)).row("usual-care", "fm_ue")
    assert (row.incomplete, row.adverse_events, row.hours, row.repetitions) == (1, 1.0, 10.0, 3000.0)


def test_frame_and_plain_form_hold_every_row(comparison: Comparison) -> None:
    frame = comparison.to_frame()
    assert len(frame) == len(comparison.rows) == 2 * 3 * 4
    assert {"protocol", "measure", "group", "difference", "low", "high", "p_holm", "patients"} <= set(frame.columns)
    plain = json.loads(json.dumps(comparison.to_dict()))
    assert len(plain["rows"]) == len(frame)
    assert "not clinical advice" in plain["note"]


def test_figure_shows_every_protocol_but_the_reference(comparison: Comparison) -> None:
    axes = comparison.figure("fm_ue").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["no-therapy", "searched"]
    assert "24 virtual patients" in axes.get_xlabel()


def test_curves_hold_the_mean_and_its_band(comparison: Comparison) -> None:
    ours, theirs = comparison.results["searched"], comparison.results["usual-care"]
    curve = mean_curve("searched", ours, "fm_ue", seed=1, resamples=300)
    assert curve.mean[-1] == pytest.approx(comparison.row("searched", "fm_ue").mean)
    assert all(low <= mean <= high for low, mean, high in zip(curve.low, curve.mean, curve.high, strict=True))
    difference = difference_curve("searched", ours, theirs, "fm_ue", seed=1, resamples=300)
    assert difference.mean[-1] == pytest.approx(comparison.difference("searched", "fm_ue").mean)
    assert difference.high[-1] - difference.low[-1] < curve.high[-1] - curve.low[-1]


def test_curves_of_other_patients_or_without_weeks_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be paired"):
        difference_curve("a", panel(3.0), panel(3.0)[1:], "fm_ue")
    with pytest.raises(InputError, match="missing or differ"):
        mean_curve("a", [replace(r, curve=None) for r in panel(3.0)], "fm_ue")
