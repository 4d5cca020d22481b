"""The built-in scores keep the readout contract, and a readout with faults does not."""

import numpy as np
import pytest

from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient
from rehab_opt.patient.build import build
from rehab_opt.readout import Biomarkers, clinical, score
from rehab_opt.readout.testing import ReadoutContract, scrambled

SMALL = Parameters({"network.units": 240})


def brain(lesion: Lesion | None = None):
    return build(Patient(id="p", seed=5, wiring=1, lesion=lesion or Lesion.none()), SMALL)


class TestScore(ReadoutContract):
    def readout(self, anatomy, state):
        return score(anatomy, state)

    def patient(self):
        made = brain()
        return made.anatomy, made.state


class Constant(TestScore):
    def readout(self, anatomy, state):
        return {"flat": 1.0}


class Writer(TestScore):
    def readout(self, anatomy, state):
        state.fibre *= 0.9
        return score(anatomy, state)


@pytest.mark.parametrize(
    ("suite", "check"),
    [
        (Constant, "test_a_scrambled_readout_sits_at_the_floor"),
        (Constant, "test_a_silent_network_can_do_nothing"),
        (Writer, "test_it_changes_nothing"),
        (Writer, "test_the_same_state_gives_the_same_values"),
    ],
)
def test_the_contract_finds_a_broken_readout(suite, check):
    with pytest.raises(AssertionError):
        getattr(suite(), check)()


def test_a_readout_turned_round_scores_almost_nothing():
    made = brain()
    turned = scrambled(made.anatomy, 1)
    for skill in turned.skills:
        skill.path.weight[:] = np.roll(made.anatomy.skills[turned.skills.index(skill)].path.weight, 4, axis=0)
    assert max(score(turned, made.state).values()) < 0.2


def test_function_falls_with_fibres_and_the_other_arm_is_spared():
    found = [score(b.anatomy, b.state) for b in (brain(), brain(Lesion(cst_spared=0.6)), brain(Lesion(cst_spared=0.2)))]
    for name in ("impairment", "motor", "activity"):
        values = [row[name] for row in found]
        assert values == sorted(values, reverse=True), name
        assert values[-1] < 0.7 * values[0], name
    assert found[2]["sensory"] == found[0]["sensory"]
    assert found[2]["good-arm"] > 0.8


def test_clinical_scores_are_fixed_links():
    worst, best = (dict.fromkeys(["impairment", "activity", "motor", "sensory", "cognitive"], x) for x in (0.0, 1.0))
    assert set(clinical(worst, 0.0, 0.9).values()) == {0.0}
    ends = clinical(best, 0.95, 0.9)
    assert (ends["fm_ue"], ends["arat"], ends["use"], ends["function_motor"]) == (66.0, 57.0, 5.0, 100.0)


def test_biomarkers_of_an_intact_network_are_at_rest_and_an_area_that_is_gone_has_none():
    from rehab_opt.course.day import new_day

    made = brain()
    day = new_day(made.anatomy, 0, 0.0, ())
    found = Biomarkers(made.anatomy).measure(made.state, day)
    assert found["connectivity"] == pytest.approx(1.0)
    assert found["newly_responsive"] == found["turnover"] == 0.0
    gone = brain(Lesion.disc(share=1.0))
    assert set(Biomarkers(gone.anatomy).measure(gone.state, day).values()) == {0.0}
