"""A course that ends early says how, and stays finite."""

from __future__ import annotations

import numpy as np

from rehab_opt.course.model import Model
from rehab_opt.course.result import Outcome
from rehab_opt.patient import Lesion, Patient
from rehab_opt.therapy import protocols


def test_a_network_without_any_input_left_dies_out_and_stays_finite() -> None:
    everything = Lesion(units=tuple(range(240)))
    course = Model(set={"network.units": 240}).simulate(
        Patient(id="gone", lesion=everything), protocols["no-therapy"].policy(), days=5, seed=1
    )
    assert course.outcome is Outcome.DIED_OUT
    assert all(np.isfinite(values).all() for values in course.measures.values())
    assert course.at("fm_ue", -1) < 1
