"""The forecast from week 1: what a patient's group, guessed from the first week, says about month 6."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.parameters import Parameters, stream
from rehab_opt.validation.checks import statistic
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.natural_history.grouping import grouping
from rehab_opt.validation.population import DAYS, FM_MAX

SEEN_DAYS = (2, 7)
FOLDS = 10

FloatArray = NDArray[np.float64]


def week_1_forecast(setup: Setup) -> Finding:
    """Van der Vliet 2020: FM-UE at month 6 forecast from week 1, median absolute error 3-7 points.

    As published, groups are known from other patients (ten-fold cross-validation), and what is known of the new one are
    assessments within 72 h and at week 1 with their error of measurement; the end is an assessment too.
    """
    found = grouping(setup)
    label = np.zeros(len(found.people), dtype=np.intp)
    for number, members in enumerate(found.members):
        label[members] = number
    who = np.sort(np.concatenate(found.members))
    fm = np.array([found.people.fm(day)[who] for day in (*SEEN_DAYS, DAYS)]).T
    sd = Parameters(setup.overrides(0))["assessment.fm-noise"]
    noise = stream(setup.seed("forecast"), "assessment").normal(0.0, sd, (len(found.people), fm.shape[1]))
    seen = np.clip(fm + noise[who], 0.0, FM_MAX)
    forecast = predict(seen[:, :-1], seen[:, -1], label[who], FOLDS)
    error = np.abs(forecast - seen[:, -1])
    return Finding(
        (statistic("median absolute error, FM-UE points", error, lambda rows: float(np.median(rows)), 3.0, 7.0),),
        Figure(
            "FM-UE at month 6, forecast, points",
            "FM-UE at month 6, points",
            (
                Series(
                    "published: half of all patients within 3-7 points of this line",
                    (0, 66),
                    (0, 66),
                    (-5, 61),
                    (5, 71),
                    kind="line",
                    role="published",
                ),
                Series("model", forecast, seen[:, -1]),
            ),
            caption=f"{len(who)} virtual patients, {FOLDS}-fold cross-validation.",
        ),
    )


def predict(seen: FloatArray, end: FloatArray, label: NDArray[np.intp], folds: int) -> FloatArray:
    """Forecast ``end`` [patients] from ``seen`` [patients, measurements] by means of the groups in ``label``.

    For each patient the groups of the other folds count by their weight and by how likely the patient's measurements
    are among their members (normal, pooled covariance). A group's forecast is that the mean share of its members'
    last seen deficit will be recovered.

    Examples
    --------
    >>> seen = np.array([[10.0], [11.0], [50.0], [51.0]] * 5)
    >>> end = np.where(seen[:, 0] < 30, 20.0, 60.0)
    >>> bool(np.abs(predict(seen, end, (seen[:, 0] > 30).astype(int), 5) - end).max() < 2)
    True
    """
    forecast = np.empty(len(end))
    fold = np.arange(len(end)) % folds
    share = (end - seen[:, -1]) / np.maximum(FM_MAX - seen[:, -1], 1.0)
    for number in range(min(folds, len(end))):
        test, train = fold == number, fold != number
        chance = _membership(seen[test], seen[train], label[train])
        known = np.unique(label[train])
        mean = np.array([share[train][label[train] == group].mean() for group in known])
        left = FM_MAX - seen[test, -1]
        forecast[test] = seen[test, -1] + (chance @ mean) * left
    return forecast


def _membership(new: FloatArray, seen: FloatArray, label: NDArray[np.intp]) -> FloatArray:
    """Probability [new patients, groups] of each group that occurs in ``label``."""
    known = np.unique(label)
    centres = np.array([seen[label == group].mean(axis=0) for group in known])
    weight = np.array([(label == group).mean() for group in known])
    inner = seen - centres[np.searchsorted(known, label)]
    precision = np.linalg.inv(inner.T @ inner / len(seen) + np.eye(seen.shape[1]))
    gap = new[:, None, :] - centres[None, :, :]
    log_odds = np.log(weight) - 0.5 * np.einsum("ngi,ij,ngj->ng", gap, precision, gap)
    odds = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
