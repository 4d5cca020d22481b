"""A search space that is remembered changes no proposal and is looked for no more than it has to be."""

import optuna
import pytest
from tiny import tiny_study

from rehab_opt.search.proposals import samplers
from rehab_opt.search.proposals.box_sampler import BoxSampler
from rehab_opt.search.proposals.samplers import distributions, make_sampler, proposes_together, quiet_optuna

LAG = 3
STARTUP = 5
TRIALS = 24


@pytest.fixture(autouse=True)
def early(monkeypatch):
    """TPE proposes all ranges together within these few trials too."""
    monkeypatch.setattr(samplers, "TPE_APART", 12)


def proposals(name, wrap):
    box = distributions(tiny_study().space.dimensions)
    with quiet_optuna():
        store = optuna.create_study(direction="maximize")
        open_trials, points = [], []
        for number in range(TRIALS):
            store.sampler = wrap(make_sampler(name, seed=3, number=number, startup=STARTUP), number)
            open_trials.append(store.ask(box))
            points.append(dict(open_trials[-1].params))
            if len(open_trials) == LAG:
                first = open_trials.pop(0)
                store.tell(first, first.params["main.minutes"] - 3.0 * abs(first.params["main.weeks"] - 4))
    return points


@pytest.mark.parametrize("name", ["tpe", "cma-es", "nsga-ii", "qmc", "random"])
def test_the_proposals_are_those_of_the_sampler_itself(name):
    box = BoxSampler(make_sampler(name, seed=3, number=0, startup=STARTUP))

    def one_for_all(inner, number):
        box.inner, box.together = inner, proposes_together(name, number)
        return box

    assert proposals(name, one_for_all) == proposals(name, lambda inner, number: inner)


@pytest.mark.parametrize("name", ["tpe", "cma-es"])
def test_ranges_are_looked_for_only_until_there_is_a_finished_trial(name, monkeypatch):
    asked = []
    kind = type(make_sampler(name, seed=3, number=0, startup=STARTUP))
    whole = kind.infer_relative_search_space

    def watched(self, study, trial):
        asked.append(trial.number)
        return whole(self, study, trial)

    monkeypatch.setattr(kind, "infer_relative_search_space", watched)
    box = BoxSampler(make_sampler(name, seed=3, number=0, startup=STARTUP))

    def one_for_all(inner, number):
        box.inner, box.together = inner, proposes_together(name, number)
        return box

    proposals(name, one_for_all)
    assert asked == ([12] if name == "tpe" else list(range(LAG + 1)))
