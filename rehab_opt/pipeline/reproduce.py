"""The verb `reproduce`: runs a finished study again from what its directory holds, and says whether it got the same."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.compare import SEARCHED
from rehab_opt.errors import InputError
from rehab_opt.pipeline.launch import optimize
from rehab_opt.search import installed_versions, read_log, read_manifest, source_hash, version_words
from rehab_opt.search.judgement.budget import HOURS
from rehab_opt.search.record.directory import STUDY_NAME
from rehab_opt.search.record.log import LOG_NAME
from rehab_opt.search.record.records import WHAT_IF as WHAT_IF_PANEL

if TYPE_CHECKING:
    from rehab_opt.search import Progress
    from rehab_opt.study import Study

COMPARED = ("trials.csv", "patients.csv", "comparison.csv", "schedule.json")
"""Files that a study decides byte by byte; the log and the manifest hold times as well."""
FRONT, WHAT_IF = "pareto.csv", "what_if.csv"
"""The same, of studies that ask for them."""
MOST_SHOWN = 60  # characters of a line that differs


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """What came of running a study again.

    Parameters
    ----------
    directory
        The run that was repeated.
    differences
        One sentence for every file that came out differently, with the first place; empty if all are the same.
    same_source
        Whether the sources of the model are those of the run.
    versions
        Libraries in words: those that the run was made with, and those installed now.
    accepted
        Changes of the code under which the run went on; such a run need not come out the same anywhere.
    """

    directory: Path
    differences: tuple[str, ...]
    same_source: bool
    versions: tuple[str, str]
    accepted: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether every compared file came out byte by byte as before."""
        return not self.differences


def reproduce(
    directory: str | Path,
    out: str | Path | None = None,
    workers: int | None = None,
    executor: str = "threads",
    progress: Progress | None = None,
    *,
    scheduler: str | None = None,
) -> Reproduction:
    """Run a finished study again and compare every table and the schedule with what its directory holds.

    Parameters
    ----------
    directory
        A finished run. It is only read.
    out
        Directory in which the new run is kept; by default it is thrown away.
    workers, executor, progress, scheduler
        As in `optimize`; they never change a number.

    Raises
    ------
    InputError
        If there is no finished run, a compared file is missing, or ``out`` cannot be used.
    SearchInterrupted
        After Ctrl-C; with ``out`` the same call goes on from there.
    """
    from rehab_opt.study import load_study

    path = Path(directory)
    if not (path / STUDY_NAME).is_file():
        raise InputError("there is no run in this directory", file=path)
    manifest = read_manifest(path)
    if not manifest.get("finished"):
        raise InputError("this run is not finished; the command that began it goes on with it", file=path)
    study = _same_length(load_study(path / STUDY_NAME), path)
    wanted = (*COMPARED, *([FRONT] if study.objective.trade_off else []), *([WHAT_IF] if study.panels.what_if else []))
    old = {name: _content(path / name) for name in wanted}
    if out is not None and Path(out).resolve() == path.resolve():
        raise InputError("the new run needs a directory of its own", key="out", value=str(out))
    if out is not None and read_manifest(Path(out)).get("finished"):
        raise InputError("holds a finished run, so that nothing would be run again", key="out", value=str(out))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) if out is None else Path(out)
        optimize(study, place, workers=workers, executor=executor, progress=progress, scheduler=scheduler)
        new = {name: _content(place / name) for name in wanted}
    found = (first_difference(name, old[name], new[name]) for name in wanted)
    return Reproduction(
        directory=path,
        differences=tuple(words for words in found if words),
        same_source=manifest.get("source") == source_hash(study.model.plug),
        versions=(version_words(manifest.get("versions", {})), version_words(installed_versions())),
        accepted=tuple(manifest["sessions"][-1].get("accepted_changes", ())),
    )


def _same_length(study: Study, path: Path) -> Study:
    """Return the study with what the run came to in place of a clock's limit, and with all patients of its what-if.

    A clock gives no number twice; patients may have been added to the changes of the schedule after the run.
    """
    log, search, panels = read_log(path / LOG_NAME), study.search, study.panels
    if search.hours is not None:
        trials = log.end.trials if log.end is not None and log.end.reason == HOURS else search.trials
        search = replace(search, trials=trials, hours=None)
    if panels.what_if:
        panels = replace(panels, what_if=max(panels.what_if, len(log.panel_results(WHAT_IF_PANEL, SEARCHED))))
    return replace(study, search=search, panels=panels)


def _content(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", file=file) from None


def first_difference(name: str, old: str, new: str) -> str:
    r"""Return where two versions of a file first differ, in words; nothing if they do not.

    Examples
    --------
    >>> first_difference("trials.csv", "trial,value\n0,1.5\n", "trial,value\n0,1.6\n")
    'trials.csv, line 2, value: was 1.5, is 1.6'
    >>> first_difference("trials.csv", "a\n", "a\n")
    ''
    """
    if old == new:
        return ""
    lines = itertools.zip_longest(old.splitlines(), new.splitlines())
    number, (was, now) = next((k, pair) for k, pair in enumerate(lines, start=1) if pair[0] != pair[1])
    place = f"{name}, line {number}"
    if was is None or now is None:
        return f"{place}: {'there was no such line' if was is None else 'the line is gone'}"
    if name.endswith(".csv"):
        heads, before, after = (next(csv.reader(io.StringIO(line))) for line in (old.splitlines()[0], was, now))
        if len(heads) == len(before) == len(after):
            column = next(k for k, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
            place, was, now = f"{place}, {heads[column]}", before[column], after[column]
    return f"{place}: was {was.strip()[:MOST_SHOWN]}, is {now.strip()[:MOST_SHOWN]}"
