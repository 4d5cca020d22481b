"""The directory of a run: the study it belongs to, its manifest, its lock and its log; refuses a study that has
changed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rehab_opt.errors import InputError
from rehab_opt.search.errors import SearchError
from rehab_opt.search.record.changes import settle_code
from rehab_opt.search.record.files import write_atomically, write_json
from rehab_opt.search.record.lock import locked
from rehab_opt.search.record.log import LOG_NAME, RunLog
from rehab_opt.search.record.manifest import MANIFEST_NAME, read_manifest
from rehab_opt.search.record.versions import installed_versions, source_hash

if TYPE_CHECKING:
    from rehab_opt.study import Study

STUDY_NAME = "study.toml"
OWN_NAMES = frozenset(
    {STUDY_NAME, MANIFEST_NAME, LOG_NAME, "lock", "report.html"}
    | {f"{table}.csv" for table in ("trials", "patients", "comparison", "schedule", "pareto", "what_if")}
    | {"schedule.json", "schedule.ics", "pareto.json"}
)
"""Files that a run writes; a table of people that is kept beside them must not have such a name."""
MOST_KEYS_NAMED = 3


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """A directory that this process alone may write, with its open log."""

    path: Path
    log: RunLog

    def finish(self) -> None:
        """Note in the manifest that all results are written."""
        manifest = read_manifest(self.path)
        manifest["finished"] = manifest.get("finished") or _now()
        manifest["sessions"][-1]["ended"] = _now()
        write_json(self.path / MANIFEST_NAME, manifest)


@contextmanager
def open_run(
    path: Path,
    study: Study,
    *,
    executor: str,
    workers: int | None,
    notes: Mapping[str, object] | None = None,
    accept: Collection[str] = (),
) -> Iterator[RunDirectory]:
    """Make or go on with the directory of a run, under its lock.

    Parameters
    ----------
    path
        The directory; made with its parents when it does not exist.
    study
        What is run. Its normal form is stored, and compared when the directory exists.
    executor, workers, notes
        For the manifest only.
    accept
        Changes of the code that are accepted, as in `settle_code`.

    Raises
    ------
    InputError
        If the directory belongs to another study, names the first keys that differ; or if another search works in it.
    SearchError
        If the log was edited, or work is left and the code is not that which began it and was not accepted.
    """
    if path.exists() and not path.is_dir():
        raise InputError("results need a directory, and this is a file", file=path)
    path.mkdir(parents=True, exist_ok=True)
    with locked(path):
        _keep_study(path, study)
        source, versions = source_hash(study.model.plug), installed_versions()
        with RunLog(path / LOG_NAME, {"study": study.hash, "source": source, "versions": versions}) as log:
            if log.contents.header["study"] != study.hash:
                raise SearchError("this log belongs to another study", file=log.path)
            if not read_manifest(path).get("finished"):
                settle_code(log, source, versions, accept)
            _note_session(
                path, study, source, {"executor": executor, "workers": workers, **_notes(log), **(notes or {})}
            )
            yield RunDirectory(path, log)


def _keep_study(path: Path, study: Study) -> None:
    file = path / STUDY_NAME
    if file.exists():
        stored = file.read_text(encoding="utf-8")
        if stored != study.normalised():
            raise InputError(
                f"this directory holds another study: {differing_keys(stored, study.normalised())}. Give another "
                f"directory, or go on with the study that began here: rehab-opt optimize {file} --out {path}",
                file=file,
            )
        _check_people(path, study)
    elif (path / LOG_NAME).exists():
        raise InputError(f"there is a {LOG_NAME} here but no {STUDY_NAME} that it belongs to", file=path)
    else:
        # The table first: a study in place means that all it needs is there.
        _keep_people(path, study)
        write_atomically(file, study.normalised())


def _check_people(path: Path, study: Study) -> None:
    """Refuse a directory whose table of people is no longer the one that the run began with."""
    if study.cohort.people is None or not study.people_sha256:
        return
    copy = path / Path(study.cohort.people).name
    if not copy.exists() or hashlib.sha256(copy.read_bytes()).hexdigest() != study.people_sha256:
        raise InputError("the run's copy of the table of people is gone or was edited; restore it", file=copy)


def _keep_people(path: Path, study: Study) -> None:
    """Keep a copy of the table of people, for the normal form of the study names it without a directory."""
    if study.cohort.people is None:
        return
    source = Path(study.cohort.people)
    if source.name in OWN_NAMES:
        message = "a run writes a file of this name beside its copy of the table; rename the table"
        raise InputError(message, key="cohort.file", value=source.name)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", file=source) from None
    if study.people_sha256 not in ("", hashlib.sha256(content).hexdigest()):
        raise InputError("the table of people has changed since the study was read", file=source)
    copy = path / source.name
    if not (copy.exists() and copy.samefile(source)):
        write_atomically(copy, content)


def differing_keys(stored: str, given: str) -> str:
    """Return the first keys in which two studies differ, with both values.

    Examples
    --------
    >>> differing_keys("seed = 1\\n[search]\\ntrials = 40", "seed = 1\\n[search]\\ntrials = 60")
    'search.trials was 40 and is 60'
    """
    try:
        old, new = _flat(tomllib.loads(stored)), _flat(tomllib.loads(given))
    except tomllib.TOMLDecodeError:
        return f"{STUDY_NAME} was edited and cannot be read"
    differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    words = [f"{key} was {_shown(old, key)} and is {_shown(new, key)}" for key in differing[:MOST_KEYS_NAMED]]
    more = len(differing) - MOST_KEYS_NAMED
    return "; ".join(words) + (f"; and {more} more" if more > 0 else "") if words else "the text differs"


def _shown(values: Mapping[str, object], key: str) -> str:
    return repr(values[key]) if key in values else "not set"


def _flat(data: object, prefix: str = "") -> dict[str, object]:
    if isinstance(data, dict):
        parts = [_flat(value, f"{prefix}.{key}" if prefix else str(key)) for key, value in data.items()]
    elif isinstance(data, list) and any(isinstance(value, dict) for value in data):
        parts = [_flat(value, f"{prefix}[{i}]") for i, value in enumerate(data)]
    else:
        return {prefix: data}
    return {key: value for part in parts for key, value in part.items()}


def _notes(log: RunLog) -> dict[str, object]:
    changes = [f"{', '.join(record.changes)} after {record.trials} trials" for record in log.contents.accepted]
    return {"accepted_changes": changes} if changes else {}


def _note_session(path: Path, study: Study, source: str, notes: Mapping[str, object]) -> None:
    manifest = read_manifest(path) or {
        "format": "rehab-opt.manifest/1",
        "note": "simulation, not clinical advice",
        "study": {"name": study.name, "hash": study.hash},
        "seed": study.seed,
        "source": source,
        "versions": installed_versions(),
        "started": _now(),
        "finished": None,
        "sessions": [],
    }
    session: dict[str, Any] = {"started": _now(), "ended": None, **notes}
    manifest["sessions"].append({**session, "versions": installed_versions()})
    write_json(path / MANIFEST_NAME, manifest)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
