"""The control of Sinha 2021: inhibitory contacts of a unit are sought by the same rule as its excitatory ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rehab_opt.mechanisms import Context, Mechanism

STRUCTURE = "structural-plasticity"


def same_rules() -> tuple[Mechanism, ...]:
    """Return the model's mechanisms with one row more, which turns the inhibitory growth rule into the excitatory one.

    The row acts just before structural plasticity and anticipates it: inhibitory elements end the night as if they had
    grown between the same activities as dendritic ones.
    """
    from rehab_opt.mechanisms import MECHANISMS, Mechanism, Phase

    row = Mechanism(
        name="same-growth-rules",
        phase=Phase.NIGHT,
        process="Inhibitory contacts grow below the set point, as excitatory ones do.",
        off="Inhibitory contacts follow their own rule.",
        observable="inhibitory elements of deprived units",
        step=_step,
    )
    place = next(number for number, own in enumerate(MECHANISMS) if own.name == STRUCTURE)
    return (*MECHANISMS[:place], row, *MECHANISMS[place:])


def _step(context: Context) -> None:
    from rehab_opt.mechanisms.base import relative_calcium

    state, numbers = context.state, context.numbers
    real = state.rates.dtype
    # The two lines of structural plasticity that say how active a unit is and how fast its elements grow.
    calcium = relative_calcium(context)
    speed = context.day.growth * state.integrity * real.type(numbers["structural-plasticity.rate"])
    own = _growth(calcium, speed, 1.0, numbers["structural-plasticity.inhibitory-high"])
    wanted = _growth(calcium, speed, numbers["structural-plasticity.dendritic-low"], 1.0)
    elements = state.inhibitory_dendritic
    elements[:] = np.maximum(elements + wanted, 0) - own


def _growth(
    calcium: NDArray[np.floating], speed: NDArray[np.floating], low: float, high: float
) -> NDArray[np.floating]:
    """Return what a night of growth between two activities adds, by the model's own kernel."""
    from rehab_opt.network.kernels import grow

    far = calcium.dtype.type(1000)  # elements are never negative, and a loss must show
    found = np.full(len(calcium), far, dtype=calcium.dtype)
    grow(found, calcium, speed, low, high, np.inf)
    return np.asarray(found - far)
