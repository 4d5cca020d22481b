"""Is further search worth more than the noise? What it may still gain, against what the panel can tell apart.

* **Gain.** The window is the last ``w`` trials after the start-up: the largest of 20, the start-up, two for each
  dimension and a third of all. As many more trials are taken to gain no more than these did (returns diminish), and no
  more than the best of ``w`` draws from their upper half would: a normal distribution round their median with the
  distance to their 84th percentile as its spread. The larger of the two is the gain.
* **Noise.** The standard error of the best trial's paired advantage over the reference, on the search panel: with other
  patients the gain that is claimed would differ by so much anyway.

The search may end when the gain has been at most the noise after each of the last ``w / 2`` trials.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rehab_opt.search.judgement.score import patient_scores
from rehab_opt.search.record.records import TrialRecord

if TYPE_CHECKING:
    from rehab_opt.search.evaluate import PatientResult
    from rehab_opt.study import Objective

SMALLEST_WINDOW = 20
_GRID = 401
_REACH = 8.0


@dataclass(frozen=True, slots=True)
class Worth:
    """What going on is worth: ``gain`` and ``noise`` in units of the objective, from a window of so many trials."""

    gain: float
    noise: float
    window: int

    @property
    def is_over(self) -> bool:
        """Whether further search is worth no more than the noise."""
        return self.gain <= self.noise

    @property
    def patience(self) -> int:
        """Trials in a row after which this must hold for the search to end."""
        return self.window // 2


def window_size(told: int, startup: int, dimensions: int) -> int:
    """Return the trials looked back on.

    Examples
    --------
    >>> window_size(60, startup=10, dimensions=5), window_size(300, startup=10, dimensions=5)
    (20, 100)
    """
    return max(SMALLEST_WINDOW, startup, 2 * dimensions, told // 3)


def search_worth(
    trials: Sequence[TrialRecord],
    reference: Sequence[PatientResult],
    objective: Objective,
    startup: int,
    dimensions: int,
) -> Worth | None:
    """Return what going on is worth after these trials, or None while that cannot be said.

    Parameters
    ----------
    trials
        Told so far, in order, from the first.
    reference
        Results of the protocol to compare with, on the search panel; without them the noise is not known.
    objective
        Of the study; a single one.
    startup, dimensions
        Trials drawn at random at first, sides of the box.
    """
    window = window_size(len(trials), startup, dimensions)
    before = [trial.value for trial in trials[:-window] if trial.candidate and trial.value is not None]
    candidates = [trial for trial in trials if trial.candidate and trial.value is not None]
    recent = [trial.value for trial in trials[-window:] if trial.feasible and trial.value is not None]
    if len(trials) < startup + window or not before or len(recent) < 2 or len(reference) < 2:
        return None
    best = max(candidates, key=lambda trial: (trial.value or 0.0, -trial.number))
    value = best.value or 0.0
    gain = max(value - max(before), promised_gain(recent, value))
    return Worth(gain, paired_noise(best.results, reference, objective), window)


def promised_gain(recent: Sequence[float], best: float) -> float:
    """Return by how much the best of as many draws from the upper half of ``recent`` would pass ``best`` on average.

    Examples
    --------
    >>> promised_gain([40.0] * 20, best=41.0)
    0.0
    >>> round(promised_gain([38.0, 39.0, 40.0, 41.0, 42.0] * 4, best=42.0), 2)
    1.67
    """
    from scipy.special import ndtr

    middle, upper = np.quantile(np.array(recent, dtype=np.float64), (0.5, 0.84))
    spread = float(upper - middle)
    if spread <= 0.0:
        return 0.0
    top = max(best, float(middle)) + _REACH * spread
    grid = np.linspace(best, top, _GRID)
    passes = 1.0 - ndtr((grid - middle) / spread) ** len(recent)
    return float(np.sum((passes[1:] + passes[:-1]) / 2.0) * (grid[1] - grid[0]))


def paired_noise(results: Sequence[PatientResult], reference: Sequence[PatientResult], objective: Objective) -> float:
    """Return the standard error of the mean paired difference in the first objective.

    Examples
    --------
    >>> from types import SimpleNamespace as Plain
    >>> ours, theirs = ([Plain(values={"fm_ue": v}) for v in values] for values in ((40, 44, 45, 51), (38, 40, 41, 49)))
    >>> round(paired_noise(ours, theirs, Plain(measure="fm_ue", statistic="mean", trade_off=())), 3)
    0.577
    """
    differences = patient_scores(results, objective)[0] - patient_scores(reference, objective)[0]
    return float(differences.std(ddof=1)) / math.sqrt(len(differences))
