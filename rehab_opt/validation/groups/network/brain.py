"""One network of the default kind, day by day, without therapy: what the experiments of this group run on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import Setup

if TYPE_CHECKING:
    from rehab_opt.mechanisms import Context, Mechanism
    from rehab_opt.network.layout import Layout
    from rehab_opt.network.state import Day
    from rehab_opt.patient import Lesion

FloatArray: TypeAlias = NDArray[np.float64]
Units: TypeAlias = NDArray[np.int64]
SENSORY = 1


@dataclass(frozen=True, slots=True)
class Network:
    """A wiring with its noise, the mechanisms removed and the numbers that differ from the defaults. Plain data.

    ``factors`` multiply numbers without regard to their prior range, for sweeps that leave it on purpose.
    """

    seed: int
    wiring: int
    off: tuple[str, ...] = ()
    numbers: tuple[tuple[str, float], ...] = ()
    factors: tuple[tuple[str, float], ...] = ()

    def altered(self, numbers: Mapping[str, float]) -> Network:
        """Return the same network with some numbers set.

        Examples
        --------
        >>> Network(1, 0).altered({"milieu.clock": 1.0}).numbers
        (('milieu.clock', 1.0),)
        """
        return replace(self, numbers=tuple(sorted({**dict(self.numbers), **numbers}.items())))

    def swept(self, name: str, value: float) -> Network:
        """Return the same network with one number set, also beyond its prior range: a sweep looks for the edge.

        Examples
        --------
        >>> Network(1, 0).swept("homeostasis.scaling-rate", 0.4).factors
        (('homeostasis.scaling-rate', 4.0),)
        """
        from rehab_opt.parameters import catalogue

        low, high = catalogue()[name].prior
        inside = min(max(value, low), high)
        numbers, factors = dict(self.numbers) | {name: inside}, dict(self.factors)
        if inside != value:
            factors[name] = value / inside
        return replace(self, numbers=tuple(sorted(numbers.items())), factors=tuple(sorted(factors.items())))


def networks(setup: Setup, use: str, n: int) -> tuple[Network, ...]:
    """Return ``n`` networks of one use, each with a wiring of its own, under the conditions of the setup."""
    return tuple(
        Network(setup.seed("network", use, number), number, setup.off, tuple(sorted(setup.overrides(number).items())))
        for number in range(n)
    )


def begin(network: Network, lesion: Lesion | None = None) -> Context:
    """Return the network in its default state on the morning of day 0, with a lesion if one is given."""
    from rehab_opt.course.day import Conductor, new_day
    from rehab_opt.mechanisms import Context, Draws, Phase
    from rehab_opt.parameters import Parameters
    from rehab_opt.patient import Lesion, Patient
    from rehab_opt.patient.build import build

    patient = Patient(id="network", seed=network.seed, wiring=network.wiring, lesion=lesion or Lesion.none())
    brain = build(patient, Parameters(dict(network.numbers)).multiplied(dict(network.factors)))
    context = Context(
        brain.anatomy, brain.state, new_day(brain.anatomy, 0, 0.0, ()), brain.numbers, Draws(network.seed)
    )
    Conductor(network.off).run(Phase.LESION, context)
    context.state.rates[brain.anatomy.dead] = 0
    return context


def live(
    context: Context, network: Network, days: int, mechanisms: tuple[Mechanism, ...] | None = None
) -> Iterator[Day]:
    """Let days 0 to ``days`` - 1 pass in daily life without therapy, yielding each after its night.

    ``mechanisms`` take the place of the model's own rows.
    """
    from rehab_opt.course.day import Conductor, new_day
    from rehab_opt.mechanisms import MECHANISMS

    conductor = Conductor(network.off, MECHANISMS if mechanisms is None else mechanisms)
    for index in range(days):
        context.day = new_day(context.anatomy, index, 0.0, ())
        conductor.live(context)
        yield context.day


def area_units(context: Context, area: int = SENSORY) -> Units:
    """Return the excitatory units of an area in the hemisphere opposite to the side of the body that is stimulated."""
    return context.anatomy.layout.select(context.anatomy.lesioned, area, excitatory=True)


def from_centre(layout: Layout, area: int, units: Units) -> FloatArray:
    """Return the distance of units from the centre of an area, mm."""
    return np.asarray(np.linalg.norm(layout.position[units] - np.array(layout.centre(area)), axis=1))


def deafferent(context: Context, units: Units) -> None:
    """Silence the thalamic axons of some units for good: their synapses stay and carry nothing, as after a lesion of
    the sense organ, and no other thalamic axon comes near."""
    inputs, candidates = context.anatomy.inputs, context.anatomy.input_candidates.copy()
    silent = len(inputs)
    candidates[units] = np.where(candidates[units] >= 0, silent, candidates[units])
    wider = np.concatenate([inputs, np.zeros_like(inputs[:1])])
    context.anatomy = replace(context.anatomy, inputs=wider, input_candidates=candidates)
    context.state.thalamic.source[units] = silent
