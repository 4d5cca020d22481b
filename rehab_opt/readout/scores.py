"""Clinical readouts: fixed links from the network's rates to fidelity, FM-UE, ARAT and domain function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.kernels import agree, carry
from rehab_opt.network.state import GOOD_ARM, REACH, RECALL, TOUCH, Anatomy, Skill, State
from rehab_opt.network.tasks import OUTPUTS

FM_MAX, ARAT_MAX, USE_MAX = 66.0, 57.0, 5.0
_ANGLE = 2 * np.pi * np.arange(OUTPUTS) / OUTPUTS
_END_POINT = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)])  # muscle activations -> displacement in the plane


def outputs(state: State, skill: Skill) -> NDArray[np.floating]:
    """Return a skill's downstream outputs [OUTPUTS, stimuli] through the fibres that are left and conduct."""
    moved = np.empty(skill.targets.shape, dtype=state.rates.dtype)
    carry(skill.path.units, skill.path.weight, state.conducting, state.rates, skill.columns.start, moved)
    return moved


def _fidelity(moved: NDArray[np.floating], wanted: NDArray[np.floating]) -> NDArray[np.float64]:
    found = np.empty(moved.shape[1])
    agree(moved, wanted, found)
    return found


def _relative(now: NDArray[np.float64], intact: NDArray[np.float64]) -> float:
    return min(1.0, float(now.sum()) / max(float(intact.sum()), 1e-9))


def score(anatomy: Anatomy, state: State) -> dict[str, float]:
    """Return the function of every skill, each in [0, 1] relative to the intact network.

    ``impairment``: muscle pattern of held-out movements of the affected arm (no other synergy counts). ``activity``:
    end point of practised movements, by whatever muscles and hemisphere. ``good-arm``, ``motor``, ``sensory``,
    ``cognitive``: fidelity over all stimuli of the skill.
    """
    found: dict[str, float] = {}
    reach = anatomy.skills[REACH]
    moved = outputs(state, reach)
    pattern = _fidelity(moved, reach.targets)
    found["impairment"] = _relative(pattern[reach.practised :], reach.intact[reach.practised :])
    found["motor"] = _relative(pattern, reach.intact)
    practised = slice(0, reach.practised)
    reached = _fidelity(_END_POINT @ moved[:, practised], _END_POINT @ reach.targets[:, practised])
    found["activity"] = float(reached.mean())
    for name, index in (("good-arm", GOOD_ARM), ("sensory", TOUCH), ("cognitive", RECALL)):
        skill = anatomy.skills[index]
        found[name] = _relative(_fidelity(outputs(state, skill), skill.targets), skill.intact)
    return found


def clinical(found: dict[str, float], choice: float, healthy_choice: float) -> dict[str, float]:
    """Return FM-UE (0-66), ARAT (0-57), use (0-5) and domain function (0-100) from the functions in [0, 1].

    Examples
    --------
    >>> half = dict.fromkeys(["impairment", "activity", "motor", "sensory", "cognitive"], 0.5)
    >>> clinical(half, 0.45, 0.9)["fm_ue"], clinical(half, 0.45, 0.9)["use"]
    (33.0, 2.5)
    """
    return {
        "fm_ue": FM_MAX * found["impairment"],
        "arat": ARAT_MAX * found["activity"],
        "use": USE_MAX * min(1.0, choice / healthy_choice),
        "function_motor": 100 * found["motor"],
        "function_sensory": 100 * found["sensory"],
        "function_cognitive": 100 * found["cognitive"],
    }
