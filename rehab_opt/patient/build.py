"""A patient made real: the healthy network with the lesion and the traits, as the anatomy and state that a course
starts from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.errors import InputError
from rehab_opt.network.healthy import HealthyNetwork, healthy_network
from rehab_opt.network.settling import Dynamics
from rehab_opt.network.state import Anatomy, Rows, Skill, State
from rehab_opt.network.wiring import CALLOSAL, CAPACITY, DISYNAPTIC, INHIBITORY, LOCAL
from rehab_opt.parameters import Parameters, stream
from rehab_opt.patient.damage import dead_units, lesioned_hemisphere, spared_fibres
from rehab_opt.patient.person import Patient
from rehab_opt.patient.surroundings import cut_input, oedema_of, rim_of

Real = type[np.float32] | type[np.float64]
_INTACT_SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Brain:
    """A patient's brain at the moment of the lesion: what stays, what will change, and the patient's own numbers."""

    anatomy: Anatomy
    state: State
    numbers: Parameters


# Trait -> the parameter that it multiplies. Bounds of the prior hold for the average patient, not for each.
_TRAIT_OF = {
    "task-learning.rate": "learning_rate",
    "consolidation.labile-days": "labile_decay_tau",
    "trophic-release.half-release": "trophic_sensitivity",
    "structural-plasticity.rate": "growth_rate",
    "stimulation.coupling": "stimulation_coupling",
    "stimulation.threshold-minutes": "threshold_tau",
    "resources.depletion": "fatigue_rate",
    "arm-choice.threshold": "use_threshold",
    "arm-choice.acts": "life_activity",
    "lesion.oedema-width": "oedema_width",
    "conduction-block.days": "conduction_tau",
}


def _skills(network: HealthyNetwork, affected: int) -> tuple[tuple[Skill, ...], list[int]]:
    """The patient's four skills and the columns of the healthy network that they keep, in order."""
    side = _INTACT_SIDES[affected]
    other = _INTACT_SIDES[1 - affected]
    skills: list[Skill] = []
    columns: list[int] = []
    for name, task_name, held_out in (
        ("reach", f"reach-{side}", True),
        ("good-arm", f"reach-{other}", False),
        ("touch", f"touch-{side}", True),
        ("recall", "recall", True),
    ):
        task = network.tasks.named(task_name)
        path = network.pathways[network.tasks.tasks.index(task)]
        size = (task.columns.stop - task.columns.start) if held_out else task.practised
        kept = list(range(task.columns.start, task.columns.start + size))
        place = slice(len(columns), len(columns) + size)
        skills.append(Skill(name, place, task.practised, task.targets[:, :size], path, network.learned.fidelity[kept]))
        columns += kept
    return tuple(skills), columns


def _habit(skills: tuple[Skill, ...], p: Parameters) -> NDArray[np.float64]:
    """Share of a healthy day's practice per stimulus: acts of both arms, touch, recall; held-out ones less often."""
    habit = np.zeros(skills[-1].columns.stop)
    for skill, weight in zip(
        skills, (0.5, 0.5, p["arm-choice.touch-share"], p["arm-choice.recall-share"]), strict=True
    ):
        share = np.ones(skill.columns.stop - skill.columns.start)
        share[skill.practised :] = p["arm-choice.held-out-weight"]
        habit[skill.columns] = weight * share / share.sum()
    return np.asarray(habit / habit.sum())


def _rows(source: NDArray[np.int32], weight: NDArray[np.float64], real: Real) -> Rows:
    return Rows(source.copy(), weight.astype(real), weight.astype(real), np.ones(weight.shape, dtype=real))


def personal_numbers(patient: Patient, parameters: Parameters) -> Parameters:
    """Return the parameters with the patient's traits multiplied in.

    Examples
    --------
    >>> from rehab_opt.patient.traits import Traits
    >>> quick = Patient(id="p", traits=Traits(learning_rate=2.0))
    >>> base = Parameters()
    >>> personal_numbers(quick, base)["task-learning.rate"] == 2 * base["task-learning.rate"]
    True
    """
    return parameters.multiplied({name: getattr(patient.traits, trait) for name, trait in _TRAIT_OF.items()})


