"""Trials of stimulation before practice: inhibiting the intact side, exciting the lesioned side, three severities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import ENOUGH, Check, direction, fact, mean_interval, statistic, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.stimulation.arms import (
    CHRONIC,
    SUBACUTE,
    Arms,
    Trial,
    run_trial,
    standardised,
)
from rehab_opt.validation.population import virtual_patients
from rehab_opt.validation.recruitment import recruited

if TYPE_CHECKING:
    from rehab_opt.therapy import Stimulation

FloatArray = NDArray[np.float64]
MILD, CHRONIC_RANGE, MIXED = (40.0, 55.0), (20.0, 58.0), (10.0, 58.0)
"""Ranges of the FM-UE at the start of a trial, points."""
PATIENTS, QUICK_PATIENTS = 72, 8
SPARED = (0.7, 0.35, 0.1)
"""Spared share of the corticospinal fibres: mild, moderate, severe; the tissue lost is the same."""
TISSUE = 0.1


def one_hertz() -> Stimulation:
    """Return 900 pulses at 1 Hz on the intact side, done 5 minutes before practice (as in NICHE)."""
    from rehab_opt.therapy import Stimulation

    site = "contralesional-motor"
    return Stimulation(modality="rtms-1hz", site=site, strength=110, pulses=900, offset_minutes=-20)


def theta_burst() -> Stimulation:
    """Return one block of iTBS on the lesioned side, begun 5 minutes before practice (Ackerley 2016)."""
    from rehab_opt.therapy import Stimulation

    return Stimulation(modality="itbs", site="ipsilesional-motor", strength=90, pulses=600, offset_minutes=-5)


def inhibit_contralesional(setup: Setup) -> Finding:
    """1 Hz before 15 sessions: FM-UE +4.6 in mild subacute patients, nothing in chronic ones.

    Patients of the shared population with an FM-UE of 40 to 55 on day 21, and of 20 to 58 on day 182; the difference to
    sham is taken on the day after the last session.
    """
    n = setup.count(PATIENTS, QUICK_PATIENTS)
    arms = []
    for day, limits in ((SUBACUTE, MILD), (CHRONIC, CHRONIC_RANGE)):
        people = recruited(setup, day, *limits, n)
        arms.append(run_trial(setup, people, Trial(day, 15, one_hertz())))
    early, late = (found.difference for found in arms)
    checks = (
        within("difference in mild subacute patients, FM-UE points", early, 2.0, 7.0),
        within("difference in chronic patients, FM-UE points", late, -2.5, 2.5),
    )
    published = Series("published", (0, 1), (4.6, 0.0), (2.0, -2.5), (7.0, 2.5), role="published")
    figure = _bars(arms, ("mild subacute", "chronic"), "phase", published)
    return Finding(checks, figure)


def excite_ipsilesional(setup: Setup) -> Finding:
    """Tang 2022: iTBS before 10 sessions, FM-UE +5.9 or a standardised difference of 0.5; either counts.

    Half of the patients are subacute (day 21), half chronic (day 182), with an FM-UE of 10 to 58 at the start. The
    standardised difference is that of the changes, with the noise of two visits.
    """
    n = max(2, setup.count(PATIENTS, QUICK_PATIENTS) // 2)
    arms = [
        run_trial(setup, recruited(setup, day, *MIXED, n), Trial(day, 10, theta_burst())) for day in (SUBACUTE, CHRONIC)
    ]
    changes = np.concatenate([found.changes for found in arms])
    check = either(
        within("difference, FM-UE points", np.concatenate([found.difference for found in arms]), 2.5, 9.0),
        statistic("standardised difference of the changes in FM-UE", changes, standardised, 0.2, 0.8),
    )
    published = Series("published", (0, 1), (5.9, 5.9), (2.5, 2.5), (9.0, 9.0), role="published")
    return Finding((check,), _bars(arms, ("subacute", "chronic"), "phase", published))


def sign_by_severity(setup: Setup) -> Finding:
    """Bradnam 2012, Di Pino 2014: suppressing the intact side helps mild patients and harms severe ones.

    1 Hz before ten sessions from day 21 on, in the same patients with three shares of spared fibres.
    """
    from rehab_opt.patient import Lesion

    n = setup.count(ENOUGH, QUICK_PATIENTS)
    arms = []
    for spared in SPARED:
        lesion = Lesion.disc(share=TISSUE, cst_spared=spared)
        people = [patient.with_lesion(lesion) for patient in virtual_patients(setup, "sign-by-severity", n)]
        arms.append(run_trial(setup, people, Trial(SUBACUTE, 10, one_hertz())))
    means = [float(found.difference.mean()) for found in arms]
    checks = (
        direction("difference with most fibres spared, FM-UE points", arms[0].difference, sign=1),
        direction("difference with least fibres spared, FM-UE points", arms[-1].difference, sign=-1),
        fact("one change of sign over spared fibres", changes_of_sign(means) == 1),
    )
    labels = tuple(f"{100 * spared:g} % spared" for spared in SPARED)
    return Finding(checks, _bars(arms, labels, "corticospinal fibres"))


def either(first: Check, second: Check) -> Check:
    """Return the first check if it holds, else the second: for targets that are met by one number or the other."""
    return first if first.holds else second


def changes_of_sign(means: Sequence[float]) -> int:
    """Return how often the sign changes along a sequence.

    Examples
    --------
    >>> changes_of_sign([0.4, 0.1, -0.2]), changes_of_sign([0.4, -0.1, 0.2])
    (1, 2)
    """
    signs = np.sign(np.asarray(means))
    return int((signs[1:] != signs[:-1]).sum())


def _bars(arms: Sequence[Arms], labels: tuple[str, ...], x_label: str, published: Series | None = None) -> Figure:
    rows = [found.difference for found in arms]
    ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in rows]
    low, high = map(list, zip(*ends, strict=True))
    means = [float(row.mean()) for row in rows]
    model = Series("model, mean and 95 % interval", range(len(rows)), means, low, high, kind="bars")
    starts = ", ".join(f"{found.sham[:, 0].mean():.0f}" for found in arms)
    sham = ", ".join(f"{found.changes[:, 1].mean():+.1f}" for found in arms)
    sizes = ", ".join(str(len(row)) for row in rows)
    words = f"FM-UE at the start {starts}; change in the sham arm {sham}; {sizes} patients."
    series = (model,) if published is None else (model, published)
    return Figure(x_label, "real minus sham, FM-UE points", series, labels, words)
