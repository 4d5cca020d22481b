"""A lesion kills the units and cuts the fibres that it names, and nothing else."""

from itertools import pairwise

import numpy as np
import pytest

from rehab_opt.course.model import Model
from rehab_opt.errors import InputError
from rehab_opt.network.healthy import healthy_network
from rehab_opt.network.layout import MOTOR, SENSORY
from rehab_opt.parameters import Parameters
from rehab_opt.patient import Disc, Lesion, Patient
from rehab_opt.patient.build import build
from rehab_opt.patient.damage import dead_units, spared_fibres
from rehab_opt.therapy import protocols

SMALL = Parameters({"network.units": 240})


@pytest.fixture(scope="module")
def network():
    return healthy_network(SMALL, 1)


def struck(network, lesion, side="right"):
    patient = Patient(id="p", seed=5, wiring=1, lesion=lesion, affected_side=side)
    return np.flatnonzero(dead_units(patient, network, SMALL))


def test_nothing_dies_without_a_lesion(network):
    assert len(struck(network, Lesion.none())) == 0


@pytest.mark.parametrize(("side", "hemisphere"), [("right", 0), ("left", 1)])
def test_a_disc_takes_its_share_of_the_area_opposite_to_the_arm(network, side, hemisphere):
    dead = struck(network, Lesion.disc(area="sensory", share=0.3), side)
    assert len(dead) == round(0.3 * len(network.layout.select(hemisphere, SENSORY)))
    assert set(dead) <= set(network.layout.select(hemisphere, SENSORY))


def test_a_larger_disc_contains_the_smaller_one(network):
    sizes = [set(struck(network, Lesion.disc(share=share))) for share in (0.1, 0.2, 0.5, 1.0)]
    assert all(small < large for small, large in pairwise(sizes))


def test_a_disc_by_radius_takes_all_within_it_and_may_reach_the_neighbouring_area(network):
    layout = network.layout
    border = (layout.centre(MOTOR)[0], layout.centre(MOTOR)[1] - layout.side / 2)
    dead = struck(network, Lesion(discs=(Disc(centre_mm=border, radius_mm=3.0),)))
    left = layout.select(0)
    inside = left[np.linalg.norm(layout.position[left] - np.array(border), axis=1) <= 3.0]
    assert set(dead) == set(inside)
    assert set(layout.area[dead]) == {MOTOR, SENSORY}


def test_two_discs_strike_together(network):
    one, two = Disc(share=0.2), Disc(area="cognitive", share=0.1)
    both = struck(network, Lesion(discs=(one, two)))
    assert set(both) == set(struck(network, Lesion(discs=(one,)))) | set(struck(network, Lesion(discs=(two,))))


def test_the_strongest_are_of_the_right_kind_and_none_left_is_stronger(network):
    layout, rates = network.layout, network.learned.rates
    for lesion, excitatory, strength in (
        (Lesion.responders(5), True, rates.max(axis=1)),
        (Lesion.interneurons(3), False, rates.mean(axis=1)),
    ):
        dead = struck(network, lesion)
        group = layout.select(0, MOTOR, excitatory)
        assert len(dead) == lesion.strongest_responders + lesion.strongest_interneurons
        assert set(dead) <= set(group)
        assert strength[dead].min() >= strength[np.setdiff1d(group, dead)].max()


def test_explicit_units_die_and_one_that_does_not_exist_is_refused(network):
    assert struck(network, Lesion(units=(3, 77, 200))).tolist() == [3, 77, 200]
    assert struck(network, Lesion(units=(239,))).tolist() == [239]
    with pytest.raises(InputError, match=r"no such unit.*0 to 239"):
        struck(network, Lesion(units=(240,)))
    with pytest.raises(InputError, match="more units than there are"):
        struck(network, Lesion.responders(33))


def test_fibres_are_spared_by_share_and_nested(network):
    layout = network.layout
    group = layout.select(0, MOTOR, excitatory=True)
    spared = []
    for share in (0.0, 0.25, 0.5, 0.9, 1.0):
        patient = Patient(id="p", seed=5, lesion=Lesion.disc(share=0.2, cst_spared=share))
        dead = dead_units(patient, network, SMALL)
        fibre = spared_fibres(patient, network, dead, SMALL)
        alive = group[~dead[group]]
        assert fibre[alive].sum() == pytest.approx(share * len(alive))
        assert not fibre[dead].any()
        assert (fibre[np.setdiff1d(np.arange(layout.units), np.r_[group, np.flatnonzero(dead)])] == 1).all()
        spared.append(fibre)
    assert all((few <= many).all() for few, many in pairwise(spared))


def test_sensory_fibres_are_their_own(network):
    patient = Patient(id="p", seed=5, lesion=Lesion(sensory_spared=0.5))
    fibre = spared_fibres(patient, network, dead_units(patient, network, SMALL), SMALL)
    assert set(np.flatnonzero(fibre < 1)) <= set(network.layout.select(0, SENSORY, excitatory=True))
    assert (fibre < 1).any()


def test_dead_units_are_silent_and_the_rim_is_near_the_lesion():
    made = build(Patient(id="p", seed=5, wiring=1, lesion=Lesion.disc(share=0.2)), SMALL)
    anatomy, state = made.anatomy, made.state
    assert not state.alive[anatomy.dead].any()
    assert (anatomy.rim[anatomy.dead] == 1).all()
    assert not anatomy.rim[anatomy.layout.select(1)].any()
    assert 0 < anatomy.cut_input.max() <= 1
    healthy = build(Patient(id="p", seed=5, wiring=1), SMALL).anatomy
    assert not healthy.rim.any()
    assert not healthy.cut_input.any()


def test_a_patient_that_needs_a_fit_is_refused():
    with pytest.raises(InputError, match="fitted first"):
        build(Patient.sample(seed=1, baseline_fm=30), SMALL)
    with pytest.raises(InputError, match="fitted first"):
        Model(set={"network.units": 240}).simulate(
            Patient.sample(seed=1, baseline_fm=30), protocols["no-therapy"].policy(), 2, 1
        )
