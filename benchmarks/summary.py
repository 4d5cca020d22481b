"""The table of acceptance in benchmarks/README.md, between its markers: figures of one run, with the machine named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, ROOT, machine, write
from benchmarks.figures import Figure, table
from benchmarks.tables import fill

PAGE = ROOT / "benchmarks" / "README.md"
MARKER = "acceptance"


def convergence(result: Mapping[str, Any], source: str) -> list[Figure]:
    """Return what the stored measurement of convergence says, if it was made of this very source.

    Examples
    --------
    >>> row = {"variant": "float64", "mean_absolute": 0.2, "limit": 0.5}
    >>> stored = {"machine": {"source": "abc"}, "rows": [row]}
    >>> convergence(stored, "abc")[0].met, convergence(stored, "other")[0].value
    (True, 'not measured with this source')
    """
    if result.get("machine", {}).get("source") != source:
        return [Figure("convergence bounds", "not measured with this source", "see below", False)]
    return [
        Figure.at_most(f"mean absolute difference, {row['variant']}", row["mean_absolute"], row["limit"], "FM points")
        for row in result["rows"]
    ]


def section(found: Mapping[str, Sequence[Figure]], minutes: float, place: Mapping[str, Any]) -> str:
    """Return the machine, the versions and the table of all figures."""
    where = (
        f"One run of {minutes:.0f} minutes on {place['processor']}, {place['cores']} cores, {place['system']}; "
        f"Python {place['python']}, numpy {place['numpy']}, numba {place['numba']}, source {place['source']}."
    )
    return f"{where}\n\n{table(found)}"


def refresh(found: Mapping[str, Sequence[Figure]], minutes: float, page: Path = PAGE) -> None:
    """Put the figures of a run into the page, with those of convergence from their own stored result."""
    place = machine()
    stored = RESULTS / "convergence.json"
    result = json.loads(stored.read_text("utf-8")) if stored.exists() else {}
    whole = {**found, "convergence": convergence(result, str(place["source"]))}
    write(page, fill(page.read_text("utf-8"), MARKER, section(whole, minutes, place)))
