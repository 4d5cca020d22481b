"""Where the units are: two hemispheres of three areas, excitatory and inhibitory units, positions in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.parameters import Parameters, stream

HEMISPHERES = ("left", "right")
AREAS = ("motor", "sensory", "cognitive")
MOTOR, SENSORY, COGNITIVE = range(3)


@dataclass(frozen=True, slots=True)
class Layout:
    """The units of one network.

    Attributes
    ----------
    hemisphere, area
        int64 [units]: 0 left, 1 right; 0 motor, 1 sensory, 2 cognitive.
    excitatory
        bool [units]; four of five units.
    position
        float64 [units, 2], mm in the plane of the hemisphere's own sheet; mirrored places have equal coordinates.
    side
        Edge of one square area, mm.
    """

    hemisphere: NDArray[np.int64]
    area: NDArray[np.int64]
    excitatory: NDArray[np.bool_]
    position: NDArray[np.float64]
    side: float

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.area)

    def select(
        self, hemisphere: int | None = None, area: int | None = None, excitatory: bool | None = None
    ) -> NDArray[np.int64]:
        """Return the indices of the units of a hemisphere, an area and a type, in order."""
        chosen = np.ones(self.units, dtype=bool)
        if hemisphere is not None:
            chosen &= self.hemisphere == hemisphere
        if area is not None:
            chosen &= self.area == area
        if excitatory is not None:
            chosen &= self.excitatory == excitatory
        return np.flatnonzero(chosen)

    def centre(self, area: int) -> tuple[float, float]:
        """Return the centre of an area, mm."""
        return _ORIGIN[area][0] * self.side + self.side / 2, _ORIGIN[area][1] * self.side + self.side / 2


# The sensory area borders the motor area behind, the cognitive area lies one sheet in front of it.
_ORIGIN = {MOTOR: (0.0, 0.0), SENSORY: (0.0, -1.0), COGNITIVE: (0.0, 2.0)}


def build_layout(parameters: Parameters, seed: int) -> Layout:
    """Place the units of a network.

    Each area is a square sheet with units at uniformly random places, 80 % excitatory; the total is rounded to a
    multiple of 30 so that every area has the same number of both types.

    Examples
    --------
    >>> layout = build_layout(Parameters(), seed=0)
    >>> layout.units, int(layout.excitatory.sum())
    (600, 480)
    """
    per_area = max(1, round(parameters["network.units"] / 30)) * 5
    n_excitatory = per_area * 4 // 5
    side = parameters["network.area-side"]
    places, hemispheres, areas, types = [], [], [], []
    for hemisphere in range(2):
        for area in range(3):
            rng = stream(seed, "layout", hemisphere, area)
            origin = np.array(_ORIGIN[area]) * side
            places.append(origin + rng.uniform(0, side, (per_area, 2)))
            hemispheres.append(np.full(per_area, hemisphere))
            areas.append(np.full(per_area, area))
            types.append(np.arange(per_area) < n_excitatory)
    return Layout(
        np.concatenate(hemispheres), np.concatenate(areas), np.concatenate(types), np.concatenate(places), side
    )
