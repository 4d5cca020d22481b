"""The published protocols: dose and timing as published, placed by each patient's enrolment."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest

from rehab_opt.errors import InputError
from rehab_opt.therapy import ConstantPolicy, Limits, Observation, Protocol, Schedule, check_limits, protocols
from rehab_opt.therapy.library import read_protocol

USUAL_HOURS = 15.0
WEEKDAYS_ONLY = Limits(days_off=("sat", "sun"))


def placed(name: str, enrolled_day: int, start: str = "published") -> Schedule:
    return protocols[name].schedule(SimpleNamespace(enrolled_day=enrolled_day), start=start)


@pytest.mark.parametrize(
    ("name", "hours", "sessions", "repetitions", "last_day"),
    [
        ("no-therapy", 0, 0, 0, None),
        ("usual-care", USUAL_HOURS, 20, 32, 25),
        ("excite-cimt", 60, 20, 300, 13),
        ("queen-square", 90, 30, 300, 18),
        ("cpass-early", 20, 10, 200, 11),
        ("cpass-subacute", 20, 10, 200, 11),
        ("cpass-chronic", 20, 10, 200, 11),
        ("itbs-ipsilesional", 7.5, 10, 75, 11),
        ("rtms-1hz-contralesional", 18, 18, 100, 39),
        ("vns-rehab", 27, 18, 300, 39),
    ],
)
def test_dose_of_each_protocol(
    name: str, hours: float, sessions: int, repetitions: float, last_day: int | None
) -> None:
    course = protocols[name].course
    practice = [session for session in course.sessions if session.is_practice]
    assert course.hours == hours
    assert len(practice) == sessions
    assert {session.repetitions for session in practice} == ({repetitions} if sessions else set())
    assert (course.days[-1] if course.days else None) == last_day


def test_the_list_is_complete() -> None:
    assert len(protocols) == len(list(protocols)) == 10
    assert all(isinstance(protocol, Protocol) for protocol in protocols.values())


@pytest.mark.parametrize("name", list(protocols))
def test_every_protocol_says_where_it_comes_from_and_keeps_the_limits(name: str) -> None:
    protocol = protocols[name]
    assert all((protocol.title, protocol.summary, protocol.source, protocol.published))
    assert protocol.assumed or name == "no-therapy"
    for enrolled in (0, 10, 75, 300):
        assert check_limits(placed(name, enrolled), WEEKDAYS_ONLY, enrolled_day=enrolled) == []


def test_the_mitt_of_excite_is_worn_on_all_fourteen_days() -> None:
    worn = {session.day: session.constraint for session in protocols["excite-cimt"].course.sessions}
    assert worn == dict.fromkeys(range(14), 0.9)


@pytest.mark.parametrize(
    ("name", "modality", "strength", "offset"),
    [
        ("itbs-ipsilesional", "itbs", 90, -5),
        ("rtms-1hz-contralesional", "rtms-1hz", 110, -20),
        ("vns-rehab", "vns", 0.8, 0),
    ],
)
def test_stimulation_of_each_session(name: str, modality: str, strength: float, offset: float) -> None:
    for session in protocols[name].course.sessions:
        part = session.stimulation
        assert part is not None
        assert (part.modality, part.strength, part.offset_minutes) == (modality, strength, offset)
        # Before practice means: over when practice begins.
        assert modality == "vns" or session.stimulation_span()[1] <= session.start


@pytest.mark.parametrize(
    ("name", "enrolled", "begins", "studied"),
    [
        ("usual-care", 12, 12, True),
        ("cpass-early", 12, 12, True),
        ("cpass-early", 50, 50, False),
        ("cpass-subacute", 12, 61, True),
        ("cpass-subacute", 60, 60, True),
        ("cpass-subacute", 59, 66, True),
        ("cpass-subacute", 75, 75, True),
        ("cpass-subacute", 91, 91, False),
        ("cpass-chronic", 12, 180, True),
        ("excite-cimt", 12, 96, True),
        ("vns-rehab", 12, 271, True),
    ],
)
def test_a_protocol_waits_for_its_window(name: str, enrolled: int, begins: int, studied: bool) -> None:
    protocol = protocols[name]
    assert protocol.start_day(enrolled) == begins
    assert protocol.was_studied(begins) is studied
    assert protocol.start_day(enrolled, start="enrolment") == enrolled
    with pytest.raises(InputError, match="did you mean 'enrolment'"):
        protocol.start_day(enrolled, start="enrollment")


def test_cpass_comes_on_top_of_usual_care() -> None:
    both = placed("cpass-early", 12)
    assert both.hours == 20 + USUAL_HOURS
    assert Counter(session.day for session in both.sessions)[12] == 2
    late = placed("cpass-chronic", 12)
    assert (late.days[0], late.days[-1], late.hours) == (12, 191, 20 + USUAL_HOURS)


def test_chronic_protocols_come_after_usual_care() -> None:
    early = placed("queen-square", 12)
    assert (early.days[0], early.hours) == (12, 90 + USUAL_HOURS)
    cut = placed("excite-cimt", 85)
    assert [s.day for s in cut.sessions if s.constraint == 0] == [85, 86, 87, 88, 89]
    assert placed("queen-square", 400).hours == 90
    assert placed("queen-square", 12, "enrolment") == protocols["queen-square"].course.on(12)


@pytest.mark.parametrize("name", ["no-therapy", "usual-care", "cpass-early"])
def test_what_begins_at_enrolment_is_one_schedule_for_all(name: str) -> None:
    policy = protocols[name].policy()
    assert isinstance(policy, ConstantPolicy)
    assert policy.schedule.origin == "enrolment"
    assert policy.schedule.on(17).sessions == placed(name, 17).sessions
    assert not isinstance(protocols["queen-square"].policy(), ConstantPolicy)
    with pytest.raises(InputError, match="did you mean 'enrolment'"):
        protocols[name].policy(start="enrollment")


@pytest.mark.parametrize("start", ["published", "enrolment"])
@pytest.mark.parametrize("name", list(protocols))
def test_schedule_and_policy_of_a_protocol_agree(name: str, start: str) -> None:
    policy = protocols[name].policy(start=start)
    seen = Observation(day=12, enrolled_day=12, fm_ue=30, arat=20, use=1)
    asked = [policy.next_week(replace(seen, day=12 + 7 * week)) for week in range(60)]
    assert tuple(session for week in asked for session in week) == placed(name, 12, start).sessions


def test_protocols_survive_pickling_and_cannot_be_changed() -> None:
    protocol = protocols["vns-rehab"]
    assert pickle.loads(pickle.dumps(protocol)) == protocol
    with pytest.raises(TypeError):
        protocols["mine"] = protocol  # type: ignore[index]


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'queen-square'"):
        protocols["queen-sqare"]
    assert protocols.get("queen-sqare") is None
    assert "queen-sqare" not in protocols


HEAD = 'title = "T"\nsummary = "S"\nsource = "X"\npublished = "P"\nassumed = []\n'
START = '[start]\nfirst_day = 3\nlast_day = 9\nusual_care = "none"\n'


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("title", "is not TOML"),
        (START, "protocol.title: is missing"),
        (HEAD, "protocol.start: is missing"),
        (HEAD + START.replace("last_day = 9", "last_day = 2"), "start.last_day"),
        (HEAD + START.replace("none", "never"), "usual_care"),
        (HEAD + START.replace("none", "before"), "usual_care"),
        (HEAD + START + "[block]\n", "block: must be a list"),
        (HEAD + START + "[[block]]\nweeks = 1\n", r"block\[0\].days_of_week: is missing"),
        (HEAD + START + "[[block]]\nweeks = 1\ndays_of_week = [7]\n", r"days_of_week\[0\]"),
        (HEAD + START + "[[block]]\nweeks = 1\ndays_of_week = [1]\nminutes = 5\n", r"block\[0\].repetitions"),
        (HEAD + START + "[[block]]\nweek = 1\n", "did you mean 'weeks'"),
    ],
)
def test_a_bad_data_file_is_refused(text: str, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        read_protocol("mine", text)
    assert caught.value.file == "mine.toml"
