"""Weighing one sample of patients for many populations: the weights are those of the population asked for."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.populations import (
    DEFAULT,
    WIDE_DAYS,
    WIDE_SEVERITY,
    WIDE_WIDTH,
    Sample,
    asked,
    limits,
    numbers,
    weights,
)
from rehab_opt.patient.traits import DEFAULT_SPREADS
from rehab_opt.validation.groups.natural_history.grouping import trajectories
from rehab_opt.validation.population import Curve


@pytest.fixture(scope="module")
def found() -> Sample:
    """Return 4,000 made-up patients whose recovery follows their place in the family."""
    rng, n = np.random.default_rng(3), 4000
    place = rng.beta(*WIDE_SEVERITY, size=n)
    place[::25] = 1.0
    start, share = 60 * (1 - place), np.clip(1 - place + 0.02 * rng.standard_normal(n), 0, 1)
    curves = [Curve(float(a), float(b), 4.0, 0.0) for a, b in zip(start, share, strict=True)]
    width, days = rng.normal(0, WIDE_WIDTH, n), rng.normal(0, WIDE_DAYS, n)
    week_4, week_12 = (share * (1 - np.exp(-week / 4)) for week in (4, 12))
    return Sample(place, width, days, trajectories(curves), share, week_4, week_12, start, share)


def test_weights_give_the_means_of_the_population(found: Sample) -> None:
    population = {**DEFAULT, "severity-a": 0.9, "severity-b": 1.4, "cut": 1.0, "width": 0.8}
    weight = weights(found, population)
    assert weight.sum() == pytest.approx(1)
    assert (found.place * weight).sum() == pytest.approx(0.9 / 2.3, abs=0.03)
    assert (found.width * weight).sum() == pytest.approx(np.log(0.8), abs=0.06)
    spread = np.sqrt(((found.width - np.log(0.8)) ** 2 * weight).sum())
    assert spread == pytest.approx(DEFAULT_SPREADS["oedema_width"], abs=0.06)


def test_as_many_have_no_fibre_as_lie_beyond_the_cut(found: Sample) -> None:
    weight = weights(found, {**DEFAULT, "severity-a": 1.0, "severity-b": 1.0, "cut": 0.8})
    assert weight[found.place >= 1].sum() == pytest.approx(0.2)
    assert weights(found, {**DEFAULT, "cut": 1.0})[found.place >= 1].sum() == 0


def test_numbers_are_as_many_as_their_limits_and_ordered_by_group(found: Sample) -> None:
    measured, (low, high) = numbers(found, np.arange(1200)), limits()
    assert measured.shape == low.shape == high.shape
    assert (low < high).all()
    assert (np.diff(measured[:-1:3]) > 0).all()


@pytest.mark.parametrize("text", ["cot=1", "cut=1.5", "cut=0", "width=x", "days=nan", "severity-a"])
def test_what_cannot_be_weighed_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        asked([text])
