"""The HTML report: self-contained, escaped, labelled as a simulation, deterministic, and honest about its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest

from rehab_opt.compare import summarise
from rehab_opt.errors import InputError
from rehab_opt.report import ReportData, SearchHistory, render_html
from rehab_opt.therapy import Calendar, Schedule

Maker = Callable[..., ReportData]
VOID = {"meta", "link", "br", "hr", "img", "input", "rect", "circle", "line", "path"}


class Page(HTMLParser):
    """Collects tags, attributes and visible words, and checks that tags nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID or (tag in {"rect", "circle", "path"} and self.get_starttag_text()[-2:] != "/>"):  # type: ignore[index]
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def html(plain_data: ReportData) -> str:
    return render_html(plain_data)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_nothing_is_loaded_from_anywhere(html: str, page: Page) -> None:
    assert not {"script", "link", "img", "iframe", "object", "embed", "base"} & set(page.tags)
    assert not [item for item in page.attributes if item[1] in {"src", "href", "xlink:href", "action", "data"}]
    assert not [item for item in page.attributes if item[1].startswith("on")]
    assert not re.search(r"(?i)https?://|url\(|@import|//[a-z]", html)
    policy = next(v for t, n, v in page.attributes if (t, n) == ("meta", "content") and "default-src" in v)
    assert "default-src 'none'" in policy


def test_says_that_it_is_a_simulation(page: Page) -> None:
    assert page.text.count("Simulation, not clinical advice") == 2
    assert page.text.count("24 virtual patients") + page.text.count("24 fresh virtual patients") >= 6


def test_every_card_is_there_and_ids_are_unique(page: Page) -> None:
    cards = {"result", "asked", "schedule", "recovery", "comparison", "search", "importances", "reading", "settings"}
    assert cards <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert page.tags.count("svg") == 2 * (
        1 + 2 + 2 + 1 + 1 + 1
    )  # calendar, curves, forests, groups, history, importance


def test_headline_gives_the_difference_with_its_interval(page: Page, plain_data: ReportData) -> None:
    row = plain_data.comparison.row("searched-schedule", "fm_ue")
    words = (
        f"Searched schedule ends {row.difference:.1f} FM-UE points higher than usual care (95 % interval {row.low:.1f}"
    )
    assert words in page.text


def test_headline_claims_nothing_when_the_interval_holds_zero(data: Maker, plain_data: ReportData) -> None:
    results = dict(plain_data.comparison.results)
    half = {r.patient_id: r for r in results["usual-care"]}
    mixed = tuple(
        r if i % 2 else half[r.patient_id] for i, r in enumerate(results["no-therapy"])
    )  # every second patient equal, the others worse
    lifted = tuple(a if i % 4 else b for i, (a, b) in enumerate(zip(mixed, results["searched-schedule"], strict=True)))
    comparison = summarise({"usual-care": results["usual-care"], "searched-schedule": lifted}, resamples=400)
    row = comparison.row("searched-schedule", "fm_ue")
    assert row.low is not None
    assert row.high is not None
    assert row.low < 0 < row.high
    assert "is not clearly different" in Page(render_html(data(comparison=comparison))).text


def test_search_value_and_fresh_value_stand_side_by_side(page: Page) -> None:
    assert "The chosen schedule scored 41.5 there and scores 40.9 on fresh patients" in page.text
    assert "against usual care that is +3.5 there and +2.8 now" in page.text
    assert "6 trials on a fixed panel of 12 virtual patients" in page.text


def test_infeasible_trials_are_crosses_and_do_not_raise_the_running_best(html: str, page: Page) -> None:
    assert html.count('class="infeasible"') == 2 * 2  # trial 4 has a value; a cross is two strokes, drawn at two sizes
    assert "best in the search 41.5" in page.text


def test_long_titles_go_by_their_name_and_are_explained(page: Page) -> None:
    assert "rtms-1hz-contralesional : NICHE, 1 Hz rTMS of the intact side before practice" in page.text


