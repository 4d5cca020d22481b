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
    """Choose, then learn from what was chosen only: an arm that is not used gives no evidence of its ability."""
    day, state, numbers = context.day, context.state, context.numbers
    own = preference(context)
    day.choice = (own + (1 - own) * day.mitt) * (1 - day.sling)
    spread_acts(context, day.choice)
    rate = numbers["arm-choice.value-rate"]
    noise = numbers["arm-choice.evidence-noise"] * context.draws.normal("evidence")
    seen = day.scores["activity"] + noise
    state.value[0] += rate * day.choice * (seen - state.value[0])
    state.value[1] += rate * (1 - day.choice) * (day.scores["good-arm"] - state.value[1])


def always(context: Context) -> None:
    """What happens without choice: every day's acts are shared as they were in health."""
    healthy = healthy_preference(context.numbers)
    context.day.choice = (healthy + (1 - healthy) * context.day.mitt) * (1 - context.day.sling)
    spread_acts(context, context.day.choice)


MECHANISM = Mechanism(
    name="arm-choice",
    phase=Phase.CHOICE,
    process="The affected arm is chosen by expected success, which is learned only from acts that were chosen.",
    off="Both arms are used as in health, whatever works.",
    observable="use of the affected arm after a severe lesion",
    step=step,
    instead=always,
)
