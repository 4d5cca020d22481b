"""Runs on people with measured baselines: every panel is fitted first, once, and the table is kept with the run."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from tiny import tiny_study

from rehab_opt.compare import compare
from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.patient import CohortSpec
from rehab_opt.pipeline import SEARCHED, load_run, optimize
from rehab_opt.search import read_log

SPEC = ModelSpec("models_for_fitting:SlopeModel")
PEOPLE = "id,days_since_stroke,fm_ue,mep\nA,8,22,yes\nB,20,40,no\nC,15,33,yes\n"
TABLES = ("trials.csv", "patients.csv", "comparison.csv")


def fitted_study(**changes):
    cohort = CohortSpec(fm_mean=35.0, fm_sd=8.0, fm_low=15.0, fm_high=60.0, enrolled_low=5, enrolled_high=20)
    study = replace(tiny_study(trials=3), model=SPEC, cohort=cohort)
    return replace(study, **changes)


def people_study(folder: Path, name: str = "people.csv"):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(PEOPLE)
    sha256 = hashlib.sha256(PEOPLE.encode()).hexdigest()
    return fitted_study(cohort=CohortSpec(people=str(folder / name)), people_sha256=sha256).checked()


class Stages(list):
    def on_stage(self, stage, total):
        self.append((stage, total))

    def on_trial(self, *rest):
        pass

    def on_block(self, stage, done, total, seconds_left):
        if stage == "fit":
            self.append(done)


@pytest.fixture
def count(tmp_path, monkeypatch):
    file = tmp_path / "count"
    monkeypatch.setenv("FIT_COUNT", str(file))
    return lambda: len(file.read_text().splitlines()) if file.exists() else 0


def test_every_panel_starts_from_its_measured_baselines(tmp_path):
    seen = Stages()
    run = optimize(fitted_study(), tmp_path / "run", executor="serial", progress=seen)
    target = {patient.id: patient.baseline_fm for patient in run.study.patients("confirm")}
    fits = read_log(tmp_path / "run" / "log.jsonl").fits
    assert len(fits) == 5 + 4 + 6
    for result in run.results[SEARCHED]:
        assert result.baseline["fm_ue"] == fits[result.patient_id].fit.achieved
        assert abs(result.baseline["fm_ue"] - target[result.patient_id]) <= 0.75
    assert seen[:6] == [("fit", 5), 1, 2, 3, 4, 5]
    assert [stage for stage in seen if isinstance(stage, tuple) and stage[0] == "fit"] == [
        ("fit", 5),
        ("fit", 4),
        ("fit", 6),
    ]


@pytest.mark.parametrize(("executor", "workers"), [("threads", 2), ("processes", 2)])
def test_workers_change_no_number(executor, workers, tmp_path):
    optimize(fitted_study(), tmp_path / "a", executor="serial")
    optimize(fitted_study(), tmp_path / "b", executor=executor, workers=workers)
    assert [(tmp_path / "a" / t).read_bytes() for t in TABLES] == [(tmp_path / "b" / t).read_bytes() for t in TABLES]


@pytest.mark.parametrize("kept", [2, 5, 7, 19])
def test_from_any_line_of_the_log_no_fit_is_made_twice(kept, tmp_path, count):
    run, log = optimize(fitted_study(), tmp_path / "run", executor="serial"), tmp_path / "run" / "log.jsonl"
    whole, results = count(), run.results
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:kept]))
    kept_log = read_log(log)
    spared = sum(record.fit.evaluations for record in kept_log.fits.values())
    spared += sum(len(block.results) for block in kept_log.blocks.values())
    spared += sum(len(trial.results) for trial in kept_log.trials.values() if trial.origin == "sampler")
    (tmp_path / "run" / "manifest.json").unlink()
    again = optimize(fitted_study(), tmp_path / "run", executor="serial")
    assert again.results == results
    assert count() - whole == whole - spared


def test_a_finished_run_is_read_without_fitting(tmp_path, count):
    run = optimize(fitted_study(), tmp_path / "run", executor="serial")
    made = count()
    assert load_run(tmp_path / "run").results == run.results
    assert count() == made


def test_compare_fits_its_fresh_patients(tmp_path):
    study = fitted_study()
    found = compare(study, patients=5, executor="threads", workers=2)
    target = {patient.id: patient.baseline_fm for patient in study.patients("compare", 5)}
    assert all(abs(r.baseline["fm_ue"] - target[r.patient_id]) <= 0.75 for r in found.results["usual-care"])
    assert compare(study, patients=5, executor="serial").results == found.results


def test_a_model_that_fails_on_a_patient_ends_the_run_with_the_patient(tmp_path):
    study = fitted_study(model=ModelSpec("models_for_fitting:FaultyModel"))
    with pytest.raises(InputError, match=r"search-000\d could not be fitted .*no such synapse"):
        optimize(study, tmp_path / "run", executor="serial")


def test_the_table_of_people_is_kept_beside_the_study(tmp_path):
    study = people_study(tmp_path / "data")
    run = optimize(study, tmp_path / "run", executor="serial")
    assert (tmp_path / "run" / "people.csv").read_text() == PEOPLE
    (tmp_path / "data" / "people.csv").unlink()
    again = load_run(tmp_path / "run")
    assert again.results == run.results
    assert again.comparison == run.comparison


def test_a_copy_that_was_edited_or_taken_away_is_refused(tmp_path):
    study = people_study(tmp_path / "data")
    optimize(study, tmp_path / "run", executor="serial")
    copy = tmp_path / "run" / "people.csv"
    copy.write_text(PEOPLE.replace("33", "34"))
    with pytest.raises(InputError, match=r"people\.csv: the run's copy .* was edited"):
        optimize(study, tmp_path / "run", executor="serial")


def test_a_table_that_changed_since_the_study_was_read_is_refused(tmp_path):
    study = people_study(tmp_path / "data")
    (tmp_path / "data" / "people.csv").write_text(PEOPLE.replace("33", "34"))
    with pytest.raises(InputError, match="changed since the study was read"):
        optimize(study, tmp_path / "run", executor="serial")
    assert not (tmp_path / "run" / "study.toml").exists()


def test_a_table_with_the_name_of_a_result_is_refused(tmp_path):
    with pytest.raises(InputError, match="rename the table"):
        optimize(people_study(tmp_path / "data", "patients.csv"), tmp_path / "run", executor="serial")
