"""Minutes matter: bursts close together reverse, and what came before turns the effect of 1 Hz around."""

from __future__ import annotations

import numpy as np

from rehab_opt.validation.checks import ENOUGH, direction, mean_interval
from rehab_opt.validation.experiment import Setup
from rehab_opt.validation.finding import Figure, Finding, Series
from rehab_opt.validation.groups.stimulation.excitability import FloatArray, changes

PEOPLE, QUICK_PEOPLE = ENOUGH, 12
MASSED, SPACED = (0.0, 2.0, 5.0), (15.0, 30.0)
"""Pauses between two blocks of iTBS, minutes from the end of the first to the start of the second."""
BLOCK = 200 / 60
PRIMING_MINUTES, ONE_HERTZ_PULSES = 10.0, 900
SITE = "ipsilesional-motor"


def burst_spacing(setup: Setup) -> Finding:
    """Gamboa 2010, Tse 2018, Yu 2020: two blocks of iTBS 0 to 5 min apart do less than one, 15 to 30 min apart more.

    Healthy people with their own coupling and time constant of the threshold; excitability 10 minutes after the last
    block.
    """
    from rehab_opt.therapy import Stimulation

    block = Stimulation(modality="itbs", site=SITE, strength=80, pulses=600)
    pauses = (*MASSED, *SPACED)
    plans = [[(0.0, block)], *([(0.0, block), (BLOCK + pause, block)] for pause in pauses)]
    found = changes(setup, "burst-spacing", setup.count(PEOPLE, QUICK_PEOPLE), plans)
    one, pairs = found[0], dict(zip(pauses, found[1:], strict=True))
    checks = [
        direction(f"two blocks {pause:g} min apart minus one, % of excitability", pairs[pause] - one, sign=-1)
        for pause in MASSED
    ] + [
        direction(f"two blocks {pause:g} min apart minus one, % of excitability", pairs[pause] - one, sign=1)
        for pause in SPACED
    ]
    labels = ("one block", *(f"two, {pause:g} min" for pause in pauses))
    words = f"Excitability rises after one block in {100 * (one > 0).mean():.0f} % of people (published 47 to 60 %)."
    return Finding(tuple(checks), Figure("blocks of iTBS", "excitability, % of before", _series(found), labels, words))


def priming_polarity(setup: Setup) -> Finding:
    """Siebner 2004: after anodal direct current 1 Hz lowers excitability, after cathodal direct current it raises it.

    Ten minutes of 1 mA, then 15 minutes of 1 Hz; excitability 10 minutes after the end, against before the priming.
    """
    from rehab_opt.therapy import Stimulation

    slow = Stimulation(modality="rtms-1hz", site=SITE, strength=85, pulses=ONE_HERTZ_PULSES)
    primes = [
        Stimulation(modality="tdcs", site=SITE, polarity=polarity, strength=1, minutes=PRIMING_MINUTES)
        for polarity in ("anodal", "cathodal")
    ]
    plans = [[(0.0, prime), (PRIMING_MINUTES, slow)] for prime in primes]
    swapped = [[(0.0, slow), (ONE_HERTZ_PULSES / 60, prime)] for prime in primes]
    people = setup.count(PEOPLE, QUICK_PEOPLE)
    found = changes(setup, "priming-polarity", people, [*plans, [(0.0, slow)], *swapped])
    checks = (
        direction("anodal, then 1 Hz, % of excitability", found[0], sign=-1),
        direction("cathodal, then 1 Hz, % of excitability", found[1], sign=1),
    )
    labels = ("anodal, 1 Hz", "cathodal, 1 Hz", "1 Hz", "1 Hz, anodal", "1 Hz, cathodal")
    words = "Published: lower after anodal, higher after cathodal priming; the order swapped for comparison."
    return Finding(checks, Figure("stimulation, in order", "excitability, % of before", _series(found), labels, words))


def _series(found: FloatArray) -> tuple[Series, ...]:
    ends = [mean_interval(row) or (float(row.mean()),) * 2 for row in found]
    low, high = map(list, zip(*ends, strict=True))
    means = found.mean(axis=1)
    return (Series("model, mean and 95 % interval", np.arange(len(found)), means, low, high, kind="bars"),)
