"""The file of a calibration: what it may hold, and that only targets of the kind calibrate enter a fit."""

import pytest

from rehab_opt.errors import InputError
from rehab_opt.network import healthy
from rehab_opt.parameters import catalogue
from rehab_opt.validation import Setup, targets, virtual_patients
from rehab_opt.validation.calibration import load_calibration, parse_calibration
from rehab_opt.validation.calibration.evaluate import HEALTHY_GROUPS, setup_of
from rehab_opt.validation.calibration.fitted import resolve
from rehab_opt.validation.work import Bench

HEAD = 'name = "small"\n'
BOUTS = '[parameters]\n"practice.bout-minutes" = {}\n'


def test_only_calibrate_targets_enter_and_all_of_them_by_default():
    found = parse_calibration(HEAD + BOUTS)
    assert {targets()[name].kind for name in found.targets} == {"calibrate"}
    assert len(found.targets) == 12


@pytest.mark.parametrize("name", [target.id for target in targets().values() if target.kind == "shape"])
def test_a_shape_target_is_refused(name):
    with pytest.raises(InputError, match="never fitted"):
        parse_calibration(HEAD + f'targets = ["chronic-floor", "{name}"]\n' + BOUTS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOUTS, "name"),
        (HEAD, "must name the parameters"),
        (HEAD + "seed = -1\n" + BOUTS, "0 or more"),
        (HEAD + "seed = true\n" + BOUTS, "whole number"),
        (HEAD + "seeds = 0\n" + BOUTS, "positive"),
        (HEAD + "trails = 3\n" + BOUTS, "'trials'"),
        (HEAD + 'sampler = "tpee"\n' + BOUTS, "'tpe'"),
        (HEAD + 'sampler = "cma-es"\n' + BOUTS, "two searched ranges"),
        (HEAD + 'targets = ["chronic-flor"]\n' + BOUTS, "'chronic-floor'"),
        (HEAD + "targets = []\n" + BOUTS, "different targets"),
        (HEAD + '[parameters]\n"practice.bout-minuts" = {}', "'practice.bout-minutes'"),
        (HEAD + '[parameters]\n"practice.bout-minutes" = { high = 70 }', "1 to 60"),
        (HEAD + '[parameters]\n"practice.bout-minutes" = { low = 16 }', "today's value"),
        (HEAD + '[parameters]\n"practice.bout-minutes" = { scale = "lin" }', "'linear'"),
        (HEAD + '[parameters]\n"practice.bout-minutes" = { hi = 50 }', "unknown key"),
        (HEAD + '[parameters]\n"assessment.fm-noise" = { scale = "log" }', "above 0"),
        ("name = ", "TOML"),
    ],
)
def test_bad_files_are_refused(tmp_path, text, words):
    file = tmp_path / "c.toml"
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        load_calibration(file)
    assert words in str(caught.value)
    assert str(caught.value).startswith(str(file))


def test_the_range_is_the_prior_unless_the_file_narrows_it():
    row = resolve("practice.bout-minutes", {"high": 40})
    assert (row.low, row.high) == (catalogue()["practice.bout-minutes"].prior[0], 40.0)
    assert row.start == catalogue()["practice.bout-minutes"].value
    assert row.prior == catalogue()["practice.bout-minutes"].prior


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_the_prior_range_is_two_standard_deviations_each_way(scale):
    row = resolve("practice.bout-minutes", {"scale": scale})
    assert row.departure(row.start) == 0
    assert row.departure(row.high) - row.departure(row.low) == pytest.approx(4)
    middle = 60**0.5 if scale == "log" else 30.5
    assert row.place(middle) == pytest.approx(0.5)


def test_calibration_and_validation_share_no_patient():
    calibration = parse_calibration(HEAD + BOUTS)
    with Bench(workers=1) as bench:
        setups = [
            Setup(),
            setup_of(calibration, {}, "trial", 0, bench),
            *(setup_of(calibration, {}, "fresh", repeat, bench) for repeat in range(3)),
        ]
    seeds = [{patient.seed for patient in virtual_patients(setup, "population", 100)} for setup in setups]
    assert len(set.union(*seeds)) == 500


def test_parameters_that_change_healthy_networks_are_known_here():
    assert HEALTHY_GROUPS == healthy._GROUPS


def test_the_calibration_of_the_project_can_be_read():
    from pathlib import Path

    found = load_calibration(Path(__file__).parents[2] / "studies" / "calibration.toml")
    assert set(found.targets) == {row.id for row in targets().values() if row.kind == "calibrate"}
