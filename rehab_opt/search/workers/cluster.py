"""Work on a Dask cluster behind the `Executor` protocol: any number of hosts, workers that come, go and die."""

from __future__ import annotations

import itertools
import os
import pickle
import threading
import warnings
from collections import deque
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from typing import Any, ParamSpec, TypeVar

from rehab_opt.errors import InputError, LostWorkError
from rehab_opt.search.workers.cluster_worker import TIMED_OUT_TOPIC, difference, identity, run_unit
from rehab_opt.search.workers.executors import DIED_WORDS, BlockTimedOutError, WorkerDiedError, timed_out_words

P = ParamSpec("P")
T = TypeVar("T")
CONNECT_SECONDS = 10.0
PULSE_SECONDS = 1.0
UNITS_A_THREAD = 2  # one that runs and one that waits beside it, so that no thread stands idle


class _Unit(Future[Any]):
    """A unit of work with its future; until it is sent to the cluster it can be taken back."""

    def __init__(self, executor: DaskExecutor, key: str, payload: bytes) -> None:
        super().__init__()
        self.executor, self.key, self.payload = executor, key, payload
        self.remote: Any = None
        self.alone = False

    def cancel(self) -> bool:
        """Take the work back unless the cluster has it already."""
        if not self.executor.take_back(self):
            return False
        self.withdraw()
        return True

    def withdraw(self) -> None:
        """Settle as cancelled."""
        super().cancel()
        self.set_running_or_notify_cancel()


