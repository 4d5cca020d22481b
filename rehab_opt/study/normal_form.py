"""A study in its normal form: every key that has an effect, in a fixed order, with defaults written out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.study.phase import NUMBERS, Phase
from rehab_opt.study.ranges import Names, Number, Range
from rehab_opt.study.toml_writer import write_toml
from rehab_opt.therapy import format_clock, session_to_row

if TYPE_CHECKING:
    from rehab_opt.patient import CohortSpec
    from rehab_opt.study.study import Objective, Panels, SearchSettings, Study

SWITCHES: dict[str, object] = {
    "trade_off": (),
    "reference_point": (),
    "early_stopping": 0.0,
    "hours": None,
    "until": "budget",
    "what_if": 0,
}
"""Keys that do nothing at these values and are then left out."""


def write_study(study: Study) -> str:
    """Return the normal form as TOML text; `rehab_opt.study.parse_study` reads it back as the same study."""
    return write_toml(study_to_data(study))


def study_to_data(study: Study) -> dict[str, object]:
    """Return the study as plain data with the keys of the study file."""
    rates = {constraint.name.replace("-", "_"): constraint.maximum for constraint in study.constraints}
    limits = {key: value for key, value in asdict(study.limits).items() if value is not None}
    objective = {**_without_off(study.objective), "secondary": study.report_measures}
    return {
        "name": study.name,
        "description": study.description,
        "seed": study.seed,
        "days": study.days,
        **({} if study.model.plug is None else {"model": study.model.plug}),
        "references": study.references,
        "cohort": _cohort(study.cohort, study.people_sha256),
        "objective": objective,
        "constraints": rates,
        "limits": {**limits, "last_day": study.last_day},
        "phase": [_phase(phase) for phase in study.phases],
        **({"locked": [_without_none(session_to_row(session)) for session in study.locked]} if study.locked else {}),
        "search": _without_off(study.search),
        "panels": _without_off(study.panels),
        "mechanisms": {"off": study.model.off},
        "parameters": dict(study.model.set),
    }


def _without_off(part: Objective | SearchSettings | Panels) -> dict[str, object]:
    """Return a table without the switches that are off: a study that uses none keeps the form that it always had."""
    return {key: value for key, value in asdict(part).items() if key not in SWITCHES or value != SWITCHES[key]}


def _cohort(spec: CohortSpec, sha256: str) -> dict[str, object]:
    shared = {"left_share": spec.left_share, "wirings": spec.wirings, "trait_spread": spec.trait_spread}
    spreads = {"trait_spreads": dict(spec.trait_spreads)}
    if spec.people is not None:
        # The name without its directory: a run keeps a copy of the table beside its copy of the study.
        known = {"sha256": sha256} if sha256 else {}
        return {"file": Path(spec.people).name, **known, **shared, **spreads}
    days = {"enrolled_low": spec.enrolled_low, "enrolled_high": spec.enrolled_high}
    if spec.fm_mean is None:
        drawn = {"severity_alpha": spec.severity_alpha, "severity_beta": spec.severity_beta}
    else:
        drawn = {"fm_mean": spec.fm_mean, "fm_sd": spec.fm_sd, "fm_low": spec.fm_low, "fm_high": spec.fm_high}
    return {**drawn, **days, **shared, **spreads}


def _phase(phase: Phase) -> dict[str, object]:
    return {
        "name": phase.name,
        **{key: _open(getattr(phase, key)) for key in NUMBERS},
        "clock": format_clock(phase.clock),
        "order": _open(phase.order),
        "tasks": {task: _open(weight) for task, weight in phase.tasks},
        "stimulation": {
            key.removeprefix("stimulation."): _open(value)
            for key, value in phase.parts()
            if key.startswith("stimulation.")
        },
    }


def _open(value: Number | Names) -> object:
    """Return what stands in the file for a number or name that may be searched."""
    if isinstance(value, tuple):
        return value[0] if len(value) == 1 else value
    return _without_none(asdict(value)) if isinstance(value, Range) else value


def _without_none(row: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in row.items() if value is not None}
