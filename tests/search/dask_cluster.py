"""A real Dask cluster for tests: a scheduler and workers, each a process of its own, that can be killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = str(Path(__file__).parent)


class Cluster:
    """Starts at once; `address` is the scheduler's. Workers find the helper modules beside the tests."""

    def __init__(self, folder, workers=2, **variables):
        self.folder, self.address = folder, ""
        paths = os.pathsep.join(path for path in (HERE, os.environ.get("PYTHONPATH", "")) if path)
        quiet = {"DASK_DISTRIBUTED__LOGGING__DISTRIBUTED": "critical"}
        self.variables = {**os.environ, "PYTHONPATH": paths, **quiet, **variables}
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", "at")
        self._await(self._address)
        self.address = self._address()
        self.workers = [self.add_worker() for _ in range(workers)]
        if workers:
            self.wait_for_workers()

    def wait_for_workers(self):
        """Wait until all workers have found the scheduler."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=60)

    def add_worker(self):
        return self._start("dask_worker", "--scheduler-file", "at", "--nthreads", "1", "--local-directory", ".")

    def worker_processes(self):
        """Return the processes that do the work: the children of the nannies."""
        found = []
        for nanny in self.workers:
            for children in Path(f"/proc/{nanny.pid}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return [child for child in found if b"resource_tracker" not in _command(child)]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        orphans = self.worker_processes()
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        for orphan in orphans:  # a child outlives its killed nanny, and would finish the course that it has begun
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)

    def _start(self, command, *options):
        arguments = [sys.executable, "-m", f"distributed.cli.{command}", *options, "--no-dashboard"]
        return subprocess.Popen(
            arguments, cwd=self.folder, env=self.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _address(self):
        """Return the address once the scheduler has written all of its file; empty before."""
        try:
            return json.loads((self.folder / "at").read_text())["address"]
        except (FileNotFoundError, json.JSONDecodeError):
            return ""

    def _await(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "the Dask cluster did not start"
            time.sleep(0.05)


def _command(process):
    """Return the command line of a process; empty once it is gone."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""
