"""Arm choice and use: use follows what works, and feeds practice (Han 2008, Hidaka 2012)."""

from __future__ import annotations

import math

import numpy as np

from rehab_opt.mechanisms.base import Context, Mechanism, Phase
from rehab_opt.network.state import GOOD_ARM, REACH, Anatomy
from rehab_opt.parameters import Parameters


def preference(context: Context) -> float:
    """Return the probability of choosing the affected arm without a mitt: a logistic function of the difference in
    value."""
    numbers, value = context.numbers, context.state.value
    lead = value[0] - value[1] + numbers["arm-choice.threshold"]
    return 1 / (1 + math.exp(-lead / numbers["arm-choice.temperature"]))


def healthy_preference(numbers: Parameters) -> float:
    """Return the probability of choosing the affected arm when both are as able as in health."""
    return 1 / (1 + math.exp(-numbers["arm-choice.threshold"] / numbers["arm-choice.temperature"]))


def spread_acts(context: Context, choice: float) -> None:
    """Write the day's acts per stimulus: reaching, touch, recall.

    In health each arm does its half of the reaches. What the affected arm is not chosen for, the other one does.
    """
    day, anatomy, numbers = context.day, context.anatomy, context.numbers
    acts = np.asarray(numbers["arm-choice.acts"] * anatomy.habit * (1.0 / _reaching(anatomy)), dtype=np.float64)
    share = choice / healthy_preference(numbers)
    acts[anatomy.skills[REACH].columns] *= share
    acts[anatomy.skills[GOOD_ARM].columns] *= 2 - share
    day.practice += acts.astype(day.practice.dtype)
    day.feedback_practice += (acts * numbers["arm-choice.life-feedback"]).astype(day.practice.dtype)


def healthy_acts(anatomy: Anatomy, numbers: Parameters) -> float:
    """Return the acts of a healthy day: reaches with either arm, touch and recall."""
    return numbers["arm-choice.acts"] / _reaching(anatomy)


def _reaching(anatomy: Anatomy) -> float:
    """Return the share of a healthy day's acts that are reaches, with either arm."""
    habit, skills = anatomy.habit, anatomy.skills
    return float(habit[skills[REACH].columns].sum() + habit[skills[GOOD_ARM].columns].sum())


def step(context: Context) -> None:
    """Choose, act as far as nothing prevents it, and learn from what came of the choice."""
    day, state, numbers = context.day, context.state, context.numbers
    own = preference(context)
    day.choice = (own + (1 - own) * day.mitt) * (1 - day.sling)
    spread_acts(context, day.choice)
    noise = numbers["arm-choice.evidence-noise"] * context.draws.normal("evidence")
    seen = (day.scores["activity"] + noise, day.scores["good-arm"])
    chosen, hindered = (own, 1 - own), (day.sling, day.mitt)
    for arm, other in ((0, 1), (1, 0)):
        taken_over = chosen[other] * hindered[other] * (1 - hindered[arm])
        change = lesson(state.value[arm], chosen[arm], taken_over, hindered[arm], seen[arm])
        state.value[arm] += numbers["arm-choice.value-rate"] * change


def lesson(value: float, chosen: float, taken_over: float, hindered: float, seen: float) -> float:
    """Return what a day's acts say about an arm: the sum, over the acts, of their success minus what was expected.

    An arm that is not used gives no evidence of its ability (Han 2008, Hidaka 2012). An act for which it was chosen and
    that a sling or a mitt prevents has failed: learned non-use begins with attempts that come to nothing, and restraint
    of the good arm reverses what is rewarded (Taub, Uswatte and Elbert 2002).

    Parameters
    ----------
    value
        Expected success of the arm.
    chosen, taken_over
        Shares of the day's acts for which it was chosen, and which it does because the other arm is held fast.
    hindered
        Share of its own acts that a sling or a mitt prevents, 0 to 1.
    seen
        Success of the acts that it does.

    Examples
    --------
    >>> lesson(0.5, 0.4, 0.0, 0.0, 1.0), lesson(0.5, 0.4, 0.0, 1.0, 1.0), lesson(0.5, 0.0, 0.4, 0.0, 1.0)
    (0.2, -0.2, 0.2)
    """
    return chosen * ((1 - hindered) * seen - value) + taken_over * (seen - value)


def always(context: Context) -> None:
    """What happens without choice: every day's acts are shared as they were in health."""
    healthy = healthy_preference(context.numbers)
    context.day.choice = (healthy + (1 - healthy) * context.day.mitt) * (1 - context.day.sling)
    spread_acts(context, context.day.choice)


MECHANISM = Mechanism(
    name="arm-choice",
    phase=Phase.CHOICE,
    process="The affected arm is chosen by expected success, which is learned only from acts that were tried.",
    off="Both arms are used as in health, whatever works.",
    observable="use of the affected arm after a severe lesion",
    step=step,
    instead=always,
)
