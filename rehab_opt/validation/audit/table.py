"""An audit as a Markdown table for the documentation, and as lines for a terminal, both from its stored data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rehab_opt.validation.audit.effect import Effect
from rehab_opt.validation.show import number_words

ACCOUNTABLE = ("timing", "dose", "stimulation")
"""Groups in which every finding that holds must have a mechanism whose removal abolishes it."""
NOTE = (
    "First check of each target without the mechanism, as a share of its value with all; bold: the finding is gone"
    " (the verdict turned, or at most 0.2 is left); ?: could not be run or measured without it, which says nothing."
)


def audit_words(data: Mapping[str, Any]) -> list[str]:
    """Return the mechanisms that account for each finding that holds, one line a target."""
    rows = _holding(data)
    width = max((len(row["id"]) for row in rows), default=0)
    lines = [f"{row['id']:<{width}}  {', '.join(row['abolished_by']) or 'no single mechanism'}" for row in rows]
    short = [row["id"] for row in data["targets"] if row not in rows]
    loose = [row["id"] for row in rows if row["group"] in ACCOUNTABLE and not row["abolished_by"]]
    return [
        *(["Abolished by the removal of:", *lines] if rows else ["No target that was asked for holds."]),
        "",
        *([f"Not audited, fall short with all mechanisms: {', '.join(short)}"] if short else []),
        f"Timing, dose, stimulation without a mechanism that abolishes them: {', '.join(loose) or 'none'}",
    ]


def audit_markdown(data: Mapping[str, Any]) -> str:
    """Return the tables of an audit as Markdown: accountable mechanisms, then every share that is left.

    Examples
    --------
    >>> audit_markdown({})
    'Not measured yet: `rehab-opt audit --quick --out benchmarks/results/audit.json`.'
    """
    if not data:
        return "Not measured yet: `rehab-opt audit --quick --out benchmarks/results/audit.json`."
    rows = _holding(data)
    found = {(row["target"], row["mechanism"]): Effect.from_data(row) for row in data["effects"]}
    by_group = [
        (f"`{row['id']}`", row["group"], ", ".join(f"`{name}`" for name in row["abolished_by"]) or "none alone")
        for row in rows
    ]
    # Mechanisms go down: there are fewer findings that hold in a group than mechanisms.
    parts = [_table(("finding that holds", "group", "abolished by the removal of"), by_group), NOTE] if rows else []
    for group in dict.fromkeys(row["group"] for row in rows):
        ids = [row["id"] for row in rows if row["group"] == group]
        tried = [name for name in data["mechanisms"] if any((target, name) in found for target in ids)]
        cells = [(f"`{name}`", *(_cell(found.get((target, name))) for target in ids)) for name in tried]
        parts += [f"Group {group}:", _table(("removed", *(f"`{target}`" for target in ids)), cells)]
    short = [f"`{row['id']}`" for row in data["targets"] if row not in rows]
    if short:
        parts.append(f"Not audited, since they fall short with all mechanisms: {', '.join(short)}.")
    parts.append("; ".join(f"{key}: {value}" for key, value in data["provenance"].items()) + ".")
    return "\n\n".join(parts)


def _holding(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in data["targets"] if row["verdict"] == "holds"]


def _cell(effect: Effect | None) -> str:
    if effect is None:
        return "not tried"
    if effect.trouble or effect.measured is None:
        return "?"
    words = "-" if effect.left is None else number_words(effect.left)
    return f"**{words}**" if effect.abolished else words


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
