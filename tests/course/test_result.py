"""A course is finite, in range and of the right length, or it cannot be made."""

import numpy as np
import pytest

from rehab_opt.course import AdverseEvent, Course, Outcome
from rehab_opt.errors import InputError


def course(**measures: np.ndarray) -> Course:
    return Course("p1", 2, Outcome.COMPLETED, measures)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.array([1.0, 2.0]), "one value a day"),
        (np.array([1.0, 2.0, 3.0], dtype=np.float32), "float64"),
        (np.array([1.0, np.nan, 3.0]), "not finite from day 1"),
        (np.array([1.0, 2.0, 66.5]), r"leaves its range \(got 66.5\)"),
        (np.array([-0.5, 2.0, 3.0]), r"leaves its range \(got -0.5\)"),
    ],
)
def test_a_bad_measure_is_refused_by_name(values, words):
    with pytest.raises(InputError, match=words) as caught:
        course(fm_ue=values)
    assert caught.value.key == "fm_ue"


def test_a_measure_of_ones_own_has_no_range():
    assert course(grip_kg=np.array([-5.0, 0.0, 900.0])).at("grip_kg", 2) == 900.0


def test_day_minus_one_is_the_last_and_other_days_outside_are_refused():
    one = course(fm_ue=np.array([10.0, 20.0, 30.0]))
    assert one.at("fm_ue", -1) == one.at("fm_ue", 2) == 30.0
    for day in (-2, 3):
        with pytest.raises(InputError, match="outside the course"):
            one.at("fm_ue", day)


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'fm_ue'"):
        course(fm_ue=np.zeros(3)).at("fm_eu", 0)


def test_an_unknown_event_is_refused():
    with pytest.raises(InputError, match="did you mean 'seizure'"):
        AdverseEvent(3, "seizures")


def test_the_frame_is_tidy():
    frame = course(fm_ue=np.array([1.0, 2.0, 3.0]), arat=np.array([4.0, 5.0, 6.0])).to_frame()
    assert list(frame.columns) == ["patient", "day", "measure", "value"]
    assert frame.loc[(frame.measure == "arat") & (frame.day == 1), "value"].item() == 5.0
    assert len(frame) == 6
