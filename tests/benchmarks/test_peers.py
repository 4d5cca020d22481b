"""The comparison with peers: the package's kernels, plain numpy and scipy do the same work as the yardstick."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peers import ours
from benchmarks.peers.environments import ENVIRONMENTS, prepare
from benchmarks.peers.implementations import numpy_dense, scipy_sparse
from benchmarks.peers.implementations.problem import INHIBITORY, Form, Problem
from benchmarks.peers.measure import Yardstick
from benchmarks.peers.peers import PEERS
from benchmarks.peers.reference import solve
from benchmarks.peers.work import STIMULI, build_problem, held_out_score

SAME = 1e-4


@pytest.fixture(scope="module")
def problem() -> Problem:
    return build_problem(240)


@pytest.fixture(scope="module")
def yardstick(problem):
    return Yardstick(problem)


def arrays(result):
    return {name: getattr(result, name) for name in ("rates", "weight", "input_weight", "excitability")}


@pytest.mark.parametrize("module", [ours, numpy_dense, scipy_sparse], ids=["ours", "numpy", "scipy"])
@pytest.mark.parametrize("form", [Form(5, 8), Form(5, 60, 2e-3)], ids=["fixed", "tested"])
def test_peers_agree_with_the_yardstick(module, form, problem, yardstick):
    run = module.prepare(problem, form)
    result = run()()
    assert yardstick.agreement(form, arrays(result)) < SAME
    assert result.steps == sum(yardstick.end(form)[1])
    again = run()()
    assert np.array_equal(again.weight, result.weight)


@pytest.mark.parametrize(
    "constant", ["rate", "recurrent_share", "inhibitory_rate", "excitability_rate", "scaling_rate"]
)
def test_agreement_notices_a_rule_that_is_slightly_wrong(constant, problem, yardstick):
    form = Form(20, 8)
    wrong = replace(problem, **{constant: 1.02 * getattr(problem, constant)})
    assert yardstick.agreement(form, arrays(solve(wrong, form)[0])) > SAME


def test_agreement_notices_one_step_too_many(problem, yardstick):
    assert yardstick.agreement(Form(5, 8), arrays(solve(problem, Form(5, 9))[0])) > SAME


def test_the_work_teaches_held_out_stimuli(problem):
    result, _ = solve(problem, Form(20, 8))
    assert held_out_score(problem, result.rates) > held_out_score(problem, problem.rates) + 5


def test_a_synapse_has_a_place_of_its_own(problem):
    assert problem.inputs.shape[1] == STIMULI == problem.targets.shape[1]
    plastic = np.where(problem.weight[:, : INHIBITORY.stop] != 0, problem.source[:, : INHIBITORY.stop], -1)
    for row in plastic:
        sources = row[row >= 0]
        assert len(np.unique(sources)) == len(sources)


def test_a_problem_comes_back_from_its_file(problem, tmp_path):
    problem.save(tmp_path / "problem.npz")
    back = Problem.load(tmp_path / "problem.npz")
    assert np.array_equal(back.weight, problem.weight)
    assert back.rate == problem.rate


def test_every_peer_has_an_environment():
    assert {peer.environment for peer in PEERS} == set(ENVIRONMENTS)


def test_a_peer_that_is_not_installed_has_a_reason(tmp_path):
    found = prepare(ENVIRONMENTS["numpy"], tmp_path, allow_install=False)
    assert found.python is None
    assert "not installed" in found.reason
