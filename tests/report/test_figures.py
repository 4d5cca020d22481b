"""The small SVG writer: labels keep apart, ticks are round, and everything lies inside its figure."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehab_opt.report import SearchHistory
from rehab_opt.report.figures.axes import padded
from rehab_opt.report.figures.forest import ForestRow, forest_figure
from rehab_opt.report.figures.history import history_figure
from rehab_opt.report.figures.svg import Scale, nice_ticks, number, spread
from rehab_opt.report.view import p_words, percent, signed


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 200), min_size=1, max_size=12))
def test_labels_keep_their_distance_and_stay_inside(positions: list[float]) -> None:
    placed = spread(positions, gap=15.0, low=0.0, high=200.0)
    ordered = sorted(placed)
    assert all(b - a >= 15.0 - 1e-6 for a, b in pairwise(ordered))
    assert ordered[0] >= -1e-6
    assert ordered[-1] <= 200.0 + 1e-6
    for i in range(len(positions)):
        assert all(placed[i] <= placed[j] for j in range(len(positions)) if positions[i] < positions[j])


@settings(max_examples=60, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 500))
def test_ticks_are_round_and_inside(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    assert 1 <= len(ticks) <= 12
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)


def test_numbers_have_no_minus_zero_and_few_digits() -> None:
    assert [number(v) for v in (-0.001, 1.0, 1.239, 100.0)] == ["0", "1", "1.24", "100"]


def test_a_scale_of_no_width_does_not_divide_by_zero() -> None:
    assert Scale(3.0, 3.0, 0.0, 10.0)(3.0) == 0.0
    low, high = padded([5.0], least=2.0)
    assert (low, high) == (4.0, 6.0)


@pytest.mark.parametrize("css", ["wide", "narrow"])
def test_forest_draws_every_row_inside_its_box(css: str) -> None:
    rows = [
        ForestRow("one", 48, 3.0, 1.0, 5.0, "best"),
        ForestRow("two", 3, -12.0, None, None),
        ForestRow("three", 48, 0.0, -0.2, 0.2),
    ]
    figure = ElementTree.fromstring(forest_figure(rows, "difference", css))
    width, height = map(float, figure.attrib["viewBox"].split()[2:])
    marks = [e for e in figure.iter("rect") if e.attrib["class"].startswith("mark")]
    whiskers = [e for e in figure.iter("line") if e.attrib["class"].startswith("whisker")]
    assert len(marks) == 3
    assert len(whiskers) == 2
    for element in figure.iter():
        for key in ("x", "x1", "x2", "cx"):
            assert 0 <= float(element.attrib.get(key, 0)) <= width
        for key in ("y", "y1", "y2", "cy"):
            assert 0 <= float(element.attrib.get(key, 0)) <= height
    assert float(whiskers[0].attrib["x1"]) < float(marks[0].attrib["x"]) < float(whiskers[0].attrib["x2"])


@pytest.mark.parametrize("css", ["wide", "narrow"])
def test_one_disastrous_trial_does_not_flatten_the_history(css: str) -> None:
    values = (40.0, 41.0, 0.0, 42.0, 43.0, 44.0)
    svg = history_figure(SearchHistory(values=values, feasible=(True,) * 6), {}, "objective", css)
    heights = [float(y) for y in re.findall(r'class="trial" cx="[\d.]+" cy="([\d.]+)"', svg)]
    assert max(heights) == 258.0  # the disaster sits on the lower edge
    assert heights[0] - heights[-1] > 80.0


def test_words_for_numbers() -> None:
    assert (signed(-3.26), signed(0.0), percent(0.5), p_words(0.2)) == ("−3.3", "+0.0", "50 %", "0.200")
