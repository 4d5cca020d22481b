"""Every published finding has its experiment."""

from rehab_opt.validation.registry import without_experiment


def test_every_target_has_an_experiment():
    assert without_experiment() == ()
