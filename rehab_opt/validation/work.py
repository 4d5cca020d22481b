"""The bench: runs pure functions on all cores, keeps every finished result on disk, and stops cleanly."""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rehab_opt.validation.signature import signature, source_of

if TYPE_CHECKING:
    from rehab_opt.search import Executor, StopRequest

A = TypeVar("A")
R = TypeVar("R")
PATIENCE_SECONDS = 0.25
UNREADABLE = (OSError, EOFError, ValueError, AttributeError, ImportError, pickle.UnpicklingError)


class Progress(Protocol):
    """What a display of a validation run must understand."""

    def on_target(self, number: int, total: int, target_id: str) -> None:
        """Begin a target, the ``number``-th of ``total`` from 1."""
        ...

    def on_work(self, done: int, total: int) -> None:
        """Report finished pieces of work of the target."""
        ...

    def on_verdict(self, target_id: str, verdict: str, seconds: float) -> None:
        """Report a finished target; ``seconds`` is 0 when it was at hand already."""
        ...


class Bench:
    """Workers, store, display and the wish to stop; one for a whole validation run. Use it in a ``with``.

    Parameters
    ----------
    workers
        Number of worker processes; 1 works in this process, None is one a core.
    folder
        Where results are kept; by default beside the compiled kernels. Results of other sources or parameters are never
        taken for these.
    progress, stop
        Whom to tell about the work; what says that the user wishes to stop.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as name, Bench(workers=1, folder=Path(name)) as bench:
    ...     bench.map(abs, [3, -4])
    [3, 4]
    """

    def __init__(
        self,
        workers: int | None = None,
        folder: Path | None = None,
        progress: Progress | None = None,
        stop: StopRequest | None = None,
    ) -> None:
        self.workers, self.progress, self.stop = workers, progress, stop
        self._folder = folder
        self._executor: Executor | None = None
        self.warm = False

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *trouble: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = None

    @property
    def folder(self) -> Path:
        """Where results are kept."""
        if self._folder is None:
            self._folder = default_folder()
        return self._folder

    @property
    def executor(self) -> Executor:
        """The workers, started when they are first needed."""
        if self._executor is None:
            from rehab_opt.search import make_executor

            self._executor = make_executor("serial" if self.workers == 1 else "processes", self.workers)
        return self._executor

    def map(self, function: Callable[[A], R], arguments: Sequence[A]) -> list[R]:
        """Return ``function`` of each argument, in their order; see `Setup.map`."""
        own = (function.__module__, function.__qualname__, source_of(function.__module__), model_hash())
        files = [self.folder / "map" / f"{signature(*own, argument)}.pickle" for argument in arguments]
        found: dict[Path, R] = {}
        for file in set(files):
            with contextlib.suppress(*UNREADABLE):
                found[file] = pickle.loads(file.read_bytes())
        missing = {file: argument for file, argument in zip(files, arguments, strict=True) if file not in found}
        done = self.run(call_and_keep, [(function, argument, file) for file, argument in missing.items()], len(found))
        found |= dict(zip(missing, done, strict=True))
        return [found[file] for file in files]

    def run(self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], at_hand: int = 0) -> list[R]:
        """Return ``function(*call)`` for each call, in their order. Nothing is looked up or kept.

        Raises
        ------
        KeyboardInterrupt
            Once the user has asked to stop and what had begun is finished.
        """
        total = at_hand + len(calls)
        found: dict[int, R] = {}
        self._tell(at_hand, total)
        for number, result in self._landed(function, calls):
            found[number] = result
            self._tell(at_hand + len(found), total)
        return [found[number] for number in range(len(calls))]

    def _landed(self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, R]]:
        """Yield (number, result) as they land; a few calls are under way beyond those that run."""
        from rehab_opt.search import SearchInterrupted, usable_cores

        most = 1 if self.workers == 1 else 2 * (self.workers or usable_cores()) + 2
        waiting: Iterator[tuple[int, Any]] = iter(enumerate(calls))
        under_way: dict[Future[R], int] = {}
        try:
            while True:
                while len(under_way) < most and not self.stopping:
                    number, call = next(waiting, (-1, None))
                    if call is None:
                        break
                    under_way[self.executor.submit(function, *call)] = number
                if self.stopping:
                    # What has begun is finished and kept; what merely waits is taken back.
                    under_way = {future: number for future, number in under_way.items() if not future.cancel()}
                if not under_way:
                    break
                for future in wait(under_way, timeout=PATIENCE_SECONDS, return_when=FIRST_COMPLETED).done:
                    number = under_way.pop(future)
                    yield number, future.result()
        finally:
            for future in under_way:
                future.cancel()
        if self.stopping:
            raise SearchInterrupted("what was finished is kept; the same command goes on from there")

    @property
    def stopping(self) -> bool:
        """Whether the user has asked to stop."""
        return self.stop is not None and self.stop.asked

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None and total:
            self.progress.on_work(done, total)


def call_and_keep(function: Callable[[A], R], argument: A, file: Path) -> R:
    """Return ``function(argument)`` and keep it in a file. Runs on a worker."""
    result = function(argument)
    keep(file, pickle.dumps(result))
    return result


def keep(file: Path, content: bytes) -> None:
    """Write a file atomically; a full or read-only disk costs time later, nothing else."""
    temporary = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".tmp")
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        os.replace(temporary, file)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def model_hash() -> str:
    """Return a hash of what a course depends on beside its job: the sources below this room, and number libraries."""
    from importlib.metadata import version

    from rehab_opt.search import source_hash

    return signature(source_hash(), version("numpy"), version("numba"))


def default_folder() -> Path:
    """Return the folder of kept results, beside those of the package's versions.

    A name under it tells what it holds and depends on, so that an edit of an experiment leaves the courses alone.
    """
    from rehab_opt.network.kernels import cache_folder, source_hash

    place = cache_folder()
    return (place.parent if place.name == source_hash() else place) / "validation"
