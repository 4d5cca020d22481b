"""A peer in a process of its own: started on one core and one thread, asked in lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Installed, activated
from benchmarks.peers.implementations.problem import Form
from benchmarks.peers.peers import Peer
from rehab_opt.worker import THREAD_VARIABLES

_PATIENCE = 600.0  # seconds without an answer
_GRACE = 10.0  # seconds to end
_FOLDER = Path(__file__).parent
_XLA = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


class PeerError(Exception):
    """A peer that did not start, crashed or gave no answer; the message is one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Processor seconds of the work, seconds by the clock with all that came before it, and settling steps."""

    seconds: float
    all: float
    steps: int


def single_thread(settings: Mapping[str, str]) -> dict[str, str]:
    """Return a process environment in which libraries keep to one thread."""
    return {**settings, **dict.fromkeys(THREAD_VARIABLES, "1"), "XLA_FLAGS": _XLA, "JAX_PLATFORMS": "cpu"}


class Child:
    """A running peer."""

    def __init__(self, peer: Peer, installed: Installed, problem: Path) -> None:
        self.peer = peer
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - lives as long as the process
        if installed.python is None:
            raise PeerError(installed.reason)
        if peer.environment is None:
            module, settings, folder = peer.program[0], dict(os.environ), _FOLDER.parents[1]
        else:
            module, folder = f"implementations.{peer.program[0]}", _FOLDER
            settings = activated(installed.python.parent.parent)
        settings["PYTHONPATH"] = str(folder)
        command = [str(installed.python), "-m", module, str(problem), *peer.program[1:]]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self._errors}
        try:
            self._process = subprocess.Popen(
                command, env=single_thread(settings), cwd=tempfile.gettempdir(), text=True, **pipes
            )
        except OSError as error:
            raise PeerError(f"does not start: {error}") from None
        self.versions: dict[str, str] = self._answer()["versions"]

    def prepare(self, form: Form, save: Path | None) -> Answer:
        """Build a form of the work, run it once, and have the end state written to a file."""
        request: dict[str, object] = {"prepare": [form.days, form.steps, form.tolerance]}
        if save is not None:
            request["save"] = str(save)
        return self._ask(request)

    def run(self) -> Answer:
        """Run the prepared work again."""
        return self._ask({"run": 1})

    def close(self) -> None:
        """Let the process end by itself, so that it removes what it generated; not for long."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._errors.close()

    def _ask(self, request: Mapping[str, object]) -> Answer:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise PeerError(self._reason()) from None
        return Answer(**self._answer())

    def _answer(self) -> Any:
        """Wait for the next line of JSON; a library may print other lines while it is loaded."""
        assert self._process.stdout is not None
        late = threading.Timer(_PATIENCE, self._process.kill)
        late.start()
        try:
            for line in self._process.stdout:
                if line.startswith("{"):
                    return json.loads(line)
        finally:
            late.cancel()
        raise PeerError(self._reason())

    def _reason(self) -> str:
        code = self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors.read().splitlines() if line.strip()]
        return f"ended with code {code}: {lines[-1][:200] if lines else 'no message'}"


def this_environment() -> Installed:
    """Return the environment that runs the benchmark, for the package's own row."""
    return Installed(Path(sys.executable))
