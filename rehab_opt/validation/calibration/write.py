"""The results of a calibration as files: result.json, calibration.md, ensemble.toml."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rehab_opt.search import write_atomically, write_json
from rehab_opt.validation.calibration.choose import Choice
from rehab_opt.validation.calibration.record import Record
from rehab_opt.validation.show import number_words

RESULT, PAGE, ENSEMBLE = "result.json", "calibration.md", "ensemble.toml"
DISCLAIMER = "Simulation, not clinical advice."


def write_results(out: Path, choice: Choice, header: Mapping[str, Any]) -> None:
    """Write all files of a finished calibration."""
    write_json(out / RESULT, result_data(choice, header))
    write_atomically(out / PAGE, page(choice, header))
    write_atomically(out / ENSEMBLE, ensemble_toml(choice))


def result_data(choice: Choice, header: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that was found as JSON-ready data."""
    own = choice.calibration
    keys = ("identity", "targets", "sources", "versions")
    return {
        "disclaimer": DISCLAIMER,
        "name": own.name,
        "seed": own.seed,
        "trials": len(choice.trials),
        "provenance": {key: header[key] for key in keys},
        "best": {"trial": choice.best.trial.number, "set": dict(choice.best.trial.point)},
        "loss_by_target": {
            name: {"today": _loss(choice.trials[0], name), "best": _loss(choice.best.trial, name)}
            for name in own.targets
        },
        "finalists": [
            {
                "trial": row.trial.number,
                "search_loss": row.trial.loss,
                "fresh_loss": row.mean,
                "difference": row.difference,
                "standard_error": row.error,
                "within_noise": row.within_noise,
                "fresh_loss_by_target": {name: _fresh(row.fresh, name) for name in own.targets},
            }
            for row in choice.finalists
        ],
        "parameters": [
            {
                **row.to_data(),
                "best": choice.best.trial.point[row.name],
                "ensemble": [found.low, found.high],
                "width": found.width,
                "pinned_down": found.pinned,
                "share": None if math.isnan(found.share) else found.share,
                "correlation": None if math.isnan(found.correlation) else found.correlation,
            }
            for row, found in zip(own.parameters, choice.sensitivities, strict=True)
        ],
        "ensemble": [{"trial": row.number, "loss": row.loss, "set": dict(row.point)} for row in choice.members],
    }


def ensemble_toml(choice: Choice) -> str:
    """Return the ensemble in the form that `rehab_opt.validation.ensemble` reads, the chosen set first."""
    lines = [
        f"# {len(choice.members)} parameter sets of the calibration {choice.calibration.name}, seed"
        f" {choice.calibration.seed}, {len(choice.trials)} trials: the chosen one, then by loss.",
        f"# {DISCLAIMER}",
    ]
    for row in choice.members:
        lines += ["", "[[member]]", f"trial = {row.number}", f"loss = {row.loss!r}", "[member.set]"]
        lines += [f"{json.dumps(name)} = {float(value)!r}" for name, value in row.point.items()]
    return "\n".join(lines) + "\n"


def page(choice: Choice, header: Mapping[str, Any]) -> str:
    """Return the results as a Markdown page."""
    own = choice.calibration
    loose = [row.name for row in choice.sensitivities if not row.pinned]
    parts = [
        f"# Calibration {own.name}",
        f"{DISCLAIMER} {len(choice.trials)} trials of `{own.sampler}`, seed {own.seed}, {own.seeds:g} times the usual"
        f" numbers of patients, from a stream that validation does not use. Targets in the fit, all of the kind"
        f" `calibrate`: {', '.join(own.targets)}.",
        f"Chosen: trial {choice.best.trial.number}, the set nearest to today's values among those within noise of the"
        f" least loss on {own.repeats} fresh sets of patients.",
        "## Finalists",
        _table(
            ("trial", "loss in the search", "loss on fresh patients", "minus the best", "standard error", "as good"),
            [
                (
                    str(row.trial.number) + (" (today)" if row.trial.number == 0 else ""),
                    *map(number_words, (row.trial.loss, row.mean, row.difference, row.error)),
                    "yes" if row.within_noise else "no",
                )
                for row in choice.finalists
            ],
        ),
        "## Loss by target",
        _table(("target", "today", "chosen", "chosen, fresh patients"), list(_target_rows(choice))),
        "## Checks, on the patients of the search",
        _table(("target", "check", "tolerance", "today", "chosen"), list(_check_rows(choice))),
        "## Parameters",
        f"Width: span of the {len(choice.members)} sets of the ensemble, relative to the prior range. Share: of the"
        " difference between good and other trials (PED-ANOVA). A sampler that closes in on one place makes widths"
        " small by itself, so a wide one says more than a narrow one.",
        _table(
            ("parameter", "today", "chosen", "prior", "ensemble", "width", "share", "rank correlation with the loss"),
            list(_parameter_rows(choice)),
        ),
        f"Not pinned down by the data (width above a third): {', '.join(f'`{name}`' for name in loose) or 'none'}.",
        "## Provenance",
        *(f"* {key}: `{value}`" for key, value in header["sources"].items()),
    ]
    return "\n\n".join(parts) + "\n"


def _target_rows(choice: Choice) -> Iterator[tuple[str, ...]]:
    for name in choice.calibration.targets:
        losses = _loss(choice.trials[0], name), _loss(choice.best.trial, name), _fresh(choice.best.fresh, name)
        yield name, *map(number_words, losses)


def _check_rows(choice: Choice) -> Iterator[tuple[str, ...]]:
    for name in choice.calibration.targets:
        today = {row["name"]: row for row in choice.trials[0].targets[name]["checks"]}
        chosen = {row["name"]: row for row in choice.best.trial.targets[name]["checks"]}
        for check, row in (today | chosen).items():
            ends = ("open" if end is None else number_words(end) for end in (row["tol_low"], row["tol_high"]))
            yield name, check, " to ".join(ends), _measured(today.get(check)), _measured(chosen.get(check))


def _parameter_rows(choice: Choice) -> Iterator[tuple[str, ...]]:
    for row, found in zip(choice.calibration.parameters, choice.sensitivities, strict=True):
        yield (
            f"`{row.name}`" + (" (log)" if row.scale == "log" else ""),
            *map(number_words, (row.start, choice.best.trial.point[row.name])),
            " to ".join(map(number_words, row.prior)),
            f"{number_words(found.low)} to {number_words(found.high)}",
            f"{found.width:.2f}",
            "" if math.isnan(found.share) else f"{found.share:.2f}",
            "" if math.isnan(found.correlation) else f"{found.correlation:+.2f}",
        )


def _measured(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    words = "not measured" if row["measured"] is None else number_words(row["measured"])
    return words if row["holds"] else f"{words} (out)"


def _loss(record: Record, target: str) -> float:
    return float(record.targets[target]["loss"])


def _fresh(records: Sequence[Record], target: str) -> float:
    return math.fsum(_loss(record, target) for record in records) / len(records)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
