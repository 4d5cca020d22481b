"""Performance profiles after Dolan and More (Math Program 91:201, 2002): on which share of problems is a sampler within
a factor of the fastest?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.search.races import Race
from rehab_opt.report.figures.axes import edge_labels, frame
from rehab_opt.report.figures.svg import Canvas

Instance = tuple[str, int]
COLOURS = {
    "tpe": "#0b6e8a",
    "cma-es": "#b5541c",
    "nsga-ii": "#5b7f2b",
    "nsga-iii": "#8a6d0b",
    "gp": "#8a2b5b",
    "qmc": "#6a5bb5",
    "random": "#777777",
}
MOST_TIMES = 16.0


def trials_to(race: Race, share: float) -> float:
    """Return the first trial after which the best so far is truly worth ``share`` of the best possible; inf if never.

    Examples
    --------
    >>> trials_to(Race("six", "tpe", 1, 100, ((1, 0.2), (40, 0.96)), 0.96), 0.95)
    40.0
    """
    return next((float(number) for number, worth in race.steps if worth >= share), math.inf)


def costs(races: Sequence[Race], tolerances: Mapping[str, float]) -> dict[str, dict[Instance, float]]:
    """Return sampler -> (problem, seed) -> trials to within the tolerance of the problem; a miss is inf."""
    found: dict[str, dict[Instance, float]] = {}
    for race in races:
        cost = trials_to(race, 1.0 - tolerances[race.problem])
        found.setdefault(race.sampler, {})[race.problem, race.seed] = cost
    return found


def ratios(found: Mapping[str, Mapping[Instance, float]]) -> dict[str, list[float]]:
    """Return sampler -> its trials over those of the fastest, one for each problem and seed.

    A sampler that does not fit a problem, or does not get there, has inf; so has everybody where nobody gets there.

    Examples
    --------
    >>> ratios({"tpe": {("a", 1): 20.0, ("b", 1): 40.0}, "random": {("a", 1): 60.0}})
    {'tpe': [1.0, 1.0], 'random': [3.0, inf]}
    """
    instances = sorted({instance for costs in found.values() for instance in costs})
    best = {i: min(costs.get(i, math.inf) for costs in found.values()) for i in instances}
    return {
        sampler: [costs[i] / best[i] if costs.get(i, math.inf) < math.inf else math.inf for i in instances]
        for sampler, costs in found.items()
    }


def within(values: Sequence[float], times: float) -> float:
    """Return the share of values that are at most ``times``."""
    return sum(value <= times for value in values) / len(values)


def draw(found: Mapping[str, Sequence[float]]) -> str:
    """Return the profiles as one SVG file: x, times the trials of the fastest (log scale); y, share of problems."""
    canvas = Canvas(720, 380)
    area = frame(
        canvas,
        (0.0, math.log2(MOST_TIMES)),
        (0.0, 1.0),
        top=40,
        bottom=325,
        right=600,
        x_title="log2 of the trials over those of the fastest sampler",
        y_title="share of searches within the tolerance",
    )
    ends = []
    for sampler, values in found.items():
        line, height = [(area.x(0.0), area.y(0.0))], 0.0
        for step in sorted({value for value in values if value <= MOST_TIMES}):
            place = area.x(math.log2(step))
            line += [(place, area.y(height)), (place, area.y(within(values, step)))]
            height = within(values, step)
        line.append((area.right, area.y(height)))
        canvas.path(line, f"line {sampler}")
        ends.append((height, sampler, sampler))
    edge_labels(canvas, area, ends)
    words = "Performance profiles: share of searches that reach the tolerance, by how many times the fastest's trials"
    return _standing_alone(canvas.render(words, "chart")) + "\n"


def _standing_alone(svg: str) -> str:
    """Give an inline figure its name space, a ground and its styles, so that it is a file of its own."""
    lines = "".join(
        f".line.{name}{{stroke:{colour}}}.label.{name}{{fill:{colour}}}" for name, colour in COLOURS.items()
    )
    style = (
        "<style>text{font:13px sans-serif;fill:#333}.grid{stroke:#e4e4e4}.axis{stroke:#888}"
        f".leader{{stroke:#bbb;fill:none}}.line{{fill:none;stroke-width:2}}{lines}</style>"
    )
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{style}<rect width="100%" height="100%" fill="#fff"/>{rest}'
