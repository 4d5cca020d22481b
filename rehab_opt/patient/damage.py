"""From a lesion in words to the units that die and the fibres that are cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError
from rehab_opt.network.healthy import HealthyNetwork
from rehab_opt.network.layout import AREAS, HEMISPHERES
from rehab_opt.parameters import Parameters, stream
from rehab_opt.patient.lesion import Disc
from rehab_opt.patient.person import Patient


def lesioned_hemisphere(patient: Patient) -> int:
    """Return the index of the hemisphere that holds the lesion: opposite to the affected arm."""
    return HEMISPHERES.index(patient.ipsilesional)


def _struck_by_disc(
    disc: Disc, network: HealthyNetwork, hemisphere: int, patient: Patient, p: Parameters
) -> NDArray[np.int64]:
    layout, area = network.layout, AREAS.index(disc.area)
    if disc.centre_mm is None:
        jitter = stream(patient.seed, "lesion", "focus", disc.area).normal(0.0, p["lesion.focus-jitter"], 2)
        centre = np.array(layout.centre(area)) + jitter
    else:
        centre = np.array(disc.centre_mm)
    own = layout.select(hemisphere, area)
    if disc.share is not None:
        distance = np.linalg.norm(layout.position[own] - centre, axis=1)
        return own[np.argsort(distance, kind="stable")[: round(disc.share * len(own))]]
    everywhere = layout.select(hemisphere)
    return np.asarray(
        everywhere[np.linalg.norm(layout.position[everywhere] - centre, axis=1) <= (disc.radius_mm or 0.0)]
    )


def _strongest(network: HealthyNetwork, hemisphere: int, area: int, excitatory: bool, n: int) -> NDArray[np.int64]:
    group = network.layout.select(hemisphere, area, excitatory)
    if n > len(group):
        kind = "responders" if excitatory else "interneurons"
        raise InputError("more units than there are", key=f"strongest_{kind}", value=n, allowed=f"0 to {len(group)}")
    rates = network.learned.rates[group]
    strength = rates.max(axis=1) if excitatory else rates.mean(axis=1)
    return group[np.argsort(-strength, kind="stable")[:n]]


def dead_units(patient: Patient, network: HealthyNetwork, parameters: Parameters) -> NDArray[np.bool_]:
    """Return which units the lesion kills, bool [units].

    Raises
    ------
    InputError
        If the lesion names units that do not exist.
    """
    lesion, layout = patient.lesion, network.layout
    hemisphere = lesioned_hemisphere(patient)
    dead = np.zeros(layout.units, dtype=bool)
    for disc in lesion.discs:
        dead[_struck_by_disc(disc, network, hemisphere, patient, parameters)] = True
    if lesion.units and lesion.units[-1] >= layout.units:
        raise InputError("no such unit", key="units", value=lesion.units[-1], allowed=f"0 to {layout.units - 1}")
    dead[list(lesion.units)] = True
    area = AREAS.index(lesion.strongest_area)
    dead[_strongest(network, hemisphere, area, True, lesion.strongest_responders)] = True
    dead[_strongest(network, hemisphere, area, False, lesion.strongest_interneurons)] = True
    return dead


def _even_order(angle: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Order units so that every first part of the order is spread evenly over preferred angles (van der Corput
    1935)."""
    n = len(angle)
    place = np.empty(n, dtype=np.int64)
    place[np.argsort(angle, kind="stable")] = (np.arange(n) + rng.integers(n)) % n
    inverse, fraction = np.zeros(n), 0.5
    rest = place.copy()
    while rest.any():
        inverse += fraction * (rest % 2)
        rest //= 2
        fraction /= 2
    return np.argsort(inverse, kind="stable")


def _graded(spared: float, n: int, width: float) -> NDArray[np.float64]:
    """Return n strengths in [0, 1] with mean ``spared``, falling along the order over a share ``width`` of it.

    A unit stands for many neurons, so its bundle can be cut in part; ``width`` 0 would cut whole units only.
    """
    if n == 0 or spared in (0.0, 1.0):
        return np.full(n, spared)
    place = (np.arange(n) + 0.5) / n
    low, high = -width - 1.0, 1.0 + width
    for _ in range(60):
        edge = (low + high) / 2
        strength = np.clip(0.5 + (edge - place) / max(width, 1e-3), 0.0, 1.0)
        low, high = (edge, high) if strength.mean() < spared else (low, edge)
    return np.asarray(strength)


def spared_fibres(
    patient: Patient, network: HealthyNetwork, dead: NDArray[np.bool_], parameters: Parameters
) -> NDArray[np.float64]:
    """Return the strength of every unit's downstream fibres after the lesion: 1 spared, 0 cut, float64 [units].

    Fibres are cut in an order that belongs to the patient, so that a larger loss contains every smaller one, and evenly
    over preferred directions, so that the share lost and not the size of the network decides. Bundles
    are cut in part (`lesion.fibre-grading`): the share spared is met exactly.
    """
    layout, lesion = network.layout, patient.lesion
    fibre = np.ones(layout.units)
    for area, spared in ((0, lesion.cst_spared), (1, lesion.sensory_spared)):
        group = layout.select(lesioned_hemisphere(patient), area, excitatory=True)
        rng = stream(patient.seed, "lesion", "fibres", area)
        order = group[_even_order(network.wiring.preferred[group], rng)]
        living = order[~dead[order]]
        fibre[living] = _graded(spared, len(living), parameters["lesion.fibre-grading"])
    fibre[dead] = 0.0
    return fibre
