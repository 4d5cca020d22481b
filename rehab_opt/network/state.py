"""What changes in a patient's brain (State), what does not (Anatomy), and what the world does to it in a day (Bout)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import Layout
from rehab_opt.network.pathways import Pathway
from rehab_opt.network.settling import Dynamics

Floats = NDArray[np.floating]
SKILLS = ("reach", "good-arm", "touch", "recall")
REACH, GOOD_ARM, TOUCH, RECALL = range(4)


@dataclass(frozen=True, slots=True)
class Skill:
    """A task as one patient practises it and is tested on it.

    Attributes
    ----------
    name
        One of `SKILLS`: reaching with the affected arm, with the good arm, touch on the affected side, recall.
    columns
        Its stimuli among the patient's; practised ones first.
    practised
        Number of practised stimuli.
    targets
        [OUTPUTS, stimuli].
    path
        Fixed readout.
    intact
        float64 [stimuli]: fidelity of the intact network, to which function is relative.
    """

    name: str
    columns: slice
    practised: int
    targets: Floats
    path: Pathway
    intact: NDArray[np.float64]


@dataclass(slots=True)
class Rows:
    """Synapses by target: occupied where the weight is not 0. Excitatory slots come first and are the plastic ones."""

    source: NDArray[np.int32]
    weight: Floats
    stable: Floats
    maturity: Floats


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What stays the same during a course.

    Attributes
    ----------
    layout, skills, dynamics
        Units, tasks and constants of the rate dynamics.
    inputs
        [channels, stimuli] thalamic activity.
    lesioned
        Index of the lesioned hemisphere, 0 or 1.
    dead
        bool [units]: lost with the lesion.
    rim
        [units], 0 to 1: nearness to the lesion's edge, 1 at the edge, 0 far away and in the other hemisphere.
    spared
        [units], 0 to 1: strength of the downstream fibre that the lesion left.
    oedema
        [units], 0 to 1: share of the spared downstream fibre that lies in the oedema round the cut.
    cut_input
        [units], 0 to 1: share of the intact excitatory recurrent input that came from units now dead.
    intact_rates
        [units, stimuli]: responses before the lesion.
    habit
        [stimuli]: share of the day's practice that each stimulus had before the lesion; sums to 1.
    usual
        [units]: mean rate over a healthy day, the stimuli at their habitual shares.
    usual_release
        [units]: mean square rate over a healthy day: what an average repetition makes the unit release.
    intact_excitability
        [units]: excitability before the lesion.
    neighbours
        int32 [units, m]: nearby units that share trophic factors.
    candidates, input_candidates, inhibitory_candidates
        int32 [units, m]: sources that a growing element may meet.
    callosal
        [units, slots]: intact weights of the callosal slots.
    placement
        [units]: how strongly a stimulating field acts on the unit when aimed at its area (footprint).
    orientation
        [units]: orientation in a weak electric field, around 1 for pyramidal cells and around 0 for interneurons.
    carrying
        bool [channels]: carries something on some act of a usual day; follows from ``inputs`` and ``habit``.
    """

    layout: Layout
    skills: tuple[Skill, ...]
    dynamics: Dynamics
    inputs: Floats
    lesioned: int
    dead: NDArray[np.bool_]
    rim: Floats
    spared: Floats
    oedema: Floats
    cut_input: Floats
    intact_rates: Floats
    habit: Floats
    usual: Floats
    usual_release: Floats
    intact_excitability: Floats
    neighbours: NDArray[np.int32]
    candidates: NDArray[np.int32]
    input_candidates: NDArray[np.int32]
    inhibitory_candidates: NDArray[np.int32]
    callosal: Floats
    placement: Floats
    orientation: Floats
    carrying: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Work out once what every night asks: which channels carry anything."""
        object.__setattr__(self, "carrying", self.inputs @ self.habit > 0)


@dataclass(slots=True)
class State:
    """What changes. All arrays are [units] where not stated.

    Attributes
    ----------
    recurrent, thalamic
        Synapses.
    rates
        [units, stimuli]: settled rates of the morning.
    integrity
        0 dead ... 1 whole.
    silence
        0 ... 1: share of a living unit's response that is missing (penumbra, diaschisis).
    blocked
        0 ... 1: share of the unit's downstream fibre that is whole and does not conduct.
    fibre
        Strength of the unit's downstream fibre: 0 cut, 1 intact, above 1 sprouted.
    excitability
        Bias on the drive; a threshold when negative.
    set_point
        Rate to which homeostasis returns the unit.
    excess
        Distance from the set point that homeostasis read last night.
    response, drive
        How the unit's rate has followed its own homeostasis: fading sums of products and of squares.
    threshold
        Sliding threshold of the BCM rule, a rate.
    resource
        0 ... 1: supply for potentiation.
    dendritic, axonal, inhibitory_dendritic
        Synaptic elements, bound and vacant.
    gain, minute_threshold
        Labile excitability (0 at rest) and its threshold (1 at rest), on the scale of minutes.
    value
        [2]: expected success of the affected and of the good arm, 0 to 1.
    """

    recurrent: Rows
    thalamic: Rows
    rates: Floats
    integrity: Floats
    silence: Floats
    blocked: Floats
    fibre: Floats
    excitability: Floats
    set_point: Floats
    excess: Floats
    response: Floats
    drive: Floats
    threshold: Floats
    resource: Floats
    dendritic: Floats
    axonal: Floats
    inhibitory_dendritic: Floats
    gain: Floats
    minute_threshold: Floats
    value: NDArray[np.float64]

    @property
    def alive(self) -> Floats:
        """Share of each unit's response that reaches its targets, 0 to 1."""
        return self.integrity * (1 - self.silence)

    @property
    def conducting(self) -> Floats:
        """Strength of each unit's downstream fibre as far as it conducts, 0 cut or blocked, 1 intact."""
        return self.fibre * (1 - self.blocked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A stimulating field during one bout.

    Attributes
    ----------
    hemisphere, area
        Where the coil or electrode sits.
    amplitude
        Bias current at full footprint, in units of drive.
    oriented
        Whether the sign depends on each cell's orientation (weak fields) or not (pulses).
    calcium
        Calcium that the pulses bring by themselves at full footprint.
    gate
        Paired (event-timed) stimulation: added reinforcement on the better half of the movements; 0 = none.
    """

    hemisphere: int = 0
    area: int = 0
    amplitude: float = 0.0
    oriented: bool = False
    calcium: float = 0.0
    gate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """A stretch of a day in which practice and stimulation are constant (one piece of the day's input).

    Attributes
    ----------
    minutes
        Length.
    skill
        Index into `SKILLS`, or None for a pause.
    repetitions
        Number of repetitions in the bout, shared evenly by the practised stimuli chosen by ``half``.
    half
        0 all practised stimuli; 1 or 2: the first or second half of them (blocked order).
    feedback, difficulty
        0 to 1.
    current
        The stimulating field, if any.
    """

    minutes: float
    skill: int | None = None
    repetitions: float = 0.0
    half: int = 0
    feedback: float = 1.0
    difficulty: float = 0.5
    current: Current | None = None

    def stimuli(self, skill: Skill) -> tuple[int, int]:
        """Return first and last + 1 of the practised stimuli: all of them, or one half in blocked order."""
        middle = skill.practised // 2
        return ((0, skill.practised), (0, middle), (middle, skill.practised))[self.half]

    def columns(self, skill: Skill) -> slice:
        """Return the same stimuli as columns among all of the patient's."""
        first, last = self.stimuli(skill)
        return slice(skill.columns.start + first, skill.columns.start + last)


@dataclass(slots=True)
class Day:
    """Everything that one day's mechanisms hand to each other; made anew each morning.

    Attributes
    ----------
    index
        Days since the lesion.
    mitt
        Share of waking hours with the good arm constrained.
    sling
        Share of waking hours with the affected arm in a sling.
    bouts
        Therapy in clock order.
    growth
        [units]: factor on the growth of synaptic elements.
    tonic
        [units]: tonic inhibition, in units of drive.
    support
        [units], 0 to 1: local trophic support of consolidation.
    supply
        [units], 0 to 1: mean supply for potentiation during the acts or repetitions that teach now.
    release
        [units]: what heard repetitions have made the unit release so far today, in squared rates.
    current
        [units]: bias of the stimulation now.
    potentiation
        [units]: gain that fields have induced today, signed; what their synaptic after-effect goes by.
    reference
        [units, stimuli]: the morning's rates, to which rates under a field are relative.
    practice
        [stimuli]: repetitions done so far today.
    feedback_practice
        [stimuli]: the same, weighted by the quality of feedback: the repetitions that are heard.
    activity
        [units]: mean rate in the morning over the stimuli at their habitual shares.
    calcium
        [units]: mean rate over what was done in the day; see `rehab_opt.course.day.use_of_the_day`.
    scores
        Function of each skill, tested in the morning: practised and held-out fidelity relative to the intact network.
    choice
        Probability of choosing the affected arm.
    formed, removed
        Synapses made and lost tonight.
    seizure
        Whether activity ran away today.
    """

    index: int
    mitt: float
    bouts: tuple[Bout, ...]
    growth: Floats
    tonic: Floats
    support: Floats
    supply: Floats
    release: Floats
    current: Floats
    potentiation: Floats
    reference: Floats
    practice: Floats
    feedback_practice: Floats
    activity: Floats
    calcium: Floats
    scores: dict[str, float] = field(default_factory=dict)
    choice: float = 1.0
    sling: float = 0.0
    formed: int = 0
    removed: int = 0
    seizure: bool = False

    @property
    def stimulated(self) -> bool:
        """Whether any bout of the day is under a field (paired stimulation has none)."""
        return any(bout.current is not None and bout.current.gate == 0 for bout in self.bouts)
