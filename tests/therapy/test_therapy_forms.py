"""JSON, CSV and files: what is written reads back exactly, the published schema agrees, and bad input is named."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from rehab_opt.errors import InputError
from rehab_opt.therapy import (
    MODALITIES,
    NOTICE,
    ORDERS,
    POLARITIES,
    SITES,
    TASKS,
    Schedule,
    Session,
    Stimulation,
    load_schedule,
    protocols,
    save_schedule,
    schedule_schema,
)

SCHEMA = Draft202012Validator(dict(schedule_schema()))
TDCS = Stimulation(modality="tdcs", site="ipsilesional-motor", polarity="anodal", strength=1.1, minutes=20 / 3)
PLAN = Schedule(
    name='plan, "quoted"',
    sessions=(
        Session(day=0, minutes=0.1 + 0.2, repetitions=1e-7, task="touch", order="blocked"),
        Session(day=1, minutes=45, repetitions=90, stimulation=TDCS),
        Session(day=2, minutes=0, repetitions=0, constraint=0.9),
    ),
    origin="lesion",
    notes="first line\n\n# third; ü\n",
)


@st.composite
def stimulations(draw: st.DrawFn) -> Stimulation:
    modality = draw(st.sampled_from(MODALITIES))
    pulsed = modality in ("itbs", "rtms-1hz")
    return Stimulation(
        modality=modality,
        site=SITES[-1] if modality == "vns" else draw(st.sampled_from(SITES[:-1])),
        polarity=draw(st.sampled_from(POLARITIES)) if modality == "tdcs" else None,
        strength=draw(st.floats(0.01, 200)),
        minutes=None if pulsed else draw(st.floats(0.01, 60)),
        pulses=draw(st.integers(1, 1800)) if pulsed else None,
        offset_minutes=draw(st.floats(-60, 60)),
    )


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    return Session(
        day=draw(st.integers(0, 40_000)),
        start=draw(st.floats(100, 1000)),
        minutes=draw(st.floats(0.01, 300)),
        task=draw(st.sampled_from(TASKS)),
        repetitions=draw(st.floats(0, 100_000)),
        order=draw(st.sampled_from(ORDERS)),
        difficulty=draw(st.floats(0, 1)),
        constraint=draw(st.floats(0, 1)),
        stimulation=draw(st.none() | stimulations()),
    )


text = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1).filter(str.strip)
schedules = st.builds(
    Schedule,
    name=text,
    sessions=st.lists(sessions(), max_size=4).map(tuple),
    origin=st.sampled_from(["lesion", "enrolment"]),
    notes=st.lists(st.just("") | text).map("\n".join),
)


@settings(max_examples=60, deadline=None)
@given(schedules)
def test_every_schedule_survives_json_and_csv_and_fits_the_schema(plan: Schedule) -> None:
    assert Schedule.from_json(plan.to_json()) == plan
    assert Schedule.from_csv(plan.to_csv()) == plan
    SCHEMA.validate(json.loads(plan.to_json()))


@pytest.mark.parametrize("name", list(protocols))
def test_every_protocol_fits_the_schema(name: str) -> None:
    plan = protocols[name].schedule(SimpleNamespace(enrolled_day=20))
    SCHEMA.validate(json.loads(plan.to_json()))
    assert Schedule.from_csv(plan.to_csv()) == plan


def test_exports_say_what_they_are() -> None:
    assert json.loads(PLAN.to_json())["notice"] == NOTICE
    assert NOTICE in PLAN.to_csv()


def test_defaults_need_not_be_written() -> None:
    short = {"format": "rehab-opt.schedule/1", "name": "x", "sessions": [{"day": 1, "minutes": 45, "repetitions": 9}]}
    SCHEMA.validate(short)
    expected = Schedule(name="x", sessions=(Session(day=1, minutes=45, repetitions=9),))
    assert Schedule.from_json(json.dumps(short)) == expected


def _spoil(path: list[str | int], value: object) -> Any:
    data = json.loads(PLAN.to_json())
    place = data
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        (["format"], "rehab-opt.schedule/2", "format"),
        (["format"], ..., "schedule.format"),
        (["name"], "", "name"),
        (["name"], 3, "name"),
        (["origin"], "birth", "origin"),
        (["notes"], 3, "notes"),
        (["sessions"], {}, "sessions"),
        (["sesions"], [], "schedule"),
        (["sessions", 0], 3, "sessions[0]"),
        (["sessions", 0, "day"], ..., "sessions[0].day"),
        (["sessions", 0, "day"], 1.5, "sessions[0].day"),
        (["sessions", 0, "day"], -1, "sessions[0].day"),
        (["sessions", 0, "minutes"], "45", "sessions[0].minutes"),
        (["sessions", 0, "minutes"], 0, "sessions[0].minutes"),
        (["sessions", 0, "minutes"], True, "sessions[0].minutes"),
        (["sessions", 0, "colour"], "red", "sessions[0]"),
        (["sessions", 0, "task"], "reech", "sessions[0].task"),
        (["sessions", 2, "constraint"], 0, "sessions[2].minutes"),
        (["sessions", 1, "stimulation"], [], "sessions[1].stimulation"),
        (["sessions", 1, "stimulation", "pulses"], 600, "sessions[1].stimulation.pulses"),
        (["sessions", 1, "stimulation", "polarity"], ..., "sessions[1].stimulation.polarity"),
        (["sessions", 1, "stimulation", "site"], "vagus-nerve", "sessions[1].stimulation.site"),
        (["sessions", 1, "stimulation", "modality"], "itbs", "sessions[1].stimulation.polarity"),
    ],
)
def test_reader_and_schema_refuse_the_same(path: list[str | int], value: object, key: str) -> None:
    bad = _spoil(path, value)
    assert not SCHEMA.is_valid(bad)
    with pytest.raises(InputError) as caught:
        Schedule.from_json(json.dumps(bad), file="plan.json")
    assert caught.value.key == key
    assert str(caught.value).startswith("plan.json: ")


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "{",
        "[]",
        "3",
        "[" * 100_000,
        "9" * 5000,
        PLAN.to_json().replace("45.0", "9" * 400),
        PLAN.to_json().replace("45.0", "NaN"),
        '{"name": 1, "name": 2}',
    ],
)
def test_what_is_no_schedule_is_refused(bad: str) -> None:
    with pytest.raises(InputError):
        Schedule.from_json(bad)


def test_csv_written_by_hand_is_understood() -> None:
    hand = "repetitions,day,minutes,start\n\n300,2,45 min,10:30\n100,0,1.5 h,600,,\n"
    plan = Schedule.from_csv("\ufeff" + hand.replace("\n", "\r\n"), name="hand")
    first = Session(day=0, minutes=90, repetitions=100)
    assert plan == Schedule(name="hand", sessions=(first, Session(day=2, start=630, minutes=45, repetitions=300)))


def test_csv_that_a_spreadsheet_saved_again_is_the_same() -> None:
    rows = list(csv.reader(io.StringIO(PLAN.to_csv())))
    width = max(map(len, rows))
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([*row, *[""] * (width + 1 - len(row))] for row in rows)
    assert Schedule.from_csv(out.getvalue()) == PLAN


@pytest.mark.parametrize(
    ("bad", "match"),
    [
        ("", "header"),
        ("day;minutes;repetitions\n", "semicolons"),
        ("day,minutes\n", "column is missing"),
        ("day,minutes,repetitions,day\n", "twice"),
        ("day,minuets,repetitions\n", "did you mean 'minutes'"),
        ("day,minutes,repetitions\n1,2\n", "row 2"),
        ("day,minutes,repetitions\n1,2,3,4\n", "row 2"),
        ("day,minutes,repetitions\n1,,3\n", "row 2.minutes"),
        ("day,minutes,repetitions\n1,a lot,3\n", "row 2.minutes"),
        ("day,minutes,repetitions\n1,nan,3\n", "row 2.minutes"),
        ("day,minutes,repetitions,start\n1,45,3,25:00\n", "row 2.start"),
        ("day,minutes,repetitions,stimulation_site\n1,45,3,vagus-nerve\n", "row 2.stimulation.modality"),
        ("# format,rehab-opt.schedule/9\nday,minutes,repetitions\n", "version"),
        ('day,minutes,repetitions\n1,"45,3\n', "is not CSV"),
    ],
)
def test_bad_csv_is_refused_with_its_place(bad: str, match: str) -> None:
    with pytest.raises(InputError, match=match) as caught:
        Schedule.from_csv(bad, file="plan.csv")
    assert caught.value.file == "plan.csv"


@pytest.mark.parametrize("ending", [".json", ".csv", ".CSV"])
def test_files_come_back_and_leave_nothing_else(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"plan{ending}"
    save_schedule(Schedule(name="old", sessions=()), file)
    assert load_schedule(save_schedule(PLAN, file)) == PLAN
    assert list(tmp_path.iterdir()) == [file]


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.json", tmp_path / "plan.txt", tmp_path, binary):
        with pytest.raises(InputError) as caught:
            load_schedule(path)
        assert caught.value.file == str(path)
    with pytest.raises(InputError, match="cannot be written"):
        save_schedule(PLAN, tmp_path / "missing" / "plan.csv")
