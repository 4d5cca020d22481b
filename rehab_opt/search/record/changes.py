"""Going on with other code than a run began with: refused, unless the user accepts it by name; then put on record."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from rehab_opt.errors import unknown_name_error
from rehab_opt.search.errors import SearchError
from rehab_opt.search.record.records import AcceptedRecord
from rehab_opt.search.record.versions import version_words

if TYPE_CHECKING:
    from rehab_opt.search.record.log import RunLog

VERSIONS, MODEL = "versions", "model"
CHANGES = (VERSIONS, MODEL)
"""What can be accepted: other packages, Python or processor; other sources of this package or of a model of one's own.
A changed study is another run and needs a directory of its own."""


def check_accepted(names: Collection[str]) -> None:
    """Refuse a name that is none of `CHANGES`.

    Raises
    ------
    InputError
        With the nearest right name.

    Examples
    --------
    >>> check_accepted(["versions"])
    >>> check_accepted(["version"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    rehab_opt.errors.InputError: accept-changes: unknown change (got 'version'); ... did you mean 'versions'?
    """
    for name in names:
        if name not in CHANGES:
            raise unknown_name_error("change", name, CHANGES, key="accept-changes")


def settle_code(log: RunLog, source: str, versions: Mapping[str, str], accept: Collection[str]) -> None:
    """Compare the code of this process with that of the log, whose work is not finished.

    What differs must be accepted by name. It is then noted in the log, and the trials from before are taken as they
    are recorded, whatever would be proposed now.

    Parameters
    ----------
    log
        Open for writing.
    source, versions
        Of this process.
    accept
        Some of `CHANGES`.

    Raises
    ------
    SearchError
        If something differs that is not accepted.
    """
    recorded_source, recorded_versions = log.contents.code
    differing = _differing(recorded_versions, versions)
    found = {MODEL: recorded_source != source, VERSIONS: bool(differing)}
    words = {
        MODEL: "this run began with other sources of the model",
        VERSIONS: f"this run began with other versions: {differing}",
    }
    refused = [name for name in CHANGES if found[name] and name not in accept]
    if refused:
        flags = " ".join(f"--accept-changes {name}" for name in CHANGES if found[name])
        raise SearchError(
            f"{'; '.join(words[name] for name in refused)}, so its results need not fit what is simulated now. "
            f"Recorded with {version_words(recorded_versions)}. Go on with what began it, or start anew in another "
            f"directory, or go on all the same with {flags}",
            file=log.path,
        )
    if any(found.values()) or (accept and log.contents.trials):
        changes = tuple(name for name in CHANGES if found[name] or name in accept)
        trials = len(log.contents.trials)
        log.append(AcceptedRecord(changes=changes, source=source, versions=dict(versions), trials=trials))
        if any(found.values()):
            said = "; ".join(words[name] for name in CHANGES if found[name])
            warnings.warn(f"{said}; accepted after {trials} trials, and noted in the log", stacklevel=2)


def _differing(recorded: Mapping[str, str], installed: Mapping[str, str]) -> str:
    names = [name for name in {**recorded, **installed} if recorded.get(name) != installed.get(name)]
    return ", ".join(f"{name} was {recorded.get(name, 'none')} and is {installed.get(name, 'none')}" for name in names)
