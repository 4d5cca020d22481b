"""The experiments on the corticospinal search: the published doses, paired arms, verdicts that could be otherwise."""

import numpy as np
import pytest

from rehab_opt.patient import Lesion
from rehab_opt.validation import Bench, Setup
from rehab_opt.validation.groups.models import EXPERIMENTS, residual_capacity, runs, targeted_feedback


@pytest.fixture
def setup(tmp_path):
    return Setup(quick=True, seeds=0.3, bench=Bench(workers=1, folder=tmp_path))


def test_both_targets_have_an_experiment():
    assert set(EXPERIMENTS) == {"residual-capacity", "targeted-feedback"}


def test_doses_are_those_published():
    daily = np.full(428, 10.0)
    plans = {}
    for phase, plan in EXPERIMENTS["residual-capacity"].__globals__["therapies"]().items():
        plans[phase] = daily.copy()
        for session in plan.sessions:
            plans[phase][session.day] += session.repetitions
    standard = plans["standard"]
    assert (standard[:21] == 225).all()
    assert (standard[21:63] == 75).all()
    assert (standard[63:] == 10).all()
    for phase, first in (("subacute", 21), ("chronic", 365)):
        added = plans[phase] - standard
        assert (added[first : first + 42] == 225).all()
        assert added.sum() == 225 * 42


def test_arms_share_networks_and_noise(setup):
    rest = runs.days_of((), "none")
    arms = [runs.Arm(Lesion.disc(share=0.3), rest, plug) for plug in ("NORMAN_2022", "NORMAN_2022_TARGETED")]
    one, two = runs.run_arms(setup, "arms", arms, 2, 3)
    assert (runs.last(one, "force") == runs.last(two, "force")).all()
    assert runs.last(one, "force")[0] != runs.last(one, "force")[1]


def test_without_added_repetitions_nothing_holds(tmp_path, monkeypatch):
    setup = Setup(quick=True, seeds=2, bench=Bench(workers=1, folder=tmp_path))
    module = EXPERIMENTS["residual-capacity"].__globals__
    monkeypatch.setitem(module, "EXTRA", 0)
    monkeypatch.setitem(module, "DAYS", 8)
    finding = residual_capacity(setup)
    verdicts = [check.verdict for check in finding.checks]
    assert verdicts == ["falls short"] * 4 + ["holds"]


def test_without_a_target_nothing_holds(setup, monkeypatch):
    module = EXPERIMENTS["targeted-feedback"].__globals__
    monkeypatch.setitem(module, "PLUGS", {"standard": "NORMAN_2022", "targeted": "NORMAN_2022"})
    monkeypatch.setitem(module, "PRACTICE_DAYS", 5)
    assert [check.verdict for check in targeted_feedback(setup).checks] == ["falls short"] * 2


def test_targeted_feedback_raises_force_on_few_networks(setup):
    finding = targeted_feedback(setup)
    force, lateralisation = finding.checks
    assert force.holds
    assert lateralisation.measured > -0.05
    assert len(finding.figure.series) == 4
