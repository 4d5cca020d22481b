"""Lesions and traits are checked plain data that survives JSON and pickling."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_opt.errors import InputError
from rehab_opt.network import layout
from rehab_opt.patient import Disc, Lesion, Traits, lesion, trait_spreads
from rehab_opt.patient.traits import DEFAULT_SPREADS

shares = st.floats(0, 1)
places = st.none() | st.tuples(st.floats(-50, 50), st.floats(-50, 50))
areas = st.sampled_from(lesion.AREAS)
discs = st.builds(Disc, area=areas, centre_mm=places, share=shares) | st.builds(
    Disc, area=areas, centre_mm=places, radius_mm=st.floats(0, 100)
)
lesions = st.builds(
    Lesion,
    hemisphere=st.sampled_from(lesion.HEMISPHERES),
    discs=st.lists(discs, max_size=3).map(tuple),
    cst_spared=shares,
    sensory_spared=shares,
    units=st.lists(st.integers(0, 599), max_size=5).map(tuple),
    strongest_responders=st.integers(0, 40),
    strongest_interneurons=st.integers(0, 40),
    strongest_area=areas,
)
traits = st.builds(
    Traits, **{name: st.floats(0.01, 10 if name == "stimulation_orientation" else 100) for name in DEFAULT_SPREADS}
)


@given(lesions)
@settings(max_examples=60, deadline=None)
def test_lesion_survives_json_and_pickling(drawn: Lesion) -> None:
    assert Lesion.from_data(json.loads(json.dumps(drawn.to_data(), allow_nan=False))) == drawn
    assert pickle.loads(pickle.dumps(drawn)) == drawn


@given(traits)
@settings(max_examples=30, deadline=None)
def test_traits_survive_json_and_pickling(drawn: Traits) -> None:
    assert Traits.from_data(json.loads(json.dumps(drawn.to_data()))) == drawn
    assert pickle.loads(pickle.dumps(drawn)) == drawn


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3), st.floats(0.1, 10))
@settings(max_examples=60, deadline=None)
def test_tissue_and_fibre_loss_rise_together(a: float, b: float, size: float, tract: float) -> None:
    low, high = (Lesion.severity(x, size_factor=size, tract_factor=tract) for x in sorted((a, b)))
    assert _share(low) <= _share(high)
    assert low.cst_spared >= high.cst_spared


@pytest.mark.parametrize("factor", [0.3, 1.0, 3.0])
def test_every_family_reaches_from_nothing_to_complete_fibre_loss(factor: float) -> None:
    assert Lesion.severity(0, tract_factor=factor).is_none
    assert Lesion.severity(1, tract_factor=factor).cst_spared == 0.0
    assert _share(Lesion.severity(1)) == pytest.approx(0.30)


def test_factors_change_the_anatomy_at_one_severity() -> None:
    plain, other = Lesion.severity(0.5), Lesion.severity(0.5, size_factor=1.2, tract_factor=2)
    assert _share(other) > _share(plain)
    assert other.cst_spared < plain.cst_spared


def test_areas_and_hemispheres_are_those_of_the_network() -> None:
    assert lesion.AREAS == layout.AREAS
    assert (*layout.HEMISPHERES, "ipsilesional") == lesion.HEMISPHERES


def test_units_are_a_sorted_set() -> None:
    assert Lesion(units=(5, 2, 5)).units == (2, 5)


@pytest.mark.parametrize(
    "loss",
    [
        Lesion.disc(share=0.1),
        Lesion.disc(radius_mm=1),
        Lesion.responders(1),
        Lesion.interneurons(1),
        Lesion(units=(0,)),
        Lesion(cst_spared=0.9),
        Lesion(sensory_spared=0.9),
    ],
)
def test_any_loss_is_not_none(loss: Lesion) -> None:
    assert Lesion.none().is_none
    assert not loss.is_none


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"cst_spared": 1.2}, "cst_spared"),
        ({"cst_spared": float("nan")}, "cst_spared"),
        ({"sensory_spared": True}, "sensory_spared"),
        ({"units": [1.5]}, "units"),
        ({"units": [-1]}, "units"),
        ({"units": "12"}, "units"),
        ({"strongest_responders": -1}, "strongest_responders"),
        ({"strongest_area": "visual"}, "strongest_area"),
        ({"hemisphere": "both"}, "hemisphere"),
        ({"discs": [{"area": "motor"}]}, "discs[0].radius_mm"),
        ({"discs": [{"share": 0.1}, {"share": 0.1, "radius_mm": 2}]}, "discs[1].radius_mm"),
        ({"discs": [{"share": 0.1, "centre_mm": 3}]}, "discs[0].centre_mm"),
        ({"discs": [{"share": 0.1, "centre_mm": [1]}]}, "discs[0].centre_mm"),
        ({"discs": [4]}, "discs[0]"),
    ],
)
def test_bad_lesion_names_its_key(data: object, key: str) -> None:
    with pytest.raises(InputError) as caught:
        Lesion.from_data(data)
    assert caught.value.key == key


def test_unknown_key_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        Lesion.from_data({"cst_sparred": 0.5})
    assert caught.value.nearest == "cst_spared"


def test_lesion_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Lesion().cst_spared = 0.5  # type: ignore[misc]


@pytest.mark.parametrize("data", [{"growth_rate": 0}, {"growth_rate": "fast"}, {"growth_rat": 1}, [1]])
def test_bad_traits_are_refused(data: object) -> None:
    with pytest.raises(InputError):
        Traits.from_data(data)


def test_each_trait_has_its_documented_spread() -> None:
    drawn = [Traits.sample(np.random.default_rng(seed)) for seed in range(400)]
    for name, sd in DEFAULT_SPREADS.items():
        values = np.array([getattr(one, name) for one in drawn])
        values = values - 1 if name == "stimulation_orientation" else np.log(values)
        assert abs(values.mean()) < 0.2 * sd, name
        assert values.std() == pytest.approx(sd, rel=0.15), name


def test_spreads_cover_every_trait_and_scale() -> None:
    assert [field.name for field in fields(Traits)] == list(DEFAULT_SPREADS)
    wide, narrow = (Traits.sample(np.random.default_rng(3), spread) for spread in (1.0, 0.5))
    assert np.log(wide.growth_rate) == pytest.approx(2 * np.log(narrow.growth_rate))


def test_one_overridden_spread_leaves_the_other_traits_alone() -> None:
    plain = Traits.sample(np.random.default_rng(3))
    changed = Traits.sample(np.random.default_rng(3), spreads={"traits.growth-rate": 0.0, "network.units": 600})
    assert changed.growth_rate == 1.0
    assert changed.learning_rate == plain.learning_rate
    assert changed.life_activity == plain.life_activity


def test_misspelt_spread_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        trait_spreads({"traits.growth-rat": 0.1})
    assert caught.value.nearest == "traits.growth-rate"


def _share(loss: Lesion) -> float:
    return sum(disc.share or 0.0 for disc in loss.discs)
