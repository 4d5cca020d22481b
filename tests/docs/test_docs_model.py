"""The page about the model says what the code does: generated tables, names of mechanisms and parameters, links."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from rehab_opt.course.result import MEASURE_RANGES
from rehab_opt.mechanisms import names
from rehab_opt.parameters import catalogue

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "model.md").read_text("utf-8")
HAND_WRITTEN = re.sub(r"<!-- generated: (\S+); begin -->.*?<!-- generated: \1; end -->", "", PAGE, flags=re.DOTALL)


def check(page):
    """Let the generator compare a page with what it would write."""
    command = [sys.executable, "-m", "benchmarks.tables", "--check", "--page", str(page)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_the_generated_tables_are_up_to_date():
    done = check(DOCS / "model.md")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("cell", "other"), [("| night |", "| milieu |"), ("| units |", "| mm |")])
def test_a_table_that_differs_is_noticed(cell, other, tmp_path):
    changed = PAGE.replace(cell, other, 1)
    assert changed != PAGE
    (tmp_path / "model.md").write_text(changed, "utf-8")
    done = check(tmp_path / "model.md")
    assert done.returncode == 1, done.stderr
    assert "out of date" in done.stderr


def test_every_mechanism_has_a_section_that_says_what_off_means():
    sections = dict(re.findall(r"^### `([a-z-]+)`\n(.*?)(?=^##)", HAND_WRITTEN, flags=re.MULTILINE | re.DOTALL))
    assert set(sections) == set(names())
    assert [name for name, text in sections.items() if "*Off*:" not in text] == []


def test_every_parameter_in_the_text_exists():
    groups = {name.partition(".")[0] for name in catalogue()}
    said = {name for name in re.findall(r"`([a-z-]+\.[a-z0-9-]+)`", HAND_WRITTEN) if name.partition(".")[0] in groups}
    assert len(said) > 60
    assert said <= set(catalogue())


def test_every_number_of_a_mechanism_is_explained():
    own = {name for name in catalogue() if name.partition(".")[0] in names()}
    silent = {name for name in own if f"`{name}`" not in HAND_WRITTEN}
    assert silent == set()


def test_every_measure_is_explained():
    silent = [name for name in MEASURE_RANGES if f"`{name}`" not in HAND_WRITTEN]
    assert silent == []


def test_links_between_pages_lead_somewhere():
    for page in [*DOCS.glob("*.md"), ROOT / "benchmarks" / "README.md"]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_index_names_every_page():
    index = (DOCS / "index.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index] == []
