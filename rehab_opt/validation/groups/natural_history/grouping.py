"""Groups found in a population of recovery curves: k-means on the curves themselves, blind to who the patients are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.population import Curve, Population, population

GROUPS = 5
VISITS = (1, 2, 3, 4, 5, 8, 12, 26)  # weeks: the visits of the cohort behind the published groups
_STARTS, _SEED = 60, 20200901

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Grouping:
    """Five groups that were found among a population's patients.

    Attributes
    ----------
    people
        The population.
    curves
        The fitted curve of each of its patients.
    members
        Numbers of the patients in each group, from the group that recovers least to the one that recovers most.
    """

    people: Population
    curves: tuple[Curve, ...]
    members: tuple[IntArray, ...]

    def weight(self, group: int) -> float:
        """Return the share of the grouped patients who are in a group (counted from 0)."""
        return len(self.members[group]) / sum(map(len, self.members))

    def shares(self, group: int) -> FloatArray:
        """Return r, the share of the deficit recovered in the end, of each member."""
        return np.array([self.curves[i].share for i in self.members[group]])

    def taus(self, group: int) -> FloatArray:
        """Return the time constant of each member, weeks."""
        return np.array([self.curves[i].tau for i in self.members[group]])


def grouping(setup: Setup) -> Grouping:
    """Return the groups found in the shared population; patients with next to no deficit are left out."""
    people = population(setup)
    curves = people.curves()
    ill = np.flatnonzero(np.isfinite(people.recovered(VISITS[-1])))
    found = cluster(trajectories([curves[i] for i in ill]), min(GROUPS, len(ill)))
    empty = (np.array([], dtype=np.intp),) * (GROUPS - len(found))
    return Grouping(people, curves, (*(ill[rows] for rows in found), *empty))


def trajectories(curves: Sequence[Curve]) -> FloatArray:
    """Return each fitted curve as the share of its deficit recovered at the visits, one row per patient.

    Two patients are alike when these rows are. So r and tau weigh as much as they change the curve: where nothing is
    recovered, tau means nothing and counts for nothing.

    Examples
    --------
    >>> trajectories([Curve(20.0, 0.5, 1.0, 0.0)]).round(2)[0, -1]
    np.float64(0.5)
    """
    share = np.array([curve.share for curve in curves])[:, None]
    tau = np.array([curve.tau for curve in curves])[:, None]
    return np.asarray(share * (1 - np.exp(-np.array(VISITS, dtype=np.float64) / tau)))


def cluster(rows: FloatArray, groups: int) -> tuple[IntArray, ...]:
    """Return the row numbers of each group, in order of the groups' mean level: k-means, best of many fixed starts.

    Examples
    --------
    >>> [group.tolist() for group in cluster(np.array([[0.9], [0.1], [0.12], [0.88], [0.5]]), 3)]
    [[1, 2], [4], [0, 3]]
    """
    from scipy.cluster.vq import kmeans2

    best, least = np.zeros(len(rows), dtype=np.intp), np.inf
    for start in range(_STARTS):
        rng = np.random.default_rng([_SEED, start])
        centres, labels = kmeans2(rows, groups, iter=100, minit="++", rng=rng)
        spread = float(((rows - centres[labels]) ** 2).sum())
        if len(np.unique(labels)) == groups and spread < least:
            best, least = labels.astype(np.intp), spread
    level = [rows[best == group].mean() if (best == group).any() else np.inf for group in range(groups)]
    return tuple(np.flatnonzero(best == group) for group in np.argsort(level))
