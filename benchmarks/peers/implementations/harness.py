"""A peer's side of the conversation: prepare a form of the work, run it when told, answer in one JSON line each."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .problem import Form, Problem, Result

Run = Callable[[], Result]
Start = Callable[[], Run]  # back to the first day; not timed
Prepare = Callable[[Problem, Form], Start]  # what is built once for a form of the work


def serve(prepare: Prepare, versions: Mapping[str, str]) -> None:
    """Answer requests on standard input until it ends.

    ``{"prepare": [days, steps, tolerance], "save": file}`` builds the work, runs it once and writes the result;
    ``{"run": 1}`` runs it again from the first day. ``seconds`` is what the work took of the processor
    (all threads share one core, so on an idle machine this is the time by the clock; on a busy one it leaves out the
    waiting), ``all`` the time by the clock with what came before.
    Whatever a library prints goes to standard error, so that only answers are on standard output.
    """
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    problem = Problem.load(Path(sys.argv[1]))
    start: Start | None = None
    _answer(answers, {"versions": dict(versions)})
    for line in sys.stdin:
        request = json.loads(line)
        began = time.perf_counter()
        if "prepare" in request:
            days, steps, tolerance = request["prepare"]
            start = prepare(problem, Form(days, steps, tolerance))
        if start is None:
            raise ValueError("a form of the work must be prepared before it is run")
        run = start()
        began_work = time.process_time()
        result = run()
        worked, ended = time.process_time() - began_work, time.perf_counter()
        if "save" in request:
            _save(Path(request["save"]), result)
        _answer(answers, {"seconds": result.seconds or worked, "all": ended - began, "steps": int(result.steps)})


def _save(path: Path, result: Result) -> None:
    np.savez(
        path,
        rates=np.asarray(result.rates),
        weight=np.asarray(result.weight),
        input_weight=np.asarray(result.input_weight),
        excitability=np.asarray(result.excitability),
    )


def _answer(stream: Any, row: Mapping[str, object]) -> None:
    stream.write(json.dumps(row) + "\n")
    stream.flush()
