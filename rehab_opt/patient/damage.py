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
    return everywhere[np.linalg.norm(layout.position[everywhere] - centre, axis=1) <= (disc.radius_mm or 0.0)]


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


def spared_fibres(patient: Patient, network: HealthyNetwork, dead: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the strength of every unit's downstream fibre after the lesion: 1 spared, 0 cut, float64 [units].

    Fibres are cut in an order that belongs to the patient, so that a larger loss contains every smaller one; the last
    one is cut in part, so that the share spared is met exactly.
    """
    layout, lesion = network.layout, patient.lesion
    fibre = np.ones(layout.units)
    for area, spared in ((0, lesion.cst_spared), (1, lesion.sensory_spared)):
        group = layout.select(lesioned_hemisphere(patient), area, excitatory=True)
        order = stream(patient.seed, "lesion", "fibres", area).permutation(group)
        living = order[~dead[order]]
        fibre[living] = np.clip(spared * len(living) - np.arange(len(living)), 0.0, 1.0)
    fibre[dead] = 0.0
    return fibre
