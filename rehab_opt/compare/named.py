"""What to compare, by name: published protocols, schedule files, schedules and policies of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from rehab_opt.errors import InputError
from rehab_opt.therapy import Policy, Schedule, as_policy, enforce, load_schedule, protocols
from rehab_opt.therapy.library import UnknownProtocolError

Therapies: TypeAlias = Mapping[str, Schedule | Policy] | Iterable[str | Path | Schedule]
"""Name -> schedule or policy; or a list of protocols' names, schedule files (``.json``, ``.csv``) and schedules."""

_ENDINGS = (".json", ".csv")


def named_policies(therapies: Therapies) -> dict[str, Policy]:
    """Return one policy for each name, in the order given.

    A schedule goes by its own name, one from a file too. Schedules are held to the default limits (stimulation, hours a
    day) before anything runs; published protocols are taken as they are.

    Raises
    ------
    InputError
        If a protocol is unknown, a file cannot be read, a schedule breaks a limit, or a name stands twice.

    Examples
    --------
    >>> list(named_policies(["usual-care", Schedule(name="rest", sessions=())]))
    ['usual-care', 'rest']
    """
    if isinstance(therapies, Mapping):
        for name, therapy in therapies.items():
            if isinstance(therapy, Schedule):
                enforce(therapy, file=name)
        return {name: as_policy(therapy) for name, therapy in therapies.items()}
    found: dict[str, Policy] = {}
    for item in therapies:
        name, policy = _named(item)
        if name in found:
            raise InputError("a name stands twice; rename one of the two", key="protocol", value=name)
        found[name] = policy
    return found


def _named(item: str | Path | Schedule) -> tuple[str, Policy]:
    if isinstance(item, Schedule):
        enforce(item, file=item.name)
        return item.name, as_policy(item)
    if isinstance(item, Path) or item.lower().endswith(_ENDINGS):
        schedule = load_schedule(item)
        enforce(schedule, file=item)
        return schedule.name, as_policy(schedule)
    try:
        return item, protocols[item].policy()
    except UnknownProtocolError as error:
        raise InputError(
            "neither a published protocol nor a schedule file (.json, .csv)",
            key="protocol",
            value=item,
            allowed=error.allowed,
            nearest=error.nearest,
        ) from None