class DaskExecutor:
    """A Dask cluster as an executor.

    Dask runs the work of a worker that died again on another one. A unit that has lost four workers (Dask's own
    ``allowed-failures``) waits until nothing else runs and is tried once more alone; if it loses its workers again, its
    future raises `WorkerDiedError`. When the scheduler is gone, all open futures raise `LostWorkError`.

    Parameters
    ----------
    address
        Of the scheduler, such as ``"tcp://10.0.0.1:8786"``.
    plug
        ``"module:object"`` of the model, when it is not the built-in one; its module must be the same on all workers.
    any_versions
        Take workers with other versions of Python, numpy, numba and scipy too.
    block_seconds
        Longest time of a unit; a worker that takes longer is ended and the unit's future raises `BlockTimedOutError`.

    Raises
    ------
    InputError
        If Dask is not installed, no scheduler answers, or a worker runs other code than this process.
    """

    def __init__(
        self, address: str, plug: str | None = None, *, any_versions: bool = False, block_seconds: float | None = None
    ) -> None:
        self._address, self._plug, self._any_versions = address, plug, any_versions
        self.block_seconds = block_seconds
        self._client = _connect(address)
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self._waiting: deque[_Unit] = deque()
        self._suspects: deque[_Unit] = deque()
        self._sent: dict[str, _Unit] = {}
        self._threads = 0
        self._lost: LostWorkError | None = None
        self._closed = threading.Event()
        try:
            self._check_workers()
        except BaseException:
            _close(self._client)
            raise
        self._client.subscribe_topic(TIMED_OUT_TOPIC, self._on_timed_out)
        threading.Thread(target=self._watch, name="rehab-opt-dask", daemon=True).start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send ``fn`` and its arguments to the cluster; both must be picklable and importable there."""
        payload = pickle.dumps((fn, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)
        unit = _Unit(self, f"rehab-opt-{os.getpid()}-{id(self):x}-{next(self._numbers)}", payload)
        with self._lock:
            if self._lost is None:
                self._waiting.append(unit)
                self._fill()
        if self._lost is not None:
            unit.set_exception(self._lost)
        return unit

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on without us, after all work or (``cancel_futures``) after what was sent."""
        if cancel_futures:
            for unit in list(self._waiting):
                unit.cancel()
        if wait:
            futures.wait(self._open())
        self.abandon()

    def abandon(self) -> None:
        """Leave now and take back everything that is open."""
        if self._closed.is_set():
            return
        self._closed.set()
        for unit in self._settle_all():
            unit.withdraw()
        _close(self._client)

    def take_back(self, unit: _Unit) -> bool:
        """Remove a unit that was not sent; return whether it could be."""
        with self._lock:
            if unit not in self._waiting:
                return False
            self._waiting.remove(unit)
            return True

    def _check_workers(self) -> None:
        """Refuse workers with other code at once; those that join later are checked with their first unit."""
        here = identity(self._plug)
        found: dict[str, Any] = self._client.run(identity, self._plug, on_error="return")
        for address, there in sorted(found.items()):
            if isinstance(there, BaseException):
                words = f"rehab-opt does not run there ({type(there).__name__}: {there})"
            else:
                words = difference(here, there, any_versions=self._any_versions)
            if words:
                message = f"Dask worker {address} cannot take part: {words}. Install the coordinator's on all workers"
                raise InputError(message, key="scheduler", value=self._address)
        self._count_threads()
        if not found:
            warnings.warn(f"the Dask scheduler at {self._address} has no workers yet; waiting for one", stacklevel=3)

    def _count_threads(self) -> None:
        self._threads = int(self._client.scheduler_info(n_workers=0).get("total_threads", 0))

    def _watch(self) -> None:
        """Follow the size of the cluster, and notice when the scheduler is gone."""
        while not self._closed.wait(PULSE_SECONDS):
            try:
                gone = self._client.status not in ("running", "connecting")
                if not gone:
                    self._count_threads()
                    with self._lock:
                        self._fill()
            except Exception:
                gone = True
            if gone and not self._closed.is_set():
                self._lose()
                return

    def _fill(self) -> None:
        """Send as much as keeps all threads busy; the rest can still be taken back."""
        room = max(1, UNITS_A_THREAD * self._threads)
        if any(unit.alone for unit in self._sent.values()):
            return
        if self._suspects:
            if not self._sent:
                self._send(self._suspects.popleft())
            return
        while self._waiting and len(self._sent) < room:
            self._send(self._waiting.popleft())

    def _send(self, unit: _Unit) -> None:
        self._sent[unit.key] = unit
        arguments = (unit.payload, unit.key, self._plug, identity(self._plug), self._any_versions, self.block_seconds)
        unit.remote = self._client.submit(run_unit, *arguments, key=unit.key, pure=False)
        unit.remote.add_done_callback(lambda remote: self._landed(unit, remote))

    def _landed(self, unit: _Unit, remote: Any) -> None:
        """Hand on what came of a unit. Runs in Dask's own thread for such calls."""
        from distributed.scheduler import KilledWorker

        if unit.done() or self._closed.is_set():
            return
        try:
            fault = remote.exception() if remote.status == "error" else None
            worked, result = (False, None) if fault is not None else remote.result()
        except KilledWorker as lost:
            # The worker that held the result died, and so did those that were to make it again.
            fault, worked, result = lost, False, None
        except Exception:
            # Cancelled by nobody here: the scheduler, and all that it knew, is gone.
            self._lose()
            return
        if isinstance(fault, KilledWorker) and not unit.alone:
            unit.alone = True
            self._next(unit, suspect=True)
            return
        self._next(unit)
        unit.remote = None  # Dask keeps a result for as long as somebody holds its future
        if fault is not None:
            unit.set_exception(_words_of(fault))
        elif worked:
            unit.set_result(result)
        else:
            unit.set_exception(result)

    def _next(self, unit: _Unit, suspect: bool = False) -> None:
        with self._lock:
            self._sent.pop(unit.key, None)
            if suspect:
                unit.key += "-alone"
                self._suspects.append(unit)
            self._fill()

    async def _on_timed_out(self, event: tuple[float, str]) -> None:
        """Give up a unit whose worker has just said that it ends itself."""
        with self._lock:
            unit = self._sent.get(event[1])
            if unit is None or unit.done():
                return
            unit.set_exception(BlockTimedOutError(timed_out_words(self.block_seconds)))
            self._next(unit)
        # Without this Dask would run it again on the next worker.
        await self._client.cancel([unit.remote], asynchronous=True, force=True)

    def _open(self) -> list[_Unit]:
        with self._lock:
            return [*self._sent.values(), *self._suspects, *self._waiting]

    def _settle_all(self) -> list[_Unit]:
        """Forget all open units and return those that are not settled."""
        with self._lock:
            units = [unit for unit in self._open() if not unit.done()]
            self._sent.clear()
            self._suspects.clear()
            self._waiting.clear()
        return units

    def _lose(self) -> None:
        words = "the Dask scheduler is gone. All that was finished is kept; the same command goes on, on any executor"
        with self._lock:
            if self._lost is None:
                self._lost = LostWorkError(words, key="scheduler", value=self._address)
        for unit in self._settle_all():
            unit.set_exception(self._lost)


def _words_of(fault: BaseException) -> Exception:
    """Return what a fault of a worker means to whoever waits for its work."""
    from distributed.scheduler import KilledWorker

    if isinstance(fault, KilledWorker):
        return WorkerDiedError(DIED_WORDS)
    if isinstance(fault, LostWorkError):
        return fault
    words = f"a Dask worker cannot take part: the work does not run there ({type(fault).__name__}: {fault})"
    return LostWorkError(words, key="scheduler")


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        message = "needs Dask: the extra 'cluster' of rehab-opt"
        raise InputError(message, key="executor", value="dask") from None
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=CONNECT_SECONDS, set_as_default=False, name="rehab-opt"
        )
    except (OSError, ValueError) as error:
        words = str(error) or type(error).__name__
        raise InputError(f"no Dask scheduler answers: {words}", key="scheduler", value=address) from None


def _close(client: Any) -> None:
    """Close a client without waiting for a scheduler that may be gone."""
    threading.Thread(target=lambda: client.close(timeout=2), name="rehab-opt-dask-close", daemon=True).start()
