"""The promise that everything else rests on: one study, one table of trials, whoever works and whoever is killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from counted import key_of
from dask_cluster import Cluster
from tiny import tiny_study, with_search

from rehab_opt.pipeline import optimize
from rehab_opt.pipeline.tables import csv_text, trial_rows
from rehab_opt.search import (
    Bench,
    Pace,
    RunLog,
    Silent,
    StopRequest,
    entries,
    evaluate_references,
    make_executor,
    read_log,
    reference_policies,
    run_trials,
)
from rehab_opt.search.proposals import samplers
from rehab_opt.therapy import as_policy

SAMPLERS = ("tpe", "cma-es", "nsga-ii", "random")
PLACES = [("threads", 1), ("threads", 2), ("threads", 4), ("processes", 1), ("processes", 2), ("processes", 4)]
TABLES = ("trials.csv", "patients.csv", "comparison.csv", "schedule.json")
KILLS = 10
APART = 8


@pytest.fixture(scope="module", autouse=True)
def all_forms():
    """Let TPE propose in all its forms, steps from the best among them, within these few trials."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(samplers, "TPE_APART", APART)
        yield


def study_of(sampler, **changes):
    """Return the study of these tests, with early stopping on; ``changes`` are to its search settings."""
    return with_search(tiny_study(sampler, trials=16), **{"lag": 4, "block": 1, "early_stopping": 0.3, **changes})


def table(study, pool, log_file):
    """Return ``trials.csv`` of the search stage on an executor that lives on."""
    with RunLog(log_file, {}) as log, StopRequest() as stop:
        bench = Bench(pool, log, Silent(), Pace(0), stop)
        patients = study.patients("search")
        references = evaluate_references(study, bench, reference_policies(study), patients)
        return csv_text(trial_rows(study, run_trials(study, bench, patients, entries(study, references))))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    folder, pool = tmp_path_factory.mktemp("serial"), make_executor("serial")
    return {sampler: table(study_of(sampler), pool, folder / sampler) for sampler in SAMPLERS}


@pytest.mark.parametrize(("executor", "workers"), PLACES)
def test_any_width_gives_the_bytes_of_one_worker_for_every_sampler(executor, workers, expected, tmp_path):
    pool = make_executor(executor, workers)
    found = {sampler: table(study_of(sampler), pool, tmp_path / sampler) for sampler in SAMPLERS}
    pool.shutdown(wait=False, cancel_futures=True)
    assert found == expected
    assert len(set(expected.values())) == len(SAMPLERS)
    assert sum(",stopped," in rows for rows in expected.values()) >= 3, "early stopping must have had something to stop"


def test_a_dask_cluster_gives_the_bytes_of_one_worker_for_every_sampler(expected, tmp_path):
    with Cluster(tmp_path) as cluster:
        pool = make_executor("dask", scheduler=cluster.address)
        found = {sampler: table(study_of(sampler), pool, tmp_path / sampler) for sampler in SAMPLERS}
        pool.shutdown(wait=False, cancel_futures=True)
    assert found == expected


# Everything is imported once; each session is a fork, killed at a random moment, and the last one is let through.
KILLER = """
import json, os, random, signal, sys, time
from pathlib import Path
from test_same_bytes import APART, KILLS, killed_study
from rehab_opt.pipeline import optimize
from rehab_opt.search.proposals import samplers
import rehab_opt.compare, rehab_opt.report, pandas, optuna, cmaes
samplers.TPE_APART = APART
directory, moments = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
log, count = directory / "log.jsonl", Path(os.environ["TINY_COUNT"])
sizes = []

def size(file):
    return file.stat().st_size if file.exists() else 0

def lines(file):
    return file.read_bytes().count(b"\\n") if file.exists() else 0

while True:
    last = len(sizes) == KILLS
    child = os.fork()
    if child == 0:
        if last:
            os.environ["TINY_SLEEP"] = "0"
        optimize(killed_study(), directory, executor="threads", workers=2)
        os._exit(0)
    if last:
        sys.exit(os.waitpid(child, 0)[1])
    # Counted in courses and not in seconds, so that a busy machine changes nothing.
    wanted, patience = lines(count) + moments.randint(0, 20), time.monotonic() + 60.0
    while lines(count) < wanted and time.monotonic() < patience:
        time.sleep(0.002)
    time.sleep(moments.uniform(0.0, 0.06))
    os.kill(child, signal.SIGKILL)
    if os.waitpid(child, 0)[1] == 0:
        sys.exit("a session came to its end before it could be killed")
    sizes.append([size(log), size(count)])
    print(json.dumps(sizes[-1]), flush=True)
"""


def killed_study(plug="counted:NotingModel"):
    own = study_of("tpe").search
    study = tiny_study("tpe", trials=40, plug=plug)
    return with_search(study, lag=own.lag, block=own.block, early_stopping=own.early_stopping)


def finished_in(log_file, study):
    """Return what a log holds as finished: (patient, mark of the schedule)."""
    log, policies = read_log(log_file), reference_policies(study)
    found = {
        (result.patient_id, key_of(as_policy(study.space.decode(trial.point))))
        for trial in log.trials.values()
        for result in trial.results
        if trial.origin == "sampler"
    }
    for part in log.parts.values():
        found |= {(result.patient_id, key_of(as_policy(study.space.decode(part.point)))) for result in part.results}
    for (_, name, _), block in log.blocks.items():
        if name in policies:
            found |= {(result.patient_id, key_of(policies[name])) for result in block.results}
    return found


def courses_of(noted):
    return {tuple(line.split()) for line in noted.decode().splitlines()}


def test_killed_at_ten_random_moments_it_is_identical_and_repeats_nothing_that_was_finished(tmp_path):
    directory, count, study = tmp_path / "run", tmp_path / "count", killed_study()
    variables = {"PYTHONPATH": str(Path(__file__).parent), "TINY_COUNT": str(count), "TINY_SLEEP": "0.02"}
    done = subprocess.run(
        [sys.executable, "-c", KILLER, directory, "7"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    sizes = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(sizes) == KILLS
    assert len({size for size, _ in sizes}) > 3, "the kills must meet the run at different places"

    optimize(killed_study("rehab_opt.models.toy:ToyModel"), tmp_path / "whole", executor="serial")
    for name in TABLES:
        assert (directory / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name

    log, noted = (directory / "log.jsonl").read_bytes(), count.read_bytes()
    assert finished_in(directory / "log.jsonl", study) <= courses_of(noted)  # the marks are those of the model
    ends = [*sizes[1:], [len(log), len(noted)]]
    for (log_size, from_here), (_, to_here) in zip(sizes, ends, strict=True):
        before = tmp_path / "before.jsonl"
        before.write_bytes(log[: log[:log_size].rfind(b"\n") + 1])
        assert not courses_of(noted[from_here:to_here]) & finished_in(before, study)
