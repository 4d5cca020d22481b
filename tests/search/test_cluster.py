"""Work on a real Dask cluster: the contract, workers that die, hang or run other code, and a scheduler that is gone."""

import os
import signal
import sys
import time
from types import ModuleType

import pytest
from dask_cluster import Cluster
from worker_tasks import die, fail_strangely, identity, nap

from rehab_opt.errors import InputError, LostWorkError
from rehab_opt.search import BlockTimedOutError, WorkerDiedError, installed_versions, make_executor
from rehab_opt.search.testing import ExecutorContract
from rehab_opt.search.workers.cluster_worker import Identity, difference
from rehab_opt.search.workers.cluster_worker import identity as code_identity


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("dask"), DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1")
    with cluster:
        yield cluster


@pytest.fixture
def dask(cluster):
    executor = make_executor("dask", scheduler=cluster.address)
    yield executor
    executor.shutdown(wait=False, cancel_futures=True)


class TestDask(ExecutorContract):
    @pytest.fixture
    def executor(self, dask):
        return dask


def test_units_run_in_two_processes_of_the_cluster(dask):
    processes = {dask.submit(nap, 0.1).result(timeout=60) for _ in range(2)}
    deadline = time.monotonic() + 60
    while len(processes) < 2 and time.monotonic() < deadline:
        processes |= {future.result(timeout=60) for future in [dask.submit(nap, 0.1) for _ in range(6)]}
    assert len(processes) == 2
    assert os.getpid() not in processes


def test_what_was_not_sent_can_be_taken_back_and_what_was_sent_comes(dask):
    futures = [dask.submit(nap, 0.1) for _ in range(12)]
    taken = [future.cancel() for future in futures]
    assert taken[0] is False
    assert taken[-1] is True
    assert all(future.result(timeout=60) for future, back in zip(futures, taken, strict=True) if not back)


def test_the_work_of_a_killed_worker_is_done_by_another(cluster, dask, tmp_path):
    futures = [dask.submit(nap, 0.1) for _ in range(8)]
    unlucky = dask.submit(die, str(tmp_path / "died"))
    assert unlucky.result(timeout=60) == "survived"
    assert all(future.result(timeout=60) for future in futures)


def test_a_unit_that_always_kills_its_worker_fails_alone(dask):
    before = [dask.submit(identity, value) for value in range(4)]
    killer = dask.submit(die)
    after = [dask.submit(identity, value) for value in range(4, 8)]
    with pytest.raises(WorkerDiedError, match="died every time"):
        killer.result(timeout=120)
    assert [future.result(timeout=60) for future in before + after] == list(range(8))


def test_nothing_is_sent_beside_a_unit_that_is_tried_alone(dask, monkeypatch):
    sent = []
    monkeypatch.setattr(dask, "_send", lambda unit: (sent.append(unit), dask._sent.setdefault(unit.key, unit)))
    first, second = dask.submit(identity, 1), dask.submit(identity, 2)
    with dask._lock:
        dask._sent.clear()
        first.alone = True
        dask._suspects.append(first)
        dask._waiting.append(second)
        sent.clear()
        dask._fill()
        dask._fill()
    assert sent == [first]


def test_a_unit_that_takes_too_long_is_given_up_with_its_worker(cluster):
    executor = make_executor("dask", scheduler=cluster.address, block_seconds=1.0)
    hanging = executor.submit(nap, 600)
    others = [executor.submit(identity, value) for value in range(4)]
    with pytest.raises(BlockTimedOutError, match="longer than 1 s"):
        hanging.result(timeout=60)
    assert [future.result(timeout=60) for future in others] == list(range(4))
    executor.shutdown(wait=False, cancel_futures=True)


@pytest.fixture
def other_code(monkeypatch):
    """Make this process another one than the workers are: by its sources, or by a version."""

    def change(**changes):
        for name, value in changes.items():
            monkeypatch.setattr(f"rehab_opt.search.workers.cluster_worker.{name}", lambda *_, value=value: value)
        code_identity.cache_clear()

    yield change
    monkeypatch.undo()
    code_identity.cache_clear()


