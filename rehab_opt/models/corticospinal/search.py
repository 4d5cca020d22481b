"""Stochastic search over activations: every repetition of the movement tries a random change and learns from the
force felt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rehab_opt.errors import InputError, unknown_name_error
from rehab_opt.models.corticospinal.cells import HIGHEST, BoolArray, Cells, FloatArray

SIDES = ("both", "ipsilesional", "contralesional")
AREAS = ("both", "primary", "secondary")
_ROWS = 64  # trials whose noise is drawn at once


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetedFeedback:
    """Feedback from a group of cells instead of the force, on a share of the repetitions of therapy (Norman 2022).

    Attributes
    ----------
    share
        Share (0 to 1) of the repetitions, evenly spread; Norman 2022 finds about 0.2 best.
    side
        Hemisphere of the group: ``"both"``, ``"ipsilesional"`` or ``"contralesional"``.
    area
        Area of the group: ``"both"``, ``"primary"`` or ``"secondary"``.

    Raises
    ------
    InputError
        If the share is out of range or a name is unknown.

    Examples
    --------
    >>> TargetedFeedback(share=0.2, side="ipsilesional").area
    'secondary'
    """

    share: float = 0.2
    side: str = "both"
    area: str = "secondary"

    def __post_init__(self) -> None:
        if isinstance(self.share, bool) or not isinstance(self.share, (int, float)) or not 0.0 <= self.share <= 1.0:
            raise InputError("is out of range", key="targeted.share", value=self.share, allowed="0 to 1")
        for key, value, known in (("side", self.side, SIDES), ("area", self.area, AREAS)):
            if value not in known:
                raise unknown_name_error(key, value, known, key=f"targeted.{key}")

    def group(self, cells: Cells) -> BoolArray:
        """Return which cells the feedback comes from."""
        chosen = np.ones(len(cells.weight), dtype=np.bool_)
        if self.side != "both":
            chosen &= cells.ipsilesional == (self.side == "ipsilesional")
        if self.area != "both":
            chosen &= cells.secondary == (self.area == "secondary")
        return chosen

    def falls_on(self, trial: int) -> bool:
        """Return whether repetition number ``trial`` (from 0) gets this feedback.

        Examples
        --------
        >>> [trial for trial in range(10) if TargetedFeedback(share=0.2).falls_on(trial)]
        [4, 9]
        """
        # A share like 0.1 is not exact in binary: a hair is added so that ten repetitions hold one, not none.
        return math.floor((trial + 1) * self.share + 1e-9) > math.floor(trial * self.share + 1e-9)


def practise(
    cells: Cells,
    activation: FloatArray,
    trials: int,
    rng: np.random.Generator,
    *,
    gradient_gain: float = 0.0,
    targeted: TargetedFeedback | None = None,
    first: int = 0,
) -> FloatArray:
    """Return the activations after some repetitions of the movement.

    With exploration v_i ~ N(0, sd_i), a repetition tries x' = clip(x + v, lowest, 1) and feels F(x').

    * Best-first search (``gradient_gain`` 0): x <- x' if F(x') > F(x), else x stays (Reinkensmeyer 2012).
    * Stochastic gradient: x <- clip(x + g (F(x') - F(x)) v, lowest, 1) (Reinkensmeyer 2012).
    * With targeted feedback F is, on some repetitions, the force of the targeted cells alone (Norman 2022).

    Parameters
    ----------
    cells
        Who takes part.
    activation
        Where the search stands; left as it is.
    trials
        Repetitions, 0 or more.
    rng
        Source of exploration: the same repetitions with the same generator give the same result.
    gradient_gain
        g; 0 for best-first search.
    targeted
        Feedback from a group of cells, or None.
    first
        Repetitions done so far, which place the targeted ones.

    Examples
    --------
    >>> from rehab_opt.models.corticospinal import draw_cells, numbers_of
    >>> cells = draw_cells(numbers_of("norman-2022"), wiring=0)
    >>> weak = np.full(len(cells.weight), 0.25)
    >>> cells.force(practise(cells, weak, 300, np.random.default_rng(1))) > cells.force(weak)
    True
    """
    now = activation.copy()
    group = None if targeted is None else np.where(targeted.group(cells), cells.weight, 0.0)
    tried = np.empty_like(now)
    for done in range(0, trials, _ROWS):
        noise = rng.standard_normal((min(_ROWS, trials - done), len(now)))
        noise *= cells.sd
        for row, change in enumerate(noise):
            aimed = targeted is not None and targeted.falls_on(first + done + row)
            weight = group if aimed and group is not None else cells.weight
            np.add(now, change, out=tried)
            np.maximum(tried, cells.lowest, out=tried)
            np.minimum(tried, HIGHEST, out=tried)
            gained = float(weight @ tried) - float(weight @ now)
            if gradient_gain > 0.0:
                now += gradient_gain * gained * change
                np.clip(now, cells.lowest, HIGHEST, out=now)
            elif gained > 0.0:
                now, tried = tried, now
    return now
