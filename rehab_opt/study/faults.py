"""All that is wrong with a study file, at once, as short lines with key, value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError, nearest_name, unknown_name_error

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_LONGEST_VALUE = 60


class FaultsError(Exception):
    """Several faults found in one value; their keys are relative to it."""

    def __init__(self, errors: Iterable[InputError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(str(error) for error in self.errors))


class StudyError(InputError):
    """A study file that cannot be used. ``errors`` holds every fault found; the message lists them, one a line."""

    def __init__(self, errors: Sequence[InputError], *, file: str | Path | None = None) -> None:
        self.errors = tuple(error if file is None else error.within(file) for error in errors)
        first = errors[0]
        if len(errors) == 1:
            parts = {"key": first.key, "value": first.value, "allowed": first.allowed, "nearest": first.nearest}
            super().__init__(first.message, file=file, **parts)  # type: ignore[arg-type]
        else:
            lines = "\n".join(f"  {error}" for error in self.errors)
            super().__init__(f"{len(errors)} faults in the study:\n{lines}")


def at(key: str, error: InputError) -> InputError:
    """Return the same error with ``key`` before its own.

    Examples
    --------
    >>> str(at("phase[0]", InputError("is missing", key="weeks")))
    'phase[0].weeks: is missing'
    """
    inner = error.key or ""
    joined = f"{key}{inner}" if inner.startswith("[") or not key else f"{key}.{inner}" if inner else key
    return InputError(
        error.message, file=error.file, key=joined, value=error.value, allowed=error.allowed, nearest=error.nearest
    )


def from_pydantic(problem: ValidationError, form: type[BaseModel]) -> list[InputError]:
    """Return the findings of pydantic as errors of ours, in the order of the form."""
    found: list[InputError] = []
    for entry in problem.errors(include_url=False):
        loc = entry["loc"]
        key = _dotted(loc)
        if entry["type"] == "faults":
            found += [at(key, error) for error in entry["ctx"]["errors"]]
        elif entry["type"] == "extra_forbidden":
            found.append(_unknown_key(loc, form))
        else:
            value = None if entry["type"] == "missing" else short(entry["input"])
            found.append(InputError(_WORDS.get(entry["type"], entry["msg"]), key=key, value=value))
    return found


def short(value: object) -> object:
    """Return the value as it should stand in a message: long ones cut."""
    text = repr(value)
    return value if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 3] + "..."


_WORDS = {
    "missing": "is missing",
    "model_type": "must be a table of keys and values",
    "dict_type": "must be a table of keys and values",
    "list_type": "must be a list of tables, each written under double brackets such as [[phase]]",
    "tuple_type": "must be a list of tables, each written under double brackets such as [[phase]]",
    "too_short": "needs at least one table",
}


def _unknown_key(loc: Sequence[int | str], form: type[BaseModel]) -> InputError:
    name, known = str(loc[-1]), _keys_at(loc[:-1], form)
    near = nearest_name(name, known)
    error = unknown_name_error("key", name, known, key=_dotted(loc))
    # With the right name at hand, the list of all names would only hide it.
    return InputError(error.message, key=error.key, value=name, allowed=None if near else error.allowed, nearest=near)


def _keys_at(loc: Sequence[int | str], form: type[BaseModel]) -> list[str]:
    """Return the keys of the table at a place of the form."""
    from pydantic import BaseModel

    here: Any = form
    for part in loc:
        if isinstance(part, int):
            continue
        by_alias = {field.alias or name: field for name, field in here.model_fields.items()}
        kinds = [by_alias[part].annotation, *getattr(by_alias[part].annotation, "__args__", ())]
        here = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return [field.alias or name for name, field in here.model_fields.items()]


def _dotted(loc: Sequence[int | str]) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text
