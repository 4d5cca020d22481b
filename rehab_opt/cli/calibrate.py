"""The command `calibrate`: fit parameters of the model to the findings that may be fitted to, or go on with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rehab_opt.cli.options import Json, Workers, print_json

if TYPE_CHECKING:
    from rehab_opt.validation.calibration import Choice

EXAMPLES = (
    "rehab-opt calibrate studies/calibration.toml",
    "rehab-opt calibrate studies/calibration.toml --out runs/second --trials 100 --workers 2",
)


def calibrate(
    calibration: Annotated[Path, typer.Argument(metavar="CALIBRATION.toml", help="The calibration file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Directory of the results; by default runs/<name>.")
    ] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Parameter sets tried, in place of the file's.")] = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Fit parameters of the model to published findings of the kind calibrate.

    The best sets are run again on fresh patients. The same command on a directory that holds a part of it goes on with
    it, with more trials too; on a finished one it prints the result. Ctrl-C ends cleanly. Workers change the time it
    takes, never a number.
    """
    from rehab_opt.cli.validation_display import ValidationDisplay
    from rehab_opt.report import DISCLAIMER
    from rehab_opt.validation.calibration import calibrate as run
    from rehab_opt.validation.calibration import load_calibration

    found = load_calibration(calibration).with_trials(trials)
    where = Path("runs") / found.name if out is None else out
    typer.echo(
        f"Calibration {found.name}: {found.trials} trials, {len(found.parameters)} parameters, {len(found.targets)}"
        f" targets. Results: {where}",
        err=True,
    )
    with ValidationDisplay() as display:
        choice = run(found, where, workers=workers, progress=display)
    if as_json:
        import json

        from rehab_opt.validation.calibration import RESULT

        print_json(json.loads((where / RESULT).read_text("utf-8")))
    else:
        typer.echo("\n".join(["", *result_lines(choice), f"Results: {where}", "", DISCLAIMER]))


def result_lines(choice: Choice) -> list[str]:
    """Return what was found, for people."""
    from rehab_opt.validation.show import number_words

    best, today = choice.best, next(row for row in choice.finalists if row.trial.number == 0)
    loose = [row.name for row in choice.sensitivities if not row.pinned]
    width = max(len(row.name) for row in choice.calibration.parameters)
    return [
        f"Chosen: trial {best.trial.number} of {len(choice.trials)}; loss on fresh patients {best.mean:.4g}"
        f" (today's values {today.mean:.4g}, standard error of differences {best.error:.2g})",
        *(
            f"  {row.name:<{width}}  {number_words(row.start)} -> {number_words(best.trial.point[row.name])}"
            for row in choice.calibration.parameters
        ),
        f"Not pinned down by the data: {', '.join(loose) or 'none'}",
    ]
