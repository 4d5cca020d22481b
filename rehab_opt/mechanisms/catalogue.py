"""Every mechanism of the model, in the order in which the day calls them: written down once, here."""

from __future__ import annotations

from collections.abc import Iterable

from rehab_opt.errors import unknown_name_error
from rehab_opt.mechanisms.base import Mechanism, Phase
from rehab_opt.mechanisms.behaviour import arm_choice, callosal
from rehab_opt.mechanisms.milieu import (
    conduction_block,
    growth_window,
    penumbra,
    resources,
    tonic_gaba,
    trophic_release,
    vulnerable_rim,
)
from rehab_opt.mechanisms.plasticity import consolidation, homeostasis, inhibitory, metaplasticity, task_learning
from rehab_opt.mechanisms.safety import runaway_guard
from rehab_opt.mechanisms.stimulation import field
from rehab_opt.mechanisms.structure import pruning, structural

MECHANISMS: tuple[Mechanism, ...] = (
    callosal.MECHANISM,
    penumbra.MECHANISM,
    conduction_block.MECHANISM,
    growth_window.MECHANISM,
    tonic_gaba.MECHANISM,
    arm_choice.MECHANISM,
    field.MECHANISM,
    resources.MECHANISM,
    task_learning.MECHANISM,
    runaway_guard.MECHANISM,
    vulnerable_rim.MECHANISM,
    trophic_release.MECHANISM,
    consolidation.MECHANISM,
    metaplasticity.MECHANISM,
    inhibitory.MECHANISM,
    homeostasis.MECHANISM,
    structural.MECHANISM,
    pruning.MECHANISM,
)


def names() -> tuple[str, ...]:
    """Return the kebab-case names of all mechanisms, in the order of the day.

    Examples
    --------
    >>> len(names())
    18
    """
    return tuple(row.name for row in MECHANISMS)


def check_off(off: Iterable[str], *, key: str = "mechanisms.off") -> tuple[str, ...]:
    """Return the names in the order of the day, or raise `InputError` for one that is unknown.

    Examples
    --------
    >>> check_off(["pruning", "callosal"])
    ('callosal', 'pruning')
    """
    wanted = set(off)
    for name in sorted(wanted):
        if name not in names():
            raise unknown_name_error("mechanism", name, names(), key=key)
    return tuple(name for name in names() if name in wanted)


def rows(phase: Phase) -> tuple[Mechanism, ...]:
    """Return the mechanisms of one phase, in order.

    Examples
    --------
    >>> [row.name for row in rows(Phase.GUARD)]
    ['runaway-guard', 'vulnerable-rim']
    """
    return tuple(row for row in MECHANISMS if row.phase is phase)
