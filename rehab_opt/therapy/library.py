"""The published protocols by name, read from the files in ``data/``: dose, timing, source, assumptions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.therapy.policy import DAYS_A_WEEK
from rehab_opt.therapy.protocol import USUAL_CARE_ROLES, Protocol
from rehab_opt.therapy.rows import SESSION_KEYS, check_keys, session_from_row
from rehab_opt.therapy.schedule import Schedule
from rehab_opt.therapy.session import Session
from rehab_opt.therapy.values import LAST_DAY, one_of, whole

_USUAL_CARE = "usual-care"
_WORDS = ("title", "summary", "source", "published")
_KEYS = (*_WORDS, "assumed", "start", "block")
_START_KEYS = ("first_day", "last_day", "usual_care")
_BLOCK_KEYS = (*(key for key in SESSION_KEYS if key != "day"), "weeks", "days_of_week")


class UnknownProtocolError(InputError, KeyError):
    """A protocol's name that is in no list; a `KeyError` too, as every mapping promises."""


class ProtocolLibrary(Mapping[str, Protocol]):
    """The published protocols, read-only, by name; a wrong name is answered with the nearest right one.

    Examples
    --------
    >>> protocols["usual-cera"]
    Traceback (most recent call last):
        ...
    rehab_opt.therapy.library.UnknownProtocolError: unknown protocol (got 'usual-cera'); ... did you mean 'usual-care'?
    >>> "queen-square" in protocols, "no-such" in protocols
    (True, False)
    """

    def __getitem__(self, name: str) -> Protocol:
        known = _texts()
        if name not in known:
            error = unknown_name_error("protocol", str(name), known)
            raise UnknownProtocolError(error.message, value=name, allowed=error.allowed, nearest=error.nearest)
        return _read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_texts())

    def __len__(self) -> int:
        return len(_texts())


protocols = ProtocolLibrary()
"""The published protocols by name."""


@cache
def _texts() -> Mapping[str, str]:
    folder = files("rehab_opt.therapy") / "data"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {item.name.removesuffix(".toml"): item.read_text("utf-8") for item in found}


@cache
def _read(name: str) -> Protocol:
    care = None if name == _USUAL_CARE else _read(_USUAL_CARE).course
    return read_protocol(name, _texts()[name], care=care)


def read_protocol(name: str, text: str, *, care: Schedule | None = None) -> Protocol:
    """Return the protocol of a data file.

    Parameters
    ----------
    name
        Name of the protocol, and of the file without ``.toml``.
    text
        Content of the file.
    care
        Usual care, day 0 being enrolment; None for a protocol that needs none.

    Raises
    ------
    InputError
        If the text is not TOML, or a key or value is not what it should be.

    Examples
    --------
    >>> words = 'title = "T"\\nsummary = "S"\\nsource = "X"\\npublished = "P"\\nassumed = []\\n'
    >>> read_protocol("rest", words + '[start]\\nfirst_day = 0\\nlast_day = 9\\nusual_care = "none"\\n').course.hours
    0.0
    """
    try:
        return _parse(name, tomllib.loads(text), care)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"is not TOML: {error}", file=f"{name}.toml") from None
    except InputError as error:
        raise error.within(f"{name}.toml") from None


def _parse(name: str, table: object, care: Schedule | None) -> Protocol:
    data = check_keys(table, _KEYS, needed=_KEYS[:-1], key="protocol")
    start = check_keys(data["start"], _START_KEYS, needed=_START_KEYS, key="start")
    sessions: list[Session] = []
    for index, block in enumerate(_list(data.get("block", []), "block")):
        sessions += _block(block, f"block[{index}]")
    words = {key: str(data[key]) for key in _WORDS}
    course = Schedule(name=name, sessions=tuple(sessions), notes=f"{words['title']}. Source: {words['source']}.")
    first = whole("start.first_day", start["first_day"], 0, LAST_DAY)
    return Protocol(
        name=name,
        title=words["title"],
        summary=words["summary"],
        source=words["source"],
        published=words["published"],
        assumed=tuple(str(sentence) for sentence in _list(data["assumed"], "assumed")),
        course=course,
        first_day=first,
        last_day=whole("start.last_day", start["last_day"], first, LAST_DAY),
        usual_care=one_of("start.usual_care", start["usual_care"], USUAL_CARE_ROLES if care else ("none",)),
        care=care or Schedule(name="no usual care", sessions=()),
    )


def _block(block: object, key: str) -> Iterator[Session]:
    """Yield the sessions of one block: the same session on some days of the week, for some weeks."""
    values = check_keys(block, _BLOCK_KEYS, needed=("weeks", "days_of_week"), key=key)
    weeks = whole(f"{key}.weeks", values.pop("weeks"), 1, 520)
    days = _list(values.pop("days_of_week"), f"{key}.days_of_week")
    for week in range(weeks):
        for position, day in enumerate(days):
            offset = whole(f"{key}.days_of_week[{position}]", day, 0, DAYS_A_WEEK - 1)
            yield session_from_row({**values, "day": week * DAYS_A_WEEK + offset}, key=key)


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise InputError("must be a list", key=key, value=value)
    return value
