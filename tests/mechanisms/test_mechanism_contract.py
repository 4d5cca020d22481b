"""Every row of the model keeps the contract that a mechanism of a user's own must keep."""

import numpy as np
import pytest
from brains import brain, noon

from rehab_opt.mechanisms import MECHANISMS, Mechanism, Phase, names, rows
from rehab_opt.mechanisms.testing import SMALLEST_PATIENT, MechanismContract


@pytest.fixture(params=names())
def row(request) -> Mechanism:
    return next(row for row in MECHANISMS if row.name == request.param)


class TestBuiltIn(MechanismContract):
    @pytest.fixture(autouse=True)
    def _choose(self, row):
        self._row = row

    def mechanism(self):
        return self._row

    def context(self):
        return noon(brain(day=3, units=SMALLEST_PATIENT))


class TestBuiltInOnTheDayOfTheLesion(TestBuiltIn):
    def context(self):
        return noon(brain(day=0, units=SMALLEST_PATIENT))


def _broken(step) -> Mechanism:
    return Mechanism("broken", Phase.NIGHT, "does harm", "no harm", "the harm done", step)


def _contract(step) -> MechanismContract:
    contract = TestBuiltIn()
    contract._row = _broken(step)
    return contract


def _not_a_number(context):
    context.state.excitability[0] = np.nan


def _resurrect(context):
    context.state.integrity[:] = 1


def _change_sign(context):
    context.state.recurrent.weight[:, :24] *= -1


def _overwrite(context):
    context.anatomy.rim[:] += 1


def _own_dice(context):
    context.state.excitability += np.random.default_rng().random(len(context.state.excitability)).astype(np.float32)


@pytest.mark.parametrize(
    ("step", "check"),
    [
        (_not_a_number, "test_every_number_stays_finite"),
        (_resurrect, "test_dead_units_stay_dead"),
        (_change_sign, "test_dales_law_holds"),
        (_overwrite, "test_the_anatomy_stays_as_it_was"),
        (_own_dice, "test_the_same_day_gives_the_same_change"),
    ],
)
def test_the_contract_finds_a_broken_mechanism(step, check):
    with pytest.raises(AssertionError):
        getattr(_contract(step), check)()


def test_names_are_unique_and_every_phase_is_in_the_order_of_the_day():
    assert len(set(names())) == len(MECHANISMS)
    assert [row.name for phase in Phase for row in rows(phase)] == list(names())
