"""Baselines of a published cohort of which only mean and spread are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.population import FM_MAX


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
