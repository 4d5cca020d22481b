"""The cohorts of Ballester 2019: baselines of which only mean and spread are known, and how much a session held."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.population import FM_MAX

GAME_MOVEMENTS, GAME_MINUTES, ARMS = 4713, 403, 2
"""All of them trained in a virtual-reality game for both arms (the Rehabilitation Gaming System; from memory, as are
the lengths of its sessions), whose movements are not known here. In another such game people made 4713 goal-directed
movements in 403 minutes of therapy (Perez-Marcos 2017); here each arm makes half of them."""


def baselines(n: int, mean: float, sd: float) -> NDArray[np.float64]:
    """Return ``n`` evenly spaced quantiles of the Beta distribution on 0 to 66 with this mean and SD, ascending.

    Examples
    --------
    >>> x = baselines(51, 33.8, 15.4)
    >>> round(float(x.mean()), 1), bool(abs(x.std() - 15.4) < 0.5)
    (33.8, True)
    """
    from scipy.stats import beta

    centre = mean / FM_MAX
    size = centre * (1 - centre) / (sd / FM_MAX) ** 2 - 1
    return np.asarray(FM_MAX * beta.ppf((np.arange(n) + 0.5) / n, centre * size, (1 - centre) * size))


def game_repetitions(minutes: float) -> float:
    """Return how often the affected arm moves in a session of the game, whole repetitions.

    Examples
    --------
    >>> game_repetitions(20.0)
    117.0
    """
    return float(round(minutes * GAME_MOVEMENTS / GAME_MINUTES / ARMS))
