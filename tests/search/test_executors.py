"""Every executor keeps the contract, and worker processes that die cost only the work that killed them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future

import pytest
from worker_tasks import die, environment, identity, nap

from rehab_opt.course import ModelSpec
from rehab_opt.errors import InputError
from rehab_opt.search import BlockTimedOutError, WorkerDiedError, at_work, make_executor, warm_up
from rehab_opt.search.testing import ExecutorContract
from rehab_opt.worker import THREAD_VARIABLES


@pytest.fixture
def processes():
    executor = make_executor("processes", 2)
    yield executor
    executor.shutdown(wait=False, cancel_futures=True)


class TestSerial(ExecutorContract):
    @pytest.fixture
    def executor(self):
        return make_executor("serial")


class TestThreads(ExecutorContract):
    @pytest.fixture
    def executor(self):
        executor = make_executor("threads", 2)
        yield executor
        executor.shutdown(wait=False, cancel_futures=True)


class TestProcesses(ExecutorContract):
    @pytest.fixture
    def executor(self, processes):
        return processes


def test_a_unit_that_always_kills_its_worker_fails_alone(processes):
    before = [processes.submit(identity, value) for value in range(4)]
    killer = processes.submit(die)
    after = [processes.submit(identity, value) for value in range(4, 10)]
    with pytest.raises(WorkerDiedError, match="died every time"):
        killer.result(timeout=60)
    assert [future.result(timeout=60) for future in before + after] == list(range(10))


def test_a_worker_that_dies_once_costs_nothing(processes, tmp_path):
    unlucky = processes.submit(die, str(tmp_path / "died"))
    others = [processes.submit(identity, value) for value in range(4)]
    assert unlucky.result(timeout=60) == "survived"
    assert [future.result(timeout=60) for future in others] == list(range(4))


def test_worker_processes_have_one_thread_a_library(processes):
    found = {name: processes.submit(environment, name).result(timeout=60) for name in THREAD_VARIABLES}
    assert set(found.values()) == {"1"}


def test_ctrl_c_is_left_to_the_coordinator(processes):
    worker = processes.submit(nap, 0).result(timeout=60)
    sleeper = processes.submit(nap, 0.3)
    os.kill(worker, signal.SIGINT)
    assert isinstance(sleeper, Future)
    sleeper.result(timeout=60)


def test_workers_end_with_a_coordinator_that_was_killed():
    code = (
        "import os, time\n"
        "from rehab_opt.search import make_executor\n"
        "if __name__ == '__main__':\n"
        "    pool = make_executor('processes', 1)\n"
        "    print(pool.submit(os.getpid).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().split()[2] != "Z"
    except OSError:
        return False


def test_unknown_executors_and_no_workers_are_refused():
    with pytest.raises(InputError, match="did you mean 'threads'"):
        make_executor("thread")
    with pytest.raises(InputError, match="at least 1"):
        make_executor("threads", 0)


def test_a_unit_that_takes_too_long_is_given_up_and_the_others_go_on():
    executor = make_executor("processes", 2, block_seconds=2.0)
    hanging = executor.submit(nap, 600)
    others = [executor.submit(identity, value) for value in range(6)]
    with pytest.raises(BlockTimedOutError, match="longer than 2 s"):
        hanging.result(timeout=60)
    assert [future.result(timeout=60) for future in others] == list(range(6))
    assert executor.submit(identity, 7).result(timeout=60) == 7
    executor.shutdown()


def test_abandoned_processes_are_killed_whatever_they_do(processes):
    worker = processes.submit(os.getpid).result(timeout=60)
    sleepers = [processes.submit(nap, 600) for _ in range(3)]
    time.sleep(0.2)
    with pytest.raises(KeyboardInterrupt, match="left at once"), at_work(processes):
        raise KeyboardInterrupt
    deadline = time.monotonic() + 10
    while (alive(worker) or not all(sleeper.done() for sleeper in sleepers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(worker)
    assert all(sleeper.done() for sleeper in sleepers)


def test_processes_that_die_at_the_start_are_a_clear_error(processes, monkeypatch):
    monkeypatch.setattr("rehab_opt.search.workers.executors.compile_kernels", die)
    with pytest.raises(InputError, match=r"die before they can work.*__main__"):
        warm_up(processes, "processes", ModelSpec())
