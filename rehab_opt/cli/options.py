"""Options that several commands share, and what they mean."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rehab_opt.errors import InputError

if TYPE_CHECKING:
    from rehab_opt.course import ModelSpec

Off = Annotated[
    list[str] | None,
    typer.Option(metavar="MECHANISM", help="Remove a mechanism of the network model; may be repeated."),
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Override a number of the network model; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Parallel workers; by default one a core.")]
ExecutorName = Annotated[
    str, typer.Option("--executor", metavar="serial|threads|processes|dask", help="Where work runs.")
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="URL", help="Scheduler of a Dask cluster, such as tcp://10.0.0.1:8786.")
]
Storage = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="REHAB_OPT_STORAGE",
        help="Optuna storage that mirrors the trials, such as sqlite:///trials.db or postgresql+psycopg://me@host/base.",
    ),
]
AcceptChanges = Annotated[
    list[str] | None,
    typer.Option(
        metavar="versions|model",
        help="Go on with a run although its packages or its sources have changed; may be repeated.",
    ),
]
BlockSeconds = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Longest time of a block of patients (processes, dask); by default none."),
]


def changed_model(base: ModelSpec, off: Sequence[str] | None, numbers: Sequence[str] | None) -> ModelSpec:
    """Return a model with more mechanisms removed and numbers overridden.

    Raises
    ------
    InputError
        If a mechanism or number is unknown, a value cannot be used, or the model is not the built-in one.

    Examples
    --------
    >>> from rehab_opt.course import ModelSpec
    >>> changed_model(ModelSpec(), None, None)
    ModelSpec(plug=None, off=(), set=())
    """
    from rehab_opt.course import ModelSpec

    if not off and not numbers:
        return base
    overrides = _overrides(numbers or ())
    if off:
        from rehab_opt.mechanisms.catalogue import check_off

        check_off(tuple(off))
    if overrides:
        from rehab_opt.parameters import check_overrides

        check_overrides(overrides, key="--set")
    merged = {**dict(base.set), **overrides}
    return ModelSpec(base.plug, tuple(dict.fromkeys((*base.off, *(off or ())))), tuple(sorted(merged.items())))


def _overrides(texts: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals):
            raise InputError("must be a name and a value", key="--set", value=text, allowed="dotted.name=value")
        try:
            found[name] = float(value)
        except ValueError:
            raise InputError("must be a number", key=f"--set {name}", value=value) from None
    return found


def print_json(data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> None:
    """Print plain data as one indented JSON value."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))