@pytest.mark.parametrize("field", ["name", "description", "study_text", "importances_note"])
def test_malicious_words_stay_words(data: Maker, field: str) -> None:
    attack = '"><script>alert(1)</script><img src=x onerror=alert(1)>&'
    page = Page(render_html(data(**{field: attack})))
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert "<script>alert(1)</script>" in page.text


def test_malicious_labels_stay_words_inside_the_figures(data: Maker, plain_data: ReportData) -> None:
    attack = "</svg><script>x</script>"
    titles = {**plain_data.titles, "usual-care": attack}
    page = Page(render_html(data(titles=titles, importances=((attack, 1.0),), question=(attack,))))
    assert "script" not in page.tags
    assert attack in page.text


def test_same_data_give_the_same_bytes(plain_data: ReportData, html: str) -> None:
    assert render_html(plain_data) == html


def test_cards_without_data_are_left_out(data: Maker) -> None:
    bare = data(
        schedule=None,
        reference_schedule=None,
        curves=(),
        difference=None,
        history=None,
        importances=(),
        importances_note="Too few trials.",
        study_text="",
        settings={},
    )
    page = Page(render_html(bare))
    assert not {"schedule", "recovery", "search"} & set(page.ids)
    assert "Too few trials." in page.text
    assert Page(render_html(data(importances=()))).ids.count("importances") == 0


def test_schedule_without_sessions_and_search_without_feasible_trial(data: Maker) -> None:
    empty = SearchHistory(values=(None, 3.0), feasible=(False, False), patients=4)
    page = Page(render_html(data(schedule=Schedule(name="rest", sessions=()), history=empty)))
    assert "schedule" not in page.ids
    assert "0 % kept all constraints" in page.text


def test_calendar_shows_minutes_and_stimulation_day_by_day(html: str, page: Page) -> None:
    wide = html[html.index('<svg class="wide"') : html.index('<svg class="narrow"')]
    assert wide.count('class="stimulation itbs"') == 15
    assert wide.count('class="stimulation tdcs"') == 3
    assert wide.count(">65</text>") == 2  # 45 + 20 minutes on one day
    assert wide.count(">mitt</text>") == 1
    assert "weeks 5–8" in wide
    assert "day 7 after enrolment: 45 min affected-arm reaching" in page.text


def test_calendar_with_dates_has_weekdays(data: Maker) -> None:
    page = Page(render_html(data(calendar=Calendar(start_date=date(2026, 3, 4), weekdays=("mon", "wed", "fri")))))
    assert "Day 0 after enrolment is 4 March 2026." in page.text
    assert "Mon" in page.words
    assert "week 2, 9 Mar" in page.text


def test_schedules_are_compared_in_numbers(page: Page) -> None:
    assert "therapy, hours 14.9 15.0 −0.1" in page.text
    assert "first session, day after enrolment 7 0 +7" in page.text


def test_unknown_best_protocol_and_uneven_history_are_refused(data: Maker) -> None:
    with pytest.raises(InputError, match="did you mean 'searched-schedule'"):
        data(best="searched-schedul")
    with pytest.raises(InputError, match="one entry a trial"):
        SearchHistory(values=(1.0,), feasible=())
    with pytest.raises(InputError, match="no such trial"):
        SearchHistory(values=(1.0,), feasible=(True,), chosen=1)


def test_headline_names_the_price(page: Page) -> None:
    assert "Per patient it has as many hours of therapy (15.0) and" in page.text


def test_protocols_that_change_nothing_are_named(data: Maker, plain_data: ReportData) -> None:
    results = {**plain_data.comparison.results, "late-start": plain_data.comparison.results["usual-care"]}
    page = Page(render_html(data(comparison=summarise(results, resamples=200))))
    assert "Exactly as usual care for every patient: late-start ." in page.text.replace("late-start.", "late-start .")
