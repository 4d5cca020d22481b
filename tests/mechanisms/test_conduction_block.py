"""Spared fibres in the oedema round a cut conduct nothing at first and all of it in the end, whoever practises."""

import numpy as np
import pytest

from rehab_opt.course.model import Model
from rehab_opt.mechanisms.milieu.conduction_block import left
from rehab_opt.network.layout import MOTOR, SENSORY
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Lesion, Patient, Traits
from rehab_opt.patient.build import build
from rehab_opt.therapy import ConstantPolicy, Schedule

SMALL = Parameters({"network.units": 240})


def made(traits=None, **lesion):
    return build(Patient(id="p", seed=5, wiring=1, lesion=Lesion(**lesion), traits=traits or Traits()), SMALL)


def test_a_block_only_ever_falls_and_is_gone_in_the_end():
    course = [left(day, 9.0) for day in range(400)]
    assert course[0] == 1
    assert (np.diff(course) <= 0).all()
    assert course[-1] == 0


def test_next_to_nothing_returns_in_the_first_days_and_half_within_two_time_constants():
    assert left(1.0, 9.0) > 0.99
    assert left(1.678 * 9.0, 9.0) == pytest.approx(0.5, abs=1e-3)


def test_oedema_lies_in_the_tract_that_was_cut_and_nowhere_else():
    anatomy = made(cst_spared=0.8).anatomy
    tract = anatomy.layout.select(anatomy.lesioned, MOTOR, excitatory=True)
    share = SMALL["lesion.oedema-width"] * np.sqrt(0.2) / 0.8
    assert anatomy.oedema[tract] == pytest.approx(np.full(len(tract), share), rel=1e-4)
    assert not np.delete(anatomy.oedema, tract).any()


def test_sensory_fibres_have_their_own_oedema():
    anatomy = made(sensory_spared=0.5).anatomy
    tract = anatomy.layout.select(anatomy.lesioned, SENSORY, excitatory=True)
    assert set(np.flatnonzero(anatomy.oedema)) == set(tract)


@pytest.mark.parametrize("lesion", [{}, {"cst_spared": 0.0}])
def test_without_a_cut_and_without_spared_fibres_there_is_nothing_to_block(lesion):
    assert not made(**lesion).anatomy.oedema.any()


def test_a_larger_cut_blocks_more_and_a_narrower_zone_less_but_never_more_than_all():
    shares = [made(cst_spared=spared).anatomy.oedema.max() for spared in (0.99, 0.9, 0.7, 0.3)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    narrow = made(Traits(oedema_width=0.5), cst_spared=0.9).anatomy.oedema.max()
    assert narrow == pytest.approx(shares[1] / 2, rel=1e-4)


def test_what_is_blocked_returns_by_itself_and_sooner_in_a_rodent():
    patient = Patient(id="p", seed=5, wiring=1, lesion=Lesion(cst_spared=0.9), traits=Traits(oedema_width=1.5))
    frozen = ("task-learning", "structural-plasticity", "homeostasis", "consolidation", "inhibitory-plasticity")
    nothing = ConstantPolicy(Schedule(name="nothing", sessions=(), origin="lesion"))
    human, rodent = (
        Model(off=frozen, set={"network.units": 240, "milieu.clock": clock}).simulate(patient, nothing, 60, 1)
        for clock in (5.0, 1.0)
    )
    assert human.at("fm_ue", 60) > human.at("fm_ue", 1) + 10
    assert rodent.at("fm_ue", 10) > human.at("fm_ue", 10) + 5
    assert rodent.at("fm_ue", 60) == pytest.approx(human.at("fm_ue", 60), abs=2)
