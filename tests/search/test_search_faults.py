"""Faults in the middle of a whole run: each has a stated end, and nothing that was finished is lost or repeated."""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny import tiny_study, with_search

from rehab_opt.pipeline import optimize
from rehab_opt.search import SearchError, read_log

HERE = Path(__file__).parent
TABLES = ("trials.csv", "patients.csv", "schedule.json", "comparison.csv")


def tables(directory):
    return {name: (directory / name).read_bytes() for name in TABLES}


def start(study, directory, *options, before=None):
    """Start ``rehab-opt optimize`` on a study of the tests in a process of its own."""
    file = directory.parent / f"{directory.name}.toml"
    file.write_text(study.normalised())
    command = [sys.executable, "-c", "from rehab_opt.cli import main; main()", "optimize", file.name]
    return subprocess.Popen(
        [*command, "--out", directory.name, "--workers", "2", *options],
        cwd=directory.parent,
        env={**os.environ, "PYTHONPATH": str(HERE), "TINY_COUNT": str(directory.parent / "count")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,
    )


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come that far"
        time.sleep(0.01)


def trials_in(directory):
    log = directory / "log.jsonl"
    return len(read_log(log).trials) if log.exists() else 0


def fussy_study(plug):
    """Return a study of few trials, some of them with stimulation, and one block a trial."""
    return with_search(tiny_study("random", trials=4, seed=3, plug=plug), block=8)


def test_a_model_that_hangs_costs_its_trial_and_nothing_else(tmp_path):
    study = fussy_study("tiny:HangingModel")
    hanging = optimize(study, tmp_path / "a", workers=2, executor="processes", block_seconds=4.0)
    fussy = optimize(fussy_study("tiny:FussyModel"), tmp_path / "b", executor="serial")
    late = [trial.outcome == "timed-out" for trial in hanging.trials]
    assert late == [trial.outcome == "failed" for trial in fussy.trials]
    assert any(late)
    assert [trial.value for trial in hanging.trials] == [trial.value for trial in fussy.trials]
    message = next(trial.message for trial in hanging.trials if trial.outcome == "timed-out")
    assert message == "BlockTimedOutError: a block of patients took longer than 4 s"
    again = optimize(study, tmp_path / "a", executor="serial")
    assert again.trials == hanging.trials


@pytest.mark.parametrize("executor", ["threads", "processes"])
def test_ctrl_c_twice_leaves_a_model_that_hangs_at_once(executor, tmp_path):
    directory = tmp_path / "run"
    process = start(fussy_study("tiny:HangingModel"), directory, "--executor", executor)
    wait_for(lambda: (tmp_path / "count-hangs").exists() and trials_in(directory) >= 1)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None
    done = trials_in(directory)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted: left at once; what was finished is kept" in stderr
    assert "Traceback" not in stderr
    assert trials_in(directory) >= done


def test_a_model_that_gives_nan_fails_with_measure_and_day(tmp_path):
    with pytest.raises(SearchError, match=r"simulated: InputError: fm_ue: measure is not finite from day 0 on"):
        optimize(tiny_study(plug="tiny:NanModel"), tmp_path / "run", executor="serial")


def workers_of(process):
    with contextlib.suppress(OSError):
        for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
            for child in map(int, children.read_text().split()):
                if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes():
                    yield child


def test_a_worker_killed_in_the_run_changes_nothing(tmp_path):
    study = tiny_study(plug="tiny:CountingModel")
    process = start(study, tmp_path / "run", "--executor", "processes")
    wait_for(lambda: trials_in(tmp_path / "run") >= 2)
    os.kill(next(workers_of(process)), signal.SIGKILL)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    optimize(tiny_study(), tmp_path / "whole", executor="serial")
    assert tables(tmp_path / "run") == tables(tmp_path / "whole")


def limited_files(size):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_a_clear_error_and_the_same_command_goes_on(tmp_path):
    study, directory = with_search(tiny_study(), trials=30), tmp_path / "run"
    process = start(study, directory, "--executor", "serial", before=limited_files(30_000))
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "log.jsonl: file too large; what was finished is kept, and the same command goes on" in stderr
    assert "Traceback" not in stderr
    assert 1 <= trials_in(directory) < 30
    optimize(study, directory, executor="serial")
    optimize(study, tmp_path / "whole", executor="serial")
    assert tables(directory) == tables(tmp_path / "whole")


def test_a_truncated_log_goes_on_and_an_edited_one_is_refused_with_its_line(tmp_path):
    study, directory = tiny_study(), tmp_path / "run"
    optimize(study, directory, executor="serial")
    whole, log = tables(directory), directory / "log.jsonl"
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 2])
    (directory / "manifest.json").unlink()
    optimize(study, directory, executor="serial")
    assert tables(directory) == whole
    log.write_bytes(content.replace(b'"outcome":"completed"', b'"outcome":"failed"', 1))
    process = start(study, directory, "--executor", "serial")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "log.jsonl: line 2 is not what the search wrote" in stderr


def test_a_second_coordinator_is_refused_by_the_command_and_the_first_is_not_disturbed(tmp_path):
    study, directory = tiny_study(plug="tiny:CountingModel"), tmp_path / "run"
    first = start(study, directory, "--executor", "serial")
    wait_for(lambda: trials_in(directory) >= 1)
    # Stopped, the first cannot end before the second, which takes seconds to start on a busy machine, finds it at work.
    first.send_signal(signal.SIGSTOP)
    second = start(study, directory, "--executor", "serial")
    _, stderr = second.communicate(timeout=120)
    first.send_signal(signal.SIGCONT)
    assert second.returncode == 2
    assert f"another search works in this directory (process {first.pid} on" in stderr
    _, stderr = first.communicate(timeout=120)
    assert first.returncode == 0, stderr
