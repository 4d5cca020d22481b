"""The generated tables of docs/model.md and docs/validation.md: mechanisms and parameters from the package, knock-outs,
audit and verdicts from stored results.

Run ``python -m benchmarks.tables`` to rewrite them, ``--check`` to be told (exit code 1) whether they are out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, markdown, write
from rehab_opt.mechanisms import MECHANISMS
from rehab_opt.parameters import catalogue
from rehab_opt.validation.audit import audit_markdown

PAGE = Path(__file__).parents[1] / "docs" / "model.md"
VERDICTS_PAGE = PAGE.with_name("validation.md")


def mechanism_table() -> str:
    """Return every mechanism in the order of the day."""
    rows = [[f"`{m.name}`", m.phase.value, m.process, m.off, m.observable] for m in MECHANISMS]
    return markdown(("mechanism", "phase", "process", "off means", "what must change when it is off"), rows)


def parameter_table() -> str:
    """Return every parameter of the catalogue."""
    rows = [
        [f"`{p.name}`", f"{p.value:g}", p.unit, f"{p.prior[0]:g} to {p.prior[1]:g}", p.source]
        for p in catalogue().values()
    ]
    return markdown(("name", "value", "unit", "range", "source"), rows)


def knockout_table(result: Mapping[str, Any]) -> str:
    """Return the differences of a measurement, largest loss first; without one, a line that says so."""
    if not result:
        return "Not measured yet: `python -m benchmarks.knockouts --write-docs`."
    ordered = sorted(result["rows"], key=lambda row: row["mean"])
    cells = [[f"`{r['mechanism']}`", f"{r['mean']:+.2f}", f"{r['low']:+.2f} to {r['high']:+.2f}"] for r in ordered]
    note = (
        f"FM-UE points on day {result['days']}, {result['patients']} default patients, usual care: removed minus all."
    )
    return note + "\n\n" + markdown(("removed", "mean difference", "95 % interval"), cells)


def verdict_table(results: Sequence[Mapping[str, Any]]) -> str:
    """Return one row per target of what ``rehab-opt validate --json`` prints; without one, a line that says so."""
    if not results:
        return "Not measured yet: `rehab-opt validate --json > benchmarks/results/validation.json`."
    counts = {
        kind: (sum(r["verdict"] == "holds" for r in results if r["kind"] == kind), _count(results, kind))
        for kind in ("calibrate", "shape")
    }
    note = "; ".join(f"**{held} of {count} `{kind}` targets hold**" for kind, (held, count) in counts.items())
    cells = [
        [f"`{r['id']}`", r["kind"], "**holds**" if r["verdict"] == "holds" else "short", _checks_held(r), _telling(r)]
        for r in results
    ]
    return note + ".\n\n" + markdown(("target", "kind", "verdict", "checks that hold", "measured"), cells)


def _count(results: Sequence[Mapping[str, Any]], kind: str) -> int:
    return sum(result["kind"] == kind for result in results)


def _checks_held(result: Mapping[str, Any]) -> str:
    return f"{sum(check['verdict'] == 'holds' for check in result['checks'])} of {len(result['checks'])}"


def _telling(result: Mapping[str, Any]) -> str:
    """The checks that fall short; the first of all where none does."""
    checks = [check for check in result["checks"] if check["verdict"] != "holds"] or result["checks"][:1]
    return "; ".join(_measured(check) for check in checks).replace("|", "\\|")


def _measured(check: Mapping[str, Any]) -> str:
    value = "not measured" if check["measured"] is None else f"{check['measured']:.3g}"
    ends = check["ci_low"], check["ci_high"]
    interval = "" if None in ends else f" ({ends[0]:.3g} to {ends[1]:.3g})"
    low, high = check["tol_low"], check["tol_high"]
    if low is None or high is None:
        asked = f"at least {low:.3g}" if high is None else f"at most {high:.3g}"
    else:
        asked = f"{low:.3g} to {high:.3g}"
    return f"{check['name']}: {value}{interval}, asked {asked}"


def fill(text: str, name: str, table: str) -> str:
    """Return the page with one generated part replaced.

    Raises
    ------
    ValueError
        If the page has no such place, or more than one.
    """
    begin, end = f"<!-- generated: {name}; begin -->", f"<!-- generated: {name}; end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"the page must hold {begin} ... {end} once")
    head, _, rest = text.partition(begin)
    return f"{head}{begin}\n{table}\n{end}{rest.partition(end)[2]}"


def regenerated(text: str) -> str:
    """Return the page with every generated part as it should be."""
    tables = {
        "mechanisms": mechanism_table(),
        "knockouts": knockout_table(_stored("knockouts")),
        "audit": audit_markdown(_stored("audit")),
        "parameters": parameter_table(),
    }
    for name, table in tables.items():
        text = fill(text, name, table)
    return text


def _stored(name: str) -> Any:
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else {}


def with_verdicts(text: str) -> str:
    """Return the page of verdicts as it should be."""
    return fill(text, "verdicts", verdict_table(_stored("validation")))


def refresh(page: Path = PAGE) -> None:
    """Rewrite the page."""
    write(page, regenerated(page.read_text("utf-8")))


def main() -> int:
    """Rewrite or check; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if a table is out of date")
    parser.add_argument("--page", type=Path, default=PAGE, help="another page than docs/model.md")
    chosen = parser.parse_args()
    old = 0
    for page, renewed in ((chosen.page, regenerated), (VERDICTS_PAGE, with_verdicts)):
        text = page.read_text("utf-8")
        if not chosen.check:
            write(page, renewed(text))
        elif text != renewed(text):
            print(f"{page}: out of date; run python -m benchmarks.tables", file=sys.stderr)
            old = 1
    return old


if __name__ == "__main__":
    sys.exit(main())