def build(patient: Patient, parameters: Parameters, real: Real = np.float32) -> Brain:
    """Return a patient's brain at the moment of the lesion.

    Parameters
    ----------
    patient
        Plain data; a patient given by a baseline score must have been fitted first.
    parameters
        The model's numbers; the patient's traits are multiplied in here.
    real
        Precision of the simulation.

    Raises
    ------
    InputError
        If the patient still needs a fit, or the lesion names units that do not exist.
    """
    if patient.needs_fit:
        raise InputError("patient is given by a baseline score and has to be fitted first", key=patient.id)
    network = healthy_network(parameters, patient.wiring)
    layout, learned = network.layout, network.learned
    numbers = personal_numbers(patient, parameters)
    dead = dead_units(patient, network, parameters)
    hemisphere = lesioned_hemisphere(patient)
    fibre = spared_fibres(patient, network, dead, numbers)
    skills, columns = _skills(network, _INTACT_SIDES.index(patient.affected_side))
    rates = np.ascontiguousarray(learned.rates[:, columns])
    habit = _habit(skills, parameters)
    usual = rates @ habit
    callosal = np.zeros((layout.units, CAPACITY))
    factor = patient.traits.callosal_strength
    callosal[:, CALLOSAL.start : DISYNAPTIC.stop] = learned.weight[:, CALLOSAL.start : DISYNAPTIC.stop]
    # Health was learned with the average link; a patient's own deviation from it adds to the lesion's imbalance.
    callosal[:, DISYNAPTIC] *= factor
    rng = stream(patient.seed, "stimulation", "field")
    partners = network.partners
    excitatory = layout.excitatory
    anatomy = Anatomy(
        layout=layout,
        skills=tuple(_cast(skill, real) for skill in skills),
        dynamics=Dynamics.of(layout, parameters, real),
        inputs=np.ascontiguousarray(network.tasks.inputs[:, columns].astype(real)),
        lesioned=hemisphere,
        dead=dead,
        rim=rim_of(network, dead, hemisphere, parameters["lesion.rim-width"]).astype(real),
        spared=fibre.astype(real),
        oedema=oedema_of(network, dead, fibre, hemisphere, numbers["lesion.oedema-width"]).astype(real),
        cut_input=cut_input(network, dead).astype(real),
        intact_rates=rates.astype(real),
        habit=habit.astype(real),
        usual=usual.astype(real),
        usual_release=(rates**2 @ habit).astype(real),
        intact_excitability=learned.excitability.astype(real),
        neighbours=network.wiring.source[:, LOCAL.start : LOCAL.start + 16],
        candidates=partners.units,
        input_candidates=partners.channels,
        inhibitory_candidates=partners.inhibitory,
        callosal=callosal.astype(real),
        placement=(rng.lognormal(0.0, 0.35, layout.units) * np.where(excitatory, 1.0, 0.4)).astype(real),
        orientation=(
            np.where(excitatory, patient.traits.stimulation_orientation, 0.0)
            + rng.normal(0.0, numbers["stimulation.orientation-spread"], layout.units)
        ).astype(real),
    )
    return Brain(anatomy, _state(network, anatomy, patient, usual, numbers, real), numbers)


def _cast(skill: Skill, real: Real) -> Skill:
    path = skill.path
    fixed = type(path)(path.units, path.contralateral, path.weight.astype(real), path.credit.astype(real))
    return Skill(skill.name, skill.columns, skill.practised, skill.targets.astype(real), fixed, skill.intact)


def _state(
    network: HealthyNetwork,
    anatomy: Anatomy,
    patient: Patient,
    usual: NDArray[np.float64],
    numbers: Parameters,
    real: Real,
) -> State:
    learned, n = network.learned, network.layout.units
    recurrent = _rows(network.wiring.source, learned.weight, real)
    thalamic = _rows(network.wiring.input_source, learned.input_weight, real)
    recurrent.weight[:, CALLOSAL.start : DISYNAPTIC.stop] = 0  # the callosal mechanism joins the hemispheres
    squares = (anatomy.intact_rates.astype(np.float64) ** 2) @ anatomy.habit.astype(np.float64)
    bound = (learned.weight[:, LOCAL] != 0).sum(axis=1) + (learned.input_weight != 0).sum(axis=1)
    changing = (learned.weight[:, LOCAL] != 0) & anatomy.layout.excitatory[:, None]
    out = np.bincount(network.wiring.source[:, LOCAL][changing].ravel(), minlength=n)
    one, zero = np.ones(n, dtype=real), np.zeros(n, dtype=real)
    return State(
        recurrent=recurrent,
        thalamic=thalamic,
        rates=anatomy.intact_rates.copy(),
        integrity=np.where(anatomy.dead, 0.0, 1.0).astype(real),
        silence=zero.copy(),
        blocked=zero.copy(),
        fibre=anatomy.spared.copy(),
        excitability=learned.excitability.astype(real),
        set_point=usual.astype(real),
        excess=zero.copy(),
        response=zero.copy(),
        drive=zero.copy(),
        threshold=(squares / np.maximum(usual, 1e-6)).astype(real),
        resource=one.copy(),
        dendritic=(bound + numbers["structural-plasticity.spare"]).astype(real),
        axonal=(out + numbers["structural-plasticity.spare"]).astype(real),
        inhibitory_dendritic=(learned.weight[:, INHIBITORY] != 0).sum(axis=1).astype(real),
        gain=zero.copy(),
        minute_threshold=one.copy(),
        value=np.array([1.0, 1.0]),
    )
