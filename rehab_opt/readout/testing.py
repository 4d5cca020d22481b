"""The contract suite for readouts: subclass `ReadoutContract` in a test file and pytest runs every check on it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from rehab_opt.network.state import Anatomy, Rows, State
from rehab_opt.parameters import stream


class ReadoutContract:
    """What every readout of function must keep to. Override `readout` and `patient`; set `floor` and `best` if need be.

    A readout turns a patient's anatomy and state into numbers by name; more is better.

    Examples
    --------
    >>> from rehab_opt.parameters import Parameters
    >>> from rehab_opt.patient import Patient
    >>> from rehab_opt.patient.build import build
    >>> from rehab_opt.readout import score
    >>> class TestMine(ReadoutContract):
    ...     def readout(self, anatomy, state):
    ...         return score(anatomy, state)
    ...     def patient(self):
    ...         brain = build(Patient(id="healthy"), Parameters({"network.units": 240}))
    ...         return brain.anatomy, brain.state
    >>> TestMine().test_a_scrambled_readout_sits_at_the_floor()
    """

    best: float = 1.0
    """Value of the intact network; every value lies between 0 and this."""
    floor: float = 0.5
    """Share of the intact value that a scrambled readout may reach on average: an output of the right mean size but
    without tuning is not worth 0."""

    def readout(self, anatomy: Anatomy, state: State) -> Mapping[str, float]:
        """Return the values of the readout under test, by name."""
        raise NotImplementedError("override readout() to call the readout under test")

    def patient(self) -> tuple[Anatomy, State]:
        """Return the anatomy and the state of an intact network that has learned its tasks. The same on every call."""
        raise NotImplementedError("override patient() to return an intact network")

    def test_values_lie_in_their_range(self) -> None:
        """From 0 to `best`, finite: for the intact network, a silent one and one at its ceiling."""
        anatomy, state = self.patient()
        intact, top = state.rates.copy(), anatomy.dynamics.ceiling[:, None]
        for rates in (intact, np.zeros_like(intact), np.broadcast_to(top, intact.shape).copy()):
            state.rates = rates
            for name, value in self.readout(anatomy, state).items():
                assert np.isfinite(value), f"{name} is not finite"
                assert 0.0 <= value <= self.best, f"{name} = {value} is outside 0 to {self.best}"

    def test_the_intact_network_is_near_the_best(self) -> None:
        """At least nine tenths of `best` for every value."""
        for name, value in self.readout(*self.patient()).items():
            assert value >= 0.9 * self.best, f"{name} = {value} although nothing is lost"

    def test_a_silent_network_can_do_nothing(self) -> None:
        """Without activity every value is 0."""
        anatomy, state = self.patient()
        state.rates[:] = 0
        assert set(self.readout(anatomy, state).values()) == {0.0}

    def test_cut_fibres_carry_nothing(self) -> None:
        """With every downstream fibre cut, every value is 0 although the units are as active as before."""
        anatomy, state = self.patient()
        state.fibre[:] = 0
        assert set(self.readout(anatomy, state).values()) == {0.0}

    def test_the_same_state_gives_the_same_values(self) -> None:
        """Bit for bit."""
        anatomy, state = self.patient()
        assert self.readout(anatomy, state) == self.readout(anatomy, state) == self.readout(*self.patient())

    def test_it_changes_nothing(self) -> None:
        """Reading leaves every array of the state as it was."""
        anatomy, state = self.patient()
        before = copy.deepcopy(state)
        self.readout(anatomy, state)
        changed = [
            item.name for item in fields(state) if not _equal(getattr(state, item.name), getattr(before, item.name))
        ]
        assert not changed, f"the readout changed {changed}"

    def test_a_scrambled_readout_sits_at_the_floor(self) -> None:
        """With the units' links shuffled, the mean of every value over shuffles falls to `floor` of the intact one."""
        anatomy, state = self.patient()
        intact = self.readout(anatomy, state)
        shuffled = [self.readout(scrambled(anatomy, seed), state) for seed in range(8)]
        for name, value in intact.items():
            mean = float(np.mean([row[name] for row in shuffled]))
            assert mean <= self.floor * value, f"{name}: {mean:.2f} with a scrambled readout, {value:.2f} without"


def scrambled(anatomy: Anatomy, seed: int) -> Anatomy:
    """Return the anatomy with every skill's fixed links handed to other units at random.

    Examples
    --------
    >>> from rehab_opt.parameters import Parameters
    >>> from rehab_opt.patient import Patient
    >>> from rehab_opt.patient.build import build
    >>> anatomy = build(Patient(id="healthy"), Parameters({"network.units": 240})).anatomy
    >>> path, other = anatomy.skills[0].path, scrambled(anatomy, 1).skills[0].path
    >>> bool((path.weight == other.weight).all()), bool(abs(path.weight.sum() - other.weight.sum()) < 1e-4)
    (False, True)
    """
    skills = []
    for skill in anatomy.skills:
        order = stream(seed, "scrambled", skill.name).permutation(len(skill.path.units))
        path = replace(skill.path, weight=np.ascontiguousarray(skill.path.weight[:, order]))
        skills.append(replace(skill, path=path))
    return replace(anatomy, skills=tuple(skills))


def _equal(one: object, two: object) -> bool:
    if isinstance(one, Rows) and isinstance(two, Rows):
        return all(np.array_equal(getattr(one, item.name), getattr(two, item.name)) for item in fields(one))
    return np.array_equal(one, two)  # type: ignore[arg-type]
