"""The command `report`: the report and the schedule of a run again, or with real dates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

EXAMPLES = (
    "rehab-opt report runs/first-study",
    "rehab-opt report runs/first-study --format html,ics --start-date 2026-03-02 --tz Europe/Berlin --weekdays mon-fri",
)


def report(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Directory of a finished run.")],
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="Of html, json, csv, ics; with commas.")
    ] = "html,json,csv,ics",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write; by default the run's own.")] = None,
    start_date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Date of day 0 of the schedule, the day of enrolment.")
    ] = None,
    tz: Annotated[str | None, typer.Option(metavar="ZONE", help="IANA time zone; by default times are local.")] = None,
    weekdays: Annotated[str | None, typer.Option(metavar="DAYS", help="Open weekdays, such as mon-fri.")] = None,
    closed: Annotated[
        list[str] | None, typer.Option(metavar="YYYY-MM-DD", help="A day on which the clinic is closed; repeat it.")
    ] = None,
) -> None:
    """Export the report and schedule of a run.

    html is the report; json, csv and ics are the schedule. Nothing is simulated.
    """
    from rehab_opt.pipeline.reporting import report as write_report

    days = [day for text in closed or () for day in text.split(",")]
    written = write_report(directory, formats, out=out, start_date=start_date, tz=tz, weekdays=weekdays, closed=days)
    for path in written:
        typer.echo(path)
