"""What a value of the study file may be: each kind checks one value and says in words what is allowed."""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError, nearest_name, unknown_name_error
from rehab_opt.study.faults import FaultsError, at, short
from rehab_opt.study.ranges import Range

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_RANGE_KEYS = ("low", "high", "step")


class Kind(ABC):
    """A kind of value; put into ``Annotated`` it is the whole check of a field."""

    words: str
    """What is allowed, in a few words."""

    @abstractmethod
    def check(self, value: object) -> object:
        """Return the value in its normal form, or raise `InputError` or `FaultsError`."""

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(self._validate)

    def _validate(self, value: Any) -> object:
        try:
            return self.check(value)
        except InputError as error:
            raise as_pydantic([error]) from None
        except FaultsError as faults:
            raise as_pydantic(faults.errors) from None


def as_pydantic(errors: tuple[InputError, ...] | list[InputError]) -> Exception:
    """Return errors as one that pydantic collects; `rehab_opt.study.faults.from_pydantic` takes them out again."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError("faults", "cannot be used", {"errors": list(errors)})


class Amount(Kind):
    """A number, or a whole number, from ``low`` to ``high``."""

    def __init__(self, low: float, high: float, *, whole: bool = False, unit: str = "") -> None:
        self.low, self.high, self.whole = low, high, whole
        kind = "whole number" if whole else "number"
        ends = f"{low} to {high}" if whole else f"{low:g} to {high:g}"
        self.words = f"{kind} from {ends}{' ' + unit if unit else ''}"

    def check(self, value: object) -> float | int:
        """Return an int or a float."""
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise InputError("must be a number", value=short(value), allowed=self.words)
        if self.whole and not isinstance(value, int):
            raise InputError("must be a whole number", value=value, allowed=self.words)
        if not self.low <= value <= self.high:
            raise InputError("is out of range", value=value, allowed=self.words)
        return int(value) if self.whole else float(value) + 0.0


class Searched(Kind):
    """A number that may be fixed or searched: plain, or a table with ``low``, ``high`` and perhaps ``step``."""

    def __init__(self, low: float, high: float, *, whole: bool = False, unit: str = "") -> None:
        self.number = Amount(low, high, whole=whole, unit=unit)
        self.step = Amount(1 if whole else 0, max(1, high - low), whole=whole)
        self.words = f"{self.number.words}, or {{low, high}} or {{low, high, step}}"

    def check(self, value: object) -> float | int | Range:
        """Return a number or a `Range`; all faults of a table are found at once."""
        if not isinstance(value, Mapping):
            return self.number.check(value)
        errors = [_unknown(str(name), _RANGE_KEYS) for name in value if name not in _RANGE_KEYS]
        found: dict[str, Any] = {}
        for key in _RANGE_KEYS:
            kind = self.step if key == "step" else self.number
            if key in value:
                try:
                    found[key] = kind.check(value[key])
                except InputError as error:
                    errors.append(at(key, error))
            elif key != "step":
                errors.append(InputError("is missing", key=key, allowed=kind.words))
        if not errors:
            try:
                return Range(found["low"], found["high"], found.get("step"))
            except InputError as error:
                errors.append(error)
        raise FaultsError(errors)


class Name(Kind):
    """One of some names."""

    def __init__(self, names: tuple[str, ...], what: str) -> None:
        self.names, self.what = names, what
        self.words = " or ".join(f'"{name}"' for name in names)

    def check(self, value: object) -> str:
        """Return the name."""
        if not isinstance(value, str):
            raise InputError("must be a name", value=short(value), allowed=", ".join(self.names))
        if value not in self.names:
            raise unknown_name_error(self.what, value, self.names)
        return value


class NameList(Kind):
    """A list of different names."""

    def __init__(self, names: tuple[str, ...], what: str) -> None:
        self.name = Name(names, what)
        self.words = f"list of {self.name.words}" if names else f"list of names of a {what}"

    def check(self, value: object) -> tuple[str, ...]:
        """Return the names, each checked by itself."""
        if not isinstance(value, (list, tuple)):
            raise InputError("must be a list of names", value=short(value), allowed=self.words)
        errors: list[InputError] = []
        for index, item in enumerate(value):
            try:
                self.check_name(item)
            except InputError as error:
                errors.append(at(f"[{index}]", error))
            else:
                if item in value[:index]:
                    errors.append(InputError("stands twice", key=f"[{index}]", value=item))
        if errors:
            raise FaultsError(errors)
        return tuple(value)

    def check_name(self, value: object) -> None:
        """Raise unless it is one of the names."""
        self.name.check(value)


class NumberList(Kind):
    """A list of numbers."""

    def __init__(self, number: Amount) -> None:
        self.number = number
        self.words = f"list, each a {number.words}"

    def check(self, value: object) -> tuple[float, ...]:
        """Return the numbers, each checked by itself."""
        if not isinstance(value, (list, tuple)):
            raise InputError("must be a list of numbers", value=short(value), allowed=self.words)
        found, errors = [], []
        for index, item in enumerate(value):
            try:
                found.append(float(self.number.check(item)))
            except InputError as error:
                errors.append(at(f"[{index}]", error))
        if errors:
            raise FaultsError(errors)
        return tuple(found)


class Choice(NameList):
    """A name that may be fixed or searched: one name, or a list of names to choose from."""

    def __init__(self, names: tuple[str, ...], what: str) -> None:
        super().__init__(names, what)
        self.words = f"{self.name.words}, or a list of these"

    def check(self, value: object) -> tuple[str, ...]:
        """Return one name or several."""
        if not isinstance(value, (list, tuple)):
            return (self.name.check(value),)
        if not value:
            raise InputError("needs at least one name", allowed=self.words)
        return super().check(value)


class Text(Kind):
    """Text, perhaps of a given pattern."""

    def __init__(self, words: str = "text", pattern: str | None = None) -> None:
        self.words, self.pattern = words, None if pattern is None else re.compile(pattern)

    def check(self, value: object) -> str:
        """Return the text."""
        if not isinstance(value, str):
            raise InputError("must be text in quotes", value=short(value), allowed=self.words)
        if self.pattern is not None and not self.pattern.fullmatch(value):
            raise InputError("is no such text", value=short(value), allowed=self.words)
        return value


class Clock(Kind):
    """A clock time such as ``"10:00"``."""

    words = 'clock time such as "10:00"'

    def check(self, value: object) -> float:
        """Return minutes after midnight."""
        from rehab_opt.therapy import parse_clock

        if not isinstance(value, str):
            raise InputError("must be a clock time in quotes", value=short(value), allowed=self.words)
        return parse_clock(value)


def _unknown(name: str, known: tuple[str, ...]) -> InputError:
    near = nearest_name(name, known)
    return InputError("unknown key", key=name, value=name, allowed=None if near else ", ".join(known), nearest=near)
