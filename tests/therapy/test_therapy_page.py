"""The page for users is true: its examples are read, its tables list what there is with the right numbers."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from rehab_opt.therapy import MODALITIES, TASKS, Limits, Schedule, protocols
from rehab_opt.therapy.rows import SESSION_KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "therapy.md").read_text("utf-8")
ROWS = {
    row[0].strip(" `"): row for row in (line.strip("|").split("|") for line in PAGE.splitlines() if line[:1] == "|")
}


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_two_examples_are_the_same_schedule() -> None:
    assert Schedule.from_json(block("json")) == Schedule.from_csv(block("csv"))


def test_every_field_task_and_modality_is_listed() -> None:
    assert set(SESSION_KEYS) <= set(ROWS)
    assert all(f"`{name}`" in PAGE for name in (*TASKS, *MODALITIES))


def test_every_limit_is_listed_with_its_default() -> None:
    for field in fields(Limits):
        value = getattr(Limits(), field.name)
        shown = "none" if value in (None, ()) else f"{value:g}"
        assert re.search(rf"\b{re.escape(shown)}\b", ROWS[field.name][1]), field.name


def test_every_protocol_is_listed_with_its_window_and_source() -> None:
    for name, protocol in protocols.items():
        row = ROWS[name]
        if name not in ("no-therapy", "usual-care"):
            window = [int(number) for number in re.findall(r"\d+", row[2])]
            assert set(window) <= {protocol.first_day, protocol.last_day}
            assert row[3].strip() == protocol.usual_care
            assert row[4].split("(")[0].strip() == protocol.source.split(",")[0]
