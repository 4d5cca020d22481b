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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm

from benchmarks.common import arguments, markdown, store
from rehab_opt.network.kernels.accelerate import cache_folder
from rehab_opt.patient.person import DEFAULT_SEVERITY
from rehab_opt.patient.traits import DEFAULT_SPREADS
from rehab_opt.validation import Setup
from rehab_opt.validation.experiment import Job
from rehab_opt.validation.groups.natural_history.five_groups import PUBLISHED, R_TOLERANCE, SHARE_TOLERANCE
from rehab_opt.validation.groups.natural_history.grouping import cluster, trajectories
from rehab_opt.validation.groups.natural_history.poor import BASELINE_DAY, LITTLE
from rehab_opt.validation.population import DAYS, WEEKS, Population, even_severities, virtual_patients
from rehab_opt.validation.work import Bench

WIDE_SEVERITY, WIDE_WIDTH, WIDE_DAYS = (0.6, 0.8), 0.95, 0.85
"""Distributions that the sample is drawn from: Beta, and SD of the logarithms of two traits."""
WITHOUT_FIBRES = 25  # one in so many has no fibre left
PATIENTS, QUICK_PATIENTS, DRAWN, DRAWS = 2800, 24, 1200, 24
POOR = (0.15, 0.45)  # tolerance of `poor-recoverers`
HEAVIEST = 15.0  # a patient counts at most so many times as often as in the sample

Floats = NDArray[np.float64]
DEFAULT = {"severity-a": DEFAULT_SEVERITY[0], "severity-b": DEFAULT_SEVERITY[1], "cut": 1.0, "width": 1.0, "days": 1.0}


@dataclass(frozen=True, slots=True)
class Sample:
    """Patients of the wide distributions, one value each.

    Attributes
    ----------
    place
        Position in the family of lesions as if ``cut`` were 1, 0 to 1.
    width, days
        Logarithms of two traits: width of the oedema, time of the block.
    rows, shares
        Fitted curves, as `trajectories` gives them, and r.
    week_4, week_12
        Share of the deficit on day 0 that is recovered; NaN without a deficit to speak of.
    start, end
        FM-UE on the baseline day of poor recoverers, points, and the share of that deficit recovered in the end.
    """

    place: Floats
    width: Floats
    days: Floats
    rows: Floats
    shares: Floats
    week_4: Floats
    week_12: Floats
    start: Floats
    end: Floats


def sample(setup: Setup, n: int) -> Sample:
    """Simulate ``n`` patients of the wide distributions under usual care."""
    from rehab_opt.therapy import protocols

    place = np.array(even_severities(n, 0.0, WIDE_SEVERITY))
    place[::WITHOUT_FIBRES] = 1.0
    spreads = {"traits.oedema-width": WIDE_WIDTH, "traits.conduction-tau": WIDE_DAYS}
    patients = virtual_patients(setup, "populations", n, severity=place.tolist(), spreads=spreads)
    policy = protocols["usual-care"].policy()
    courses = setup.courses([Job(patient=patient, policy=policy, days=DAYS) for patient in patients])
    people = Population(patients, tuple(courses))
    curves = people.curves()
    return Sample(
        place=place,
        width=np.log([patient.traits.oedema_width for patient in patients]),
        days=np.log([patient.traits.conduction_tau for patient in patients]),
        rows=trajectories(curves),
        shares=np.array([curve.share for curve in curves]),
        week_4=people.recovered(4),
        week_12=people.recovered(12),
        start=people.fm(BASELINE_DAY),
        end=people.recovered(WEEKS, BASELINE_DAY),
    )


def weights(found: Sample, population: Mapping[str, float]) -> Floats:
    """Return how often each patient of the sample occurs in a population: the ratio of the two densities."""
    a, b, cut = (population[name] for name in ("severity-a", "severity-b", "cut"))
    without = found.place >= 1
    place = np.where(without, 0.5, found.place)  # these are weighed by their number alone
    ratio = np.where(without, 0, beta.pdf(cut * place, a, b) / beta.pdf(place, *WIDE_SEVERITY))
    for values, wide, name, factor in (
        (found.width, WIDE_WIDTH, "oedema_width", population["width"]),
        (found.days, WIDE_DAYS, "conduction_tau", population["days"]),
    ):
        narrow = norm.logpdf(values, np.log(factor), DEFAULT_SPREADS[name])
        ratio = ratio * np.minimum(np.exp(narrow - norm.logpdf(values, 0, wide)), HEAVIEST)
    kept = beta.cdf(cut, a, b)
    return np.asarray(ratio / ratio.sum() * kept + without / without.sum() * (1 - kept))


def numbers(found: Sample, who: NDArray[np.intp]) -> Floats:
    """Return r and the shares at 4 and 12 weeks of five groups, and the share of poor recoverers, of some patients."""
    severe = who[np.argsort(found.start[who], kind="stable")[: len(who) // 3]]
    poor = (found.end[severe] < LITTLE).mean()
    ill = who[np.isfinite(found.week_4[who])]
    by_group = [ill[rows] for rows in cluster(found.rows[ill], len(PUBLISHED))]
    columns = (found.shares, found.week_4, found.week_12)
    return np.array([*(column[group].mean() for group in by_group for column in columns), poor])


def limits() -> tuple[Floats, Floats]:
    """Return the tolerances of `numbers`."""
    middle = np.array([(group.r, group.week_4, group.week_12) for group in PUBLISHED])
    tolerance = np.array([R_TOLERANCE, SHARE_TOLERANCE, SHARE_TOLERANCE])
    low, high = middle - tolerance, middle + tolerance
    return np.append(low, POOR[0]), np.append(high, POOR[1])


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


def asked(settings: Sequence[str]) -> dict[str, float]:
    """Return the default population with the numbers of ``NAME=VALUE`` texts in it.

    Raises
    ------
    ValueError
        If a name is unknown, or a value is not a number above 0 (``cut``: up to 1).
    """
    population = dict(DEFAULT)
    for text in settings:
        name, _, value = text.partition("=")
        if name not in DEFAULT:
            raise ValueError(f"--set {text}: the name is one of {', '.join(DEFAULT)}")
        try:
            population[name] = float(value)
        except ValueError:
            population[name] = np.nan
        if not 0 < population[name] <= (1 if name == "cut" else np.inf):
            raise ValueError(f"--set {text}: needs a number above 0{', at most 1' * (name == 'cut')}")
    return population


def main() -> int:
    """Simulate, weigh, print, store; return the exit code."""
    parser = arguments(__doc__, patients=PATIENTS)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a number of the population")
    chosen = parser.parse_args()
    try:
        population = asked(chosen.set)
    except ValueError as error:
        parser.error(str(error))
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
