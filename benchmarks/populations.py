"""Which population shows the published groups? One wide sample of patients, simulated once, is weighed anew for each.

Run ``python -m benchmarks.populations [--patients N] [--quick] [--set NAME=VALUE ...]``. Without ``--set`` the default
population is weighed, else the one that is given: ``severity-a``, ``severity-b`` (Beta distribution), ``cut`` (position
in the family of lesions from which on no fibre would be left, 1 in the model), ``width`` and ``days`` (factors on the
width of the oedema and the time of the block). Printed is the share of stratified draws of 1,200 patients in which all
numbers of natural history are in tolerance: k-means has two partitions that are nearly as good, so that one draw says
little. Tissue loss stays what it was in the sample, whatever ``cut``. Courses are kept in the package's cache folder.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv
from scipy.stats import beta, norm

from benchmarks.common import arguments, markdown, store
from rehab_opt.network.kernels.accelerate import cache_folder
from rehab_opt.patient import Patient
from rehab_opt.patient.person import DEFAULT_SEVERITY
from rehab_opt.patient.traits import DEFAULT_SPREADS
from rehab_opt.validation import Setup
from rehab_opt.validation.experiment import NUMBER, Job
from rehab_opt.validation.groups.natural_history.five_groups import PUBLISHED, R_TOLERANCE, SHARE_TOLERANCE
from rehab_opt.validation.groups.natural_history.grouping import cluster, trajectories
from rehab_opt.validation.groups.natural_history.poor import BASELINE_DAY, LITTLE
from rehab_opt.validation.population import DAYS, FM_MAX, GOLDEN, LEAST_DEFICIT, WIRINGS, fit_curve
from rehab_opt.validation.work import Bench

WIDE_SEVERITY, WIDE_WIDTH, WIDE_DAYS = (0.6, 0.8), 0.95, 0.85
"""Distributions that the sample is drawn from: Beta, and SD of the logarithms of two traits."""
WITHOUT_FIBRES = 25  # one in so many has no fibre left
PATIENTS, QUICK_PATIENTS, DRAWN, DRAWS = 2800, 24, 1200, 24
POOR = (0.15, 0.45)
HEAVIEST = 15.0  # a patient counts at most so many times as often as in the sample

Floats = NDArray[np.float64]
DEFAULT = {
    "severity-a": DEFAULT_SEVERITY[0],
    "severity-b": DEFAULT_SEVERITY[1],
    "cut": 1.0,
    "width": 1.0,
    "days": 1.0,
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Patients of the wide distributions: place in the family as if ``cut`` were 1, traits, FM-UE by day, fits."""

    place: Floats
    width: Floats
    days: Floats
    fm: Floats
    rows: Floats
    shares: Floats

    def recovered(self, first: int, last: int) -> Floats:
        """Return the share of the deficit on day ``first`` that is recovered on day ``last``."""
        start = self.fm[:, first]
        return np.asarray((self.fm[:, last] - start) / np.maximum(FM_MAX - start, LEAST_DEFICIT))


def sample(setup: Setup, n: int) -> Sample:
    """Simulate ``n`` patients of the wide distributions under usual care."""
    from rehab_opt.therapy import protocols

    place = betaincinv(*WIDE_SEVERITY, (0.37 + GOLDEN * np.arange(n)) % 1)
    place[::WITHOUT_FIBRES] = 1.0
    spreads = {"traits.oedema-width": WIDE_WIDTH, "traits.conduction-tau": WIDE_DAYS}
    people = [
        Patient.sample(
            setup.seed("populations", "patient", i),
            id=f"populations-{i:04d}",
            wiring=i % WIRINGS,
            severity=float(place[i]),
            spreads=spreads,
            info={NUMBER: i},
        )
        for i in range(n)
    ]
    policy = protocols["usual-care"].policy()
    courses = setup.courses([Job(patient=person, policy=policy, days=DAYS) for person in people])
    fm = np.array([course.measures["fm_ue"] for course in courses], dtype=np.float64)
    weeks = np.arange(0, DAYS + 1, 7)
    curves = [fit_curve(weeks / 7, row[weeks]) for row in fm]
    traits = np.log([[p.traits.oedema_width, p.traits.conduction_tau] for p in people])
    shares = np.array([curve.share for curve in curves])
    return Sample(place, traits[:, 0], traits[:, 1], fm, trajectories(curves), shares)


