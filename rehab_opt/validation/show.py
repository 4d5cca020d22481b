"""Results as a table in plain text: one line per check, totals at the end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rehab_opt.validation.checks import Check
from rehab_opt.validation.result import NOT_RUN, TargetResult, totals

HEAD = ("target", "kind", "group", "check", "measured [95 % interval]", "tolerance", "verdict")
WIDEST_CHECK = 64


def table_lines(results: Sequence[TargetResult]) -> list[str]:
    """Return the table, one line per check and one for a target without checks, then the totals."""
    rows = [HEAD, *(row for result in results for row in _rows(result))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    short = [result.target.id for result in results if not result.holds]
    words = [f"Fall short: {', '.join(short)}"] if short else []
    return [lines[0], "-" * len(lines[0]), *lines[1:], "", *trouble_lines(results), *words, total_words(results)]


def trouble_lines(results: Sequence[TargetResult]) -> list[str]:
    """Return a line for every experiment that ended with an error."""
    return [f"{row.target.id}: {row.trouble}" for row in results if row.trouble not in ("", NOT_RUN)]


def total_words(results: Sequence[TargetResult]) -> str:
    """Return how many targets of each kind hold.

    Examples
    --------
    >>> total_words([])
    'calibrate 0 of 0, shape 0 of 0 hold'
    """
    return ", ".join(f"{kind} {held} of {count}" for kind, held, count in totals(results)) + " hold"


def measured_words(check: Check) -> str:
    """Return the measured number with its interval.

    Examples
    --------
    >>> from rehab_opt.validation.checks import estimate
    >>> measured_words(estimate("odds ratio", 0.713, (0.6, 0.85), 0.59, 0.90))
    '0.713 [0.6 to 0.85]'
    """
    if math.isnan(check.measured):
        return "could not be measured"
    words = number_words(check.measured)
    if check.ci_low is None or check.ci_high is None:
        return words
    return f"{words} [{number_words(check.ci_low)} to {number_words(check.ci_high)}]"


def tolerance_words(check: Check) -> str:
    """Return the tolerance in words.

    Examples
    --------
    >>> from rehab_opt.validation.checks import estimate
    >>> tolerance_words(estimate("ratio", 2.0, None, 1.05, None)), tolerance_words(estimate("ratio", 2.0, None, 1, 3))
    ('at least 1.05', '1 to 3')
    """
    low, high = check.tol_low, check.tol_high
    if low is None:
        return "" if high is None else f"at most {number_words(high)}"
    return f"at least {number_words(low)}" if high is None else f"{number_words(low)} to {number_words(high)}"


def number_words(value: float) -> str:
    """Return a number with three digits that count.

    Examples
    --------
    >>> number_words(0.71349), number_words(-12.0), number_words(1468.2)
    ('0.713', '-12', '1468')
    """
    return f"{value:.0f}" if 1000 <= abs(value) < 1e6 else f"{value + 0.0:.3g}"


def _rows(result: TargetResult) -> Iterator[tuple[str, ...]]:
    target = result.target
    own = (target.id, target.kind, target.group)
    if not result.checks:
        yield (*own, _cut(result.trouble), "", "", result.verdict)
    for check in result.checks:
        yield (*own, _cut(check.name), measured_words(check), tolerance_words(check), check.verdict)
        own = ("", "", "")


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= WIDEST_CHECK else line[: WIDEST_CHECK - 3] + "..."
