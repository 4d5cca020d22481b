"""The targets travel unchanged, and names that are wrong get the nearest right one."""

import pytest

from rehab_opt.errors import InputError
from rehab_opt.validation import select, target_groups, targets, targets_hash
from rehab_opt.validation.registry import experiments


def test_the_targets_are_the_published_ones():
    assert targets_hash() == "dc33a3dedc40c294f1b788b2624a5ab370873b1af4e6420cc1d4d687835f52c0"


def test_twelve_may_be_fitted_and_thirty_six_may_not():
    kinds = [target.kind for target in targets().values()]
    assert (kinds.count("calibrate"), kinds.count("shape"), len(kinds)) == (12, 36, 48)


def test_choosing_keeps_the_order_of_the_file():
    chosen = [target.id for target in select(["u-shape", "map-sham"], ["models"])]
    assert chosen == ["map-sham", "u-shape", "residual-capacity", "targeted-feedback"]
    assert len(select()) == 48


@pytest.mark.parametrize(
    ("names", "key", "nearest"),
    [((["u-shpe"], []), "--target", "u-shape"), (([], ["stimulatoin"]), "--group", "stimulation")],
)
def test_an_unknown_name_is_told_the_nearest_one(names, key, nearest):
    with pytest.raises(InputError) as caught:
        select(*names)
    assert (caught.value.key, caught.value.nearest) == (key, nearest)


@pytest.mark.parametrize("group", target_groups())
def test_every_group_has_a_folder_of_experiments_of_its_own_targets(group):
    assert set(experiments(group)) <= {target.id for target in select(group_names=[group])}
