"""Whole runs on two Dask workers with a PostgreSQL mirror: a worker or the scheduler is killed, nothing is lost."""

import os
import signal
from pathlib import Path

import optuna
import pytest
from dask_cluster import Cluster
from postgres import Server
from tiny import tiny_study, with_search

from rehab_opt.errors import LostWorkError
from rehab_opt.pipeline import optimize
from rehab_opt.search import read_log

TABLES = ("trials.csv", "patients.csv", "comparison.csv", "schedule.json")


class Interruption:
    """A display that does something once, when so many trials are done."""

    def __init__(self, number, act):
        self.number, self.act = number, act

    def on_stage(self, stage, total):
        pass

    def on_trial(self, done, *rest):
        if self.act is not None and done >= self.number:
            act, self.act = self.act, None
            act()

    def on_block(self, stage, done, total, seconds_left):
        pass


def tables(directory):
    return {name: (directory / name).read_bytes() for name in TABLES}


@pytest.fixture
def courses(tmp_path, monkeypatch):
    """Count the courses; workers that are started later find the file in their environment."""
    monkeypatch.setenv("TINY_COUNT", str(tmp_path / "count"))
    return lambda: len((tmp_path / "count").read_text().splitlines())


STUDY = with_search(tiny_study(plug="tiny:CountingModel"), block=1)


def test_a_killed_worker_changes_nothing_and_the_mirror_shows_it_all(tmp_path, courses):
    killed = []
    with Server() as server, Cluster(tmp_path, TINY_SLEEP="0.03") as cluster:

        def kill_one():
            (worker, *_) = cluster.worker_processes()
            os.kill(worker, signal.SIGKILL)
            killed.append(worker)

        place = {"executor": "dask", "scheduler": cluster.address, "storage": server.url}
        run = optimize(STUDY, tmp_path / "run", progress=Interruption(4, kill_one), **place)
        header = read_log(tmp_path / "run" / "log.jsonl").header
        there = optuna.load_study(study_name=f"tiny-{header['sum'][:8]}", storage=server.url)
        assert [trial.value for trial in there.trials] == [trial.value for trial in run.trials]
    assert killed
    assert all(not Path(f"/proc/{worker}").exists() for worker in killed)
    optimize(STUDY, tmp_path / "whole", executor="serial")
    assert tables(tmp_path / "run") == tables(tmp_path / "whole")


def test_a_lost_scheduler_ends_the_run_with_all_that_was_finished_and_any_executor_goes_on(tmp_path, courses):
    with Cluster(tmp_path, TINY_SLEEP="0.03") as cluster:
        place = {"executor": "dask", "scheduler": cluster.address}
        with pytest.raises(LostWorkError, match=r"scheduler is gone.*the same command goes on"):
            optimize(STUDY, tmp_path / "run", progress=Interruption(4, cluster.scheduler.kill), **place)
    kept = read_log(tmp_path / "run" / "log.jsonl")
    assert 4 <= len(kept.trials) < 14
    assert all(trial.outcome == "completed" for trial in kept.trials.values())
    before = courses()
    optimize(STUDY, tmp_path / "run", executor="serial")
    again = courses() - before
    optimize(STUDY, tmp_path / "whole", executor="serial")
    assert tables(tmp_path / "run") == tables(tmp_path / "whole")
    finished = sum(len(trial.results) for trial in kept.trials.values() if trial.origin == "sampler")
    assert again == courses() - before - again - finished - sum(len(block.results) for block in kept.blocks.values())