def weights(found: Sample, population: Mapping[str, float]) -> Floats:
    """Return how often each patient of the sample occurs in a population: the ratio of the two densities."""
    a, b, cut = (population[name] for name in ("severity-a", "severity-b", "cut"))
    place = np.minimum(found.place, 1 - 1e-9)
    without = found.place >= 1
    ratio = cut * beta.pdf(cut * place, a, b) / beta.pdf(place, *WIDE_SEVERITY)
    for values, wide, name, factor in (
        (found.width, WIDE_WIDTH, "oedema_width", population["width"]),
        (found.days, WIDE_DAYS, "conduction_tau", population["days"]),
    ):
        narrow = norm.logpdf(values, np.log(factor), DEFAULT_SPREADS[name])
        ratio = ratio * np.minimum(np.exp(narrow - norm.logpdf(values, 0, wide)), HEAVIEST)
    lost = 1 - beta.cdf(cut, a, b)
    ratio = np.where(without, lost / max(without.sum(), 1), ratio * (1 - lost) / ratio[~without].sum())
    return np.asarray(ratio / ratio.sum())


def numbers(found: Sample, who: NDArray[np.intp]) -> Floats:
    """Return r and the shares at 4 and 12 weeks of five groups, and the share of poor recoverers, of some patients."""
    severe = who[np.argsort(found.fm[who, BASELINE_DAY], kind="stable")[: len(who) // 3]]
    poor = (found.recovered(BASELINE_DAY, DAYS)[severe] < LITTLE).mean()
    who = who[FM_MAX - found.fm[who, 0] >= LEAST_DEFICIT]
    by_group = [who[rows] for rows in cluster(found.rows[who], len(PUBLISHED))]
    week_4, week_12 = found.recovered(0, 28), found.recovered(0, 84)
    table = [(found.shares[g].mean(), week_4[g].mean(), week_12[g].mean()) for g in by_group]
    return np.array([*np.ravel(table), poor])


def limits() -> tuple[Floats, Floats]:
    """Return the tolerances of `numbers`."""
    low = [v - t for g in PUBLISHED for v, t in _published(g)] + [POOR[0]]
    high = [v + t for g in PUBLISHED for v, t in _published(g)] + [POOR[1]]
    return np.array(low), np.array(high)


def _published(group: object) -> tuple[tuple[float, float], ...]:
    r, week_4, week_12 = (getattr(group, name) for name in ("r", "week_4", "week_12"))
    return (r, R_TOLERANCE), (week_4, SHARE_TOLERANCE), (week_12, SHARE_TOLERANCE)


def draws(found: Sample, population: Mapping[str, float], n: int = DRAWN) -> Floats:
    """Return [draws, numbers] of stratified draws: evenly spread in severity, random in everything else."""
    order = np.argsort(found.place, kind="stable")
    level = np.cumsum(weights(found, population)[order])
    rows = []
    for draw in range(DRAWS):
        rng = np.random.default_rng(draw)
        place = np.searchsorted(level / level[-1], (np.arange(n) + rng.random(n)) / n)
        rows.append(numbers(found, order[np.minimum(place, len(order) - 1)]))
    return np.array(rows)


def main() -> int:
    """Simulate, weigh, print, store; return the exit code."""
    parser = arguments(__doc__, patients=PATIENTS)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a number of the population")
    chosen = parser.parse_args()
    population = dict(DEFAULT)
    for text in chosen.set:
        name, _, value = text.partition("=")
        if name not in DEFAULT:
            parser.error(f"--set {text}: the name is one of {', '.join(DEFAULT)}")
        population[name] = float(value)
    with Bench(chosen.workers, cache_folder() / "populations") as bench:
        setup = Setup(stream=("calibration", "populations"), bench=bench)
        found = sample(setup, QUICK_PATIENTS if chosen.quick else chosen.patients)
    table = draws(found, population)
    low, high = limits()
    inside = (table >= low) & (table <= high)
    names = [f"group {g}, {what}" for g in range(1, 6) for what in ("r", "week 4", "week 12")] + ["poor recoverers"]
    cells = [
        [name, f"{column.mean():.3f}", f"{column.std():.3f}", f"{a:.2f} to {b:.2f}", f"{ok.mean():.2f}"]
        for name, column, a, b, ok in zip(names, table.T, low, high, inside.T, strict=True)
    ]
    print(markdown(("number", "mean of draws", "SD", "asked", "share inside"), cells))
    share = float(inside.all(axis=1).mean())
    print(f"\n{len(found.place)} patients weighed; all numbers inside in {share:.2f} of {DRAWS} draws of {DRAWN}")
    result = {"population": population, "patients": len(found.place), "inside": share, "draws": table.tolist()}
    store("populations", result, chosen.out, chosen.quick)
    return 0


if __name__ == "__main__":
    sys.exit(main())
