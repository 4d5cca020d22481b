"""Measures of a directed graph: clustering, path length, small-world index, betweenness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.groups.network.brain import FloatArray

Links = NDArray[np.bool_]
RANDOM_GRAPHS = 10


def clustering(links: Links) -> float:
    """Return the mean clustering of a directed graph: closed share of all possible triangles (Fagiolo 2007).

    Examples
    --------
    >>> clustering(~np.eye(4, dtype=bool))
    1.0
    """
    a = links.astype(np.float64)
    both = a + a.T
    triangles = np.diag(both @ both @ both) / 2
    degree, mutual = both.sum(axis=1), np.diag(a @ a)
    possible = degree * (degree - 1) - 2 * mutual
    return float(np.mean(np.where(possible > 0, triangles / np.maximum(possible, 1), 0.0)))


def path_length(links: Links) -> float:
    """Return the mean length of the shortest path over all ordered pairs that have one, in links.

    Examples
    --------
    >>> path_length(np.eye(4, k=1, dtype=bool) | np.eye(4, k=-3, dtype=bool))
    2.0
    """
    from scipy.sparse.csgraph import shortest_path

    steps = np.asarray(shortest_path(links.astype(np.float64), unweighted=True))
    reached = steps[np.isfinite(steps) & (steps > 0)]
    return float(reached.mean()) if reached.size else float("nan")


def small_world(links: Links, rng: np.random.Generator) -> float:
    """Return (C / C_random) / (L / L_random) against random graphs with as many nodes and links.

    Examples
    --------
    >>> ring = sum(np.roll(np.eye(40, dtype=int), k, axis=1) for k in (-3, -2, -1, 1, 2, 3)) > 0
    >>> small_world(ring, np.random.default_rng(0)) > 1
    True
    """
    n, count = len(links), int(links.sum())
    places = np.flatnonzero(~np.eye(n, dtype=bool).ravel())
    closed, length = np.zeros(RANDOM_GRAPHS), np.zeros(RANDOM_GRAPHS)
    for number in range(RANDOM_GRAPHS):
        drawn = np.zeros(n * n, dtype=bool)
        drawn[rng.choice(places, count, replace=False)] = True
        closed[number], length[number] = clustering(drawn.reshape(n, n)), path_length(drawn.reshape(n, n))
    return float((clustering(links) / closed.mean()) / (path_length(links) / length.mean()))


def betweenness(links: Links) -> FloatArray:
    """Return each node's mean share of the shortest paths between two other nodes (Brandes 2001).

    Examples
    --------
    >>> betweenness(np.eye(3, k=1, dtype=bool) | np.eye(3, k=-1, dtype=bool)).tolist()
    [0.0, 1.0, 0.0]
    """
    n = len(links)
    a, total = links.astype(np.float64), np.zeros(n)
    for source in range(n):
        # Breadth first, one layer a step: how many shortest paths reach each node.
        layers, paths, seen = [np.eye(n)[source]], np.eye(n)[source], np.eye(n, dtype=bool)[source]
        while True:
            reached = np.where(seen, 0.0, layers[-1] @ a)
            if not reached.any():
                break
            layers.append(reached)
            paths = paths + reached
            seen = seen | (reached > 0)
        flow = np.zeros(n)
        for layer, outer in zip(layers[-2::-1], layers[:0:-1], strict=True):
            carried = np.where(outer > 0, (1 + flow) / np.maximum(paths, 1), 0.0)
            flow += layer * (a @ carried)
        flow[source] = 0.0
        total += flow
    return np.asarray(total / max((n - 1) * (n - 2), 1))
