"""Single cells after the loss of responders: who answers, how strongly, and how sharply."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rehab_opt.validation.checks import direction, effect_size, estimate, mean_interval, within
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.map.runs import FloatArray, band, group_amplitude, over_sham, picture, results
from rehab_opt.validation.sheet import POST, Result

STEADY = 0.05
NARROW_DAYS = (7, 11, 15)
FLAT_P, RISING_P = 0.26, 0.01
PAIRS = ((1, 3), (3, 5), (5, 7), (7, 9), (9, 11), (11, 15))
DAYS = (3, *POST)


def map_dissociation(setup: Setup) -> Finding:
    """Noda 2025, F4c and F8b: loss of interneurons spares the trial-averaged map, loss of responders narrows tuning."""
    found = results(setup)
    averaged = over_sham(found, "inhibitory", "averaged").mean(axis=1)
    checks = [within("Obar over sham after loss of interneurons, mean of days", averaged, 1 - STEADY, 1 + STEADY)]
    change = np.array([[width(row, "responsive", day) - width(row, "sham", day) for day in POST] for row in found])
    for day in NARROW_DAYS:
        name = f"tuning width of day-5 responders, loss of responders minus sham, day {day}"
        checks.append(direction(name, change[:, POST.index(day)], sign=-1))
    series = (
        Series("unchanged", POST, np.zeros(4), kind="line", role="published"),
        band("tuning width, loss of responders minus sham", change, POST),
    )
    words = "Published: narrower on days 7, 11 and 15 (P 0.011, 0.011, 0.001)."
    return Finding(tuple(checks), Figure("day", "change of the value at rank 15", series, caption=words))


def width(row: Result, lesion: str, day: int) -> float:
    """Return the mean tuning width of the spared responders of day 5."""
    return float(picture(row, lesion, day).width[row.baseline[5].responsive].mean())


def kept(row: Result, lesion: str, first: int, second: int) -> float:
    """Return the share of a day's responsive cells that are responsive on the next imaging day too."""
    before, after = (picture(row, lesion, day).responsive for day in (first, second))
    return float((before & after).sum() / max(1, before.sum()))


def map_turnover(setup: Setup) -> Finding:
    """Noda 2025, F4a: across the lesion fewer cells stay responsive than between two days of the baseline."""
    found = results(setup)
    shares = {
        lesion: np.array([[kept(row, lesion, *pair) for pair in PAIRS] for row in found])
        for lesion in ("sham", "responsive")
    }
    lost = shares["responsive"]
    checks = tuple(
        effect_size(f"share that stays responsive, days {a}-{b} minus 5-7, d", lost[:, column] - lost[:, 2], 1.0, None)
        for column, (a, b) in enumerate(PAIRS[:2])
    )
    places = tuple(range(len(PAIRS)))
    series = (band("sham", shares["sham"], places, role="other"), band("loss of responders", lost, places))
    labels = tuple(f"{a}-{b}" for a, b in PAIRS)
    words = "Published: different from baseline for days 5-7 (P < 0.01)."
    return Finding(checks, Figure("days", "share that stays responsive", series, labels, words))


def groups(row: Result, lesion: str) -> dict[str, NDArray[np.bool_]]:
    """Return the spared cells that answered on day 5, those that always did from then on, and the recruits."""
    five = row.baseline[5].responsive
    after = np.array([picture(row, lesion, day).responsive for day in POST])
    return {"responders": five, "loyal": five & after.all(axis=0), "recruits": ~five & after.any(axis=0)}


def amplitudes(found: list[Result], lesion: str, name: str) -> FloatArray:
    """Return the baseline-normalised best amplitude of a group on days 3 and 7 to 15 [networks, days]."""
    return np.array([[group_amplitude(row, lesion, groups(row, lesion)[name], day) for day in DAYS] for row in found])


def anova_p(values: FloatArray) -> float:
    """Return P of a one-way analysis of variance over the columns.

    Examples
    --------
    >>> bool(anova_p(np.array([[1.0, 2.0], [1.1, 2.1], [0.9, 1.9]])) < 0.01)
    True
    """
    from scipy.stats import f_oneway

    return float(f_oneway(*values.T).pvalue)


def map_history(setup: Setup) -> Finding:
    """Noda 2025, F4b and ED7a: day-5 responders lose amplitude by dropping out, loyal ones keep it, recruits gain."""
    found = results(setup)
    tables = {name: amplitudes(found, "responsive", name) for name in ("responders", "loyal", "recruits")}
    first, loyal, recruits = tables["responders"], tables["loyal"], tables["recruits"]
    gain = recruits - amplitudes(found, "sham", "recruits")
    peak = DAYS.index(11)
    checks = (
        effect_size("best amplitude of responders, day 3 minus day 7, d", first[:, 0] - first[:, 1], 0.8, 2.5),
        estimate("best amplitude of loyal responders over days, P of ANOVA", anova_p(loyal), None, FLAT_P, None),
        estimate(
            "best amplitude of recruits over days 7-15, P of ANOVA", anova_p(recruits[:, 1:]), None, None, RISING_P
        ),
        direction("best amplitude of recruits, day 11 minus day 7", recruits[:, peak] - recruits[:, 1], sign=1),
        direction("the same, beyond that of the sham's recruits", gain[:, peak] - gain[:, 1], sign=1),
    )
    series = tuple(
        band(name, values, DAYS, role="model" if name == "recruits" else "other") for name, values in tables.items()
    )
    words = "Published: day 3 against 7 P 0.00045 (d about 1.7); loyal P > 0.26; recruits rise, P < 0.01."
    return Finding(checks, Figure("day", "best amplitude over baseline", series, caption=words))


def map_e_ramp(setup: Setup) -> Finding:
    """Noda 2025, F6: best amplitude of excitatory cells ramps up over days at an unchanged responsive fraction."""
    found = results(setup)
    change = over_sham(found, "responsive", "amplitude") - 1
    fraction = over_sham(found, "responsive", "fraction").mean(axis=1)
    published, near = (0.0, 0.6, 1.25, 1.6), 0.5
    checks = [
        effect_size(f"best amplitude of E cells over sham, day {day}, d", change[:, column], d - near, d + near)
        for column, (day, d) in enumerate(zip(POST, published, strict=True))
    ]
    checks.append(within("responsive E fraction over sham, mean of post-days", fraction, 1 - STEADY, 1 + STEADY))
    ends = [mean_interval(column) or (float(column.mean()),) * 2 for column in change.T]
    low, high = map(list, zip(*ends, strict=True))
    series = (
        Series("unchanged", POST, np.zeros(4), kind="line", role="published"),
        Series("model, mean and 95 % interval", POST, change.mean(axis=0), low, high, kind="line"),
    )
    words = "Published effect sizes on days 7, 9, 11, 15: about 0, 0.6, 1.25, 1.6."
    return Finding(tuple(checks), Figure("day", "best amplitude over sham minus 1", series, caption=words))