def test_a_worker_with_other_code_is_refused_before_the_start_and_later(cluster, dask, other_code):
    other_code(source_hash="f" * 64)
    with pytest.raises(InputError, match=r"Dask worker tcp://\S+ cannot take part: its sources"):
        make_executor("dask", scheduler=cluster.address)
    with pytest.raises(LostWorkError, match="cannot take part: its sources"):
        dask.submit(identity, 1).result(timeout=60)


def test_other_versions_on_a_worker_are_named_and_can_be_accepted(cluster, other_code):
    other_code(installed_versions={**installed_versions(), "numpy": "9.9"})
    with pytest.raises(InputError, match=r"numpy is \S+ there and 9\.9 here"):
        make_executor("dask", scheduler=cluster.address)
    executor = make_executor("dask", scheduler=cluster.address, any_versions=True)
    assert executor.submit(identity, 5).result(timeout=60) == 5
    executor.shutdown()


def test_work_that_a_worker_cannot_even_load_is_no_fault_of_the_work(dask, monkeypatch):
    module = ModuleType("only_on_the_coordinator")
    exec("def work():\n    return 1", vars(module))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(LostWorkError, match=r"does not run there .*only_on_the_coordinator"):
        dask.submit(module.work).result(timeout=60)


def test_an_error_that_cannot_travel_comes_in_words(dask):
    with pytest.raises(RuntimeError, match="Untravelled: lost its way"):
        dask.submit(fail_strangely).result(timeout=60)


def test_sources_come_before_versions_in_what_differs():
    assert "sources" in difference(Identity("a", ()), Identity("b", (("numpy", "1"),)))
    assert difference(Identity("a", ()), Identity("a", ())) == ""


def test_a_killed_scheduler_is_an_error_of_all_open_work_and_what_was_finished_stays(tmp_path):
    with Cluster(tmp_path, workers=1) as cluster:
        executor = make_executor("dask", scheduler=cluster.address)
        finished = executor.submit(identity, 1)
        assert finished.result(timeout=60) == 1
        waiting = [executor.submit(nap, 60) for _ in range(5)]
        cluster.scheduler.kill()
        for future in waiting:
            with pytest.raises(LostWorkError, match=r"scheduler is gone.*the same command goes on"):
                future.result(timeout=30)
        with pytest.raises(LostWorkError):
            executor.submit(identity, 2).result(timeout=30)
        assert finished.result() == 1
        executor.shutdown(wait=False, cancel_futures=True)


def test_a_scheduler_that_was_told_to_end_is_gone_too_and_without_workers_there_is_a_note(tmp_path):
    with Cluster(tmp_path, workers=0) as cluster:
        with pytest.warns(UserWarning, match="has no workers yet; waiting for one"):
            executor = make_executor("dask", scheduler=cluster.address)
        waiting = executor.submit(identity, 1)
        cluster.scheduler.send_signal(signal.SIGTERM)
        with pytest.raises(LostWorkError, match="scheduler is gone"):
            waiting.result(timeout=30)
        executor.shutdown(wait=False, cancel_futures=True)


def test_options_that_do_not_belong_together_are_refused():
    with pytest.raises(InputError, match="needs the address of a running scheduler"):
        make_executor("dask")
    with pytest.raises(InputError, match="belongs to the executor dask, and this is threads"):
        make_executor("threads", scheduler="tcp://127.0.0.1:1")
    with pytest.raises(InputError, match="its own number of workers"):
        make_executor("dask", 2, scheduler="tcp://127.0.0.1:1")
    with pytest.raises(InputError, match=r"cannot be killed.*allowed: processes or dask"):
        make_executor("threads", block_seconds=5)
    with pytest.raises(InputError, match="above 0"):
        make_executor("processes", block_seconds=0)


def test_an_address_where_nobody_answers_is_a_clear_error(monkeypatch):
    monkeypatch.setattr("rehab_opt.search.workers.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match=r"no Dask scheduler answers.*tcp://127\.0\.0\.1:9"):
        make_executor("dask", scheduler="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        make_executor("dask", scheduler="nonsense://x")
