"""The contract suite for mechanisms: subclass `MechanismContract` in a test file and pytest runs every check on it."""

from __future__ import annotations

import copy
import re
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.state import Rows

SMALLEST_PATIENT = 240
"""Units of the smallest network that a mechanism has to work on."""


class MechanismContract:
    """What every mechanism must keep to. Override `mechanism` and `context`.

    Examples
    --------
    >>> from rehab_opt.course.day import new_day
    >>> from rehab_opt.mechanisms import MECHANISMS, Draws
    >>> from rehab_opt.parameters import Parameters
    >>> from rehab_opt.patient import Patient
    >>> from rehab_opt.patient.build import build
    >>> class TestMine(MechanismContract):
    ...     def mechanism(self):
    ...         return MECHANISMS[0]
    ...     def context(self):
    ...         brain = build(Patient.sample(seed=1), Parameters({"network.units": 240}))
    ...         day = new_day(brain.anatomy, 3, 0.0, ())
    ...         return Context(brain.anatomy, brain.state, day, brain.numbers, Draws(1))
    >>> TestMine().test_every_number_stays_finite()
    """

    def mechanism(self) -> Mechanism:
        """Return the mechanism under test."""
        raise NotImplementedError("override mechanism() to return the mechanism under test")

    def context(self) -> Context:
        """Return a fresh context: a patient with dead units, on a day with a bout of practice. The same on every call.

        A patient of `SMALLEST_PATIENT` units keeps the suite fast.
        """
        raise NotImplementedError("override context() to return a patient's day")

    def test_it_has_a_name_a_phase_and_says_what_it_does(self) -> None:
        """The name is kebab-case; process, meaning of its removal and observable are stated."""
        row = self.mechanism()
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.name), f"{row.name!r} is not kebab-case"
        assert isinstance(row.phase, Phase), "phase must be one of Phase"
        for key in ("process", "off", "observable"):
            text = getattr(row, key)
            assert isinstance(text, str), f"{key} must be a text"
            assert len(text.split()) >= 2, f"{key} says nothing"

    def test_every_number_stays_finite(self) -> None:
        """Neither the step nor what happens in its place leaves NaN or infinity behind."""
        for context in self._after():
            for owner in (context.state, context.day):
                for name, values in _arrays(owner):
                    assert np.isfinite(values).all(), f"{name} is not finite"

    def test_the_network_keeps_its_shape(self) -> None:
        """No array changes its length or its precision, and synapses come from units that exist."""
        before = {name: (values.shape, values.dtype) for name, values in _arrays(self.context().state)}
        for context in self._after():
            after = {name: (values.shape, values.dtype) for name, values in _arrays(context.state)}
            assert after == before
            for rows, sources in ((context.state.recurrent, len(context.state.rates)), _thalamic(context)):
                assert rows.source.min() >= 0, "a synapse without a source"
                assert rows.source.max() < sources, "a synapse from a unit that does not exist"

    def test_dead_units_stay_dead(self) -> None:
        """Integrity never rises, and stays 0 where the lesion was."""
        start = self.context()
        assert start.anatomy.dead.any(), "context() must return a patient with dead units"
        for context in self._after():
            assert (context.state.integrity <= start.state.integrity).all(), "integrity rose"
            assert (context.state.integrity >= 0).all(), "integrity below 0"
            assert not context.state.alive[context.anatomy.dead].any(), "a dead unit answers"

    def test_dales_law_holds(self) -> None:
        """No synapse changes its sign: excitatory units excite, inhibitory ones inhibit, thalamic input excites."""
        for context in self._after():
            layout, rows = context.anatomy.layout, context.state.recurrent
            local = layout.hemisphere[rows.source] == layout.hemisphere[:, None]
            excitatory = layout.excitatory[rows.source]
            assert (rows.weight[local & excitatory] >= 0).all(), "an excitatory unit inhibits"
            assert (rows.weight[local & ~excitatory] <= 0).all(), "an inhibitory unit excites"
            assert (context.state.thalamic.weight >= 0).all(), "thalamic input inhibits"

    def test_shares_stay_shares(self) -> None:
        """Silence, block and resources lie from 0 to 1; fibres, elements, rates and set points are not negative."""
        for context in self._after():
            state = context.state
            for name in ("integrity", "silence", "blocked", "resource"):
                values = getattr(state, name)
                assert values.min() >= 0, f"{name} is below 0"
                assert values.max() <= 1 + 1e-6, f"{name} is above 1"
            for name in ("fibre", "rates", "set_point", "dendritic", "axonal", "inhibitory_dendritic"):
                assert getattr(state, name).min() >= 0, f"{name} is below 0"

    def test_the_same_day_gives_the_same_change(self) -> None:
        """Bit for bit: randomness comes from the context's draws only, and nothing is kept between calls."""
        one, two = self._stepped(), self._stepped()
        for owner in ("state", "day"):
            pairs = zip(_arrays(getattr(one, owner)), _arrays(getattr(two, owner)), strict=True)
            assert all(np.array_equal(first, second) for (_, first), (_, second) in pairs), f"{owner} differs"

    def test_the_anatomy_stays_as_it_was(self) -> None:
        """What the patient was born with and what the lesion took is read, never written."""
        context = self.context()
        before = copy.deepcopy(dict(_arrays(context.anatomy)))
        self.mechanism().step(context)
        changed = [name for name, values in _arrays(context.anatomy) if not np.array_equal(before[name], values)]
        assert not changed, f"the step changed the anatomy: {changed}"

    def _stepped(self) -> Context:
        context = self.context()
        self.mechanism().step(context)
        return context

    def _after(self) -> list[Context]:
        """The contexts after the step and, where there is one, after what happens in its place."""
        row, found = self.mechanism(), [self._stepped()]
        if row.instead is not None:
            found.append(self.context())
            row.instead(found[-1])
        return found


def _thalamic(context: Context) -> tuple[Rows, int]:
    return context.state.thalamic, len(context.anatomy.inputs)


def _arrays(owner: object) -> list[tuple[str, NDArray[np.generic]]]:
    """Return all arrays of a dataclass with their names, those of its synapses included."""
    found: list[tuple[str, NDArray[np.generic]]] = []
    for item in fields(owner):  # type: ignore[arg-type]
        value = getattr(owner, item.name)
        if isinstance(value, np.ndarray):
            found.append((item.name, value))
        elif isinstance(value, Rows):
            found += [(f"{item.name}.{name}", values) for name, values in _arrays(value)]
    return found
