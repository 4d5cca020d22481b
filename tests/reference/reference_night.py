"""The night again in plain numpy, written from the equations with a loop over every synapse. Imports only numpy.

``w`` is what stays in a patient (anatomy), ``s`` what changes (state), ``p`` the numbers, ``d`` the day so far.
A kind of synapse ("recurrent" or "thalamic") is a dict of arrays source, weight, stable and maturity.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
World = dict[str, Any]
Random = Callable[[str, tuple[int, ...]], Array]
Ticks = Callable[[str, tuple[int, int]], Array]
Place = tuple[str, int, int]  # kind of synapse, target, slot

LOCAL, INHIBITORY, THALAMIC = range(24), range(24, 38), range(24)
BOUNDS = {"recurrent": (1e-3, 0.6), "thalamic": (1e-3, 1.5)}


def occupied(synapses: World, slots: range) -> Iterator[tuple[int, int]]:
    """Target and slot of every synapse that exists."""
    for i in range(len(synapses["weight"])):
        for k in slots:
            if synapses["weight"][i, k] != 0:
                yield i, k


def add_change(kind: str, synapses: World, slots: range, rows: Array, change: Array, rigid: float) -> None:
    """Add the dense matrix of wanted changes [rows, sources] where synapses exist, less where they are mature."""
    least, most = BOUNDS[kind]
    for row, i in zip(change, rows, strict=True):
        if not np.any(row):
            continue
        own = slice(slots.start, slots.stop)
        weight, maturity = synapses["weight"][i, own], synapses["maturity"][i, own]
        new = weight + (rigid * maturity + 1 - maturity) * row[synapses["source"][i, own]]
        weight[:] = np.where(weight != 0, np.clip(new, least, most), 0)


def potentiate(s: World, p: World, induced: Array) -> None:
    """Synapses onto a unit follow the gain that fields induced in it, less where they are mature."""
    for kind, slots in (("recurrent", LOCAL), ("thalamic", THALAMIC)):
        rows, (least, most) = s[kind], BOUNDS[kind]
        for i, k in occupied(rows, slots):
            if induced[i] != 0:
                plasticity = 1 - rows["maturity"][i, k] * (1 - p["consolidation.rigid"])
                share = 1 + p["stimulation.after-weight"] * induced[i] * plasticity
                rows["weight"][i, k] = min(most, max(least, share * rows["weight"][i, k]))


def excess(activity: Array, set_point: Array) -> Array:
    """Distance from the own rate, relative to it, at most 1 either way."""
    return np.minimum(1, np.maximum(-1, (activity - set_point) / (set_point + 0.05)))


def trophic_support(w: World, s: World, p: World, d: World) -> Array:
    """A constitutive share, and a Hill function of release, half the own and half the neighbours'.

    Release is in units of what an average repetition of a healthy day releases.
    """
    release = d["release"] / np.maximum(0.05**2, (w["intact"] ** 2) @ w["habit"])
    support, always = np.zeros(len(release)), p["trophic-release.constitutive"]
    for i, near in enumerate(w["neighbours"]):
        pooled = 0.5 * release[i] + 0.5 * sum(release[j] for j in near) / len(near)
        x = max(pooled / p["trophic-release.half-release"], 1e-6)
        evoked = x ** p["trophic-release.hill"] / (1 + x ** p["trophic-release.hill"])
        support[i] = always + (1 - always) * evoked
    return support


def consolidate(s: World, p: World, support: Array) -> None:
    """Labile = weight - stable; a part is made stable, the rest decays by a day, the synapse ripens."""
    keep = math.exp(-1 / p["consolidation.labile-days"])
    ripen = 1 / p["consolidation.maturation-days"]
    for kind, slots in (("recurrent", LOCAL), ("thalamic", THALAMIC)):
        rows = s[kind]
        for i, k in occupied(rows, slots):
            fixed = support[i] * p["consolidation.share"]
            labile = rows["weight"][i, k] - rows["stable"][i, k]
            rows["stable"][i, k] += fixed * labile
            rows["weight"][i, k] = max(BOUNDS[kind][0], rows["stable"][i, k] + keep * (1 - fixed) * labile)
            rows["maturity"][i, k] += ripen * (1 - rows["maturity"][i, k])


def bcm(w: World, s: World, p: World) -> None:
    """tau dtheta/dt = -theta + <r^2>/<r>, then dw = rate sum_s p_s r_i (r_i - theta_i) r_j."""
    r, habit = s["rates"], w["habit"]
    aim = (r**2 @ habit) / np.maximum(r @ habit, 1e-6)
    s["threshold"] += (aim - s["threshold"]) * (1 - math.exp(-1 / p["metaplasticity.threshold-days"]))
    living = np.flatnonzero(w["excitatory"] & (s["integrity"] > 0))
    post = r[living] * (r[living] - s["threshold"][living, None]) * habit * p["metaplasticity.rate"]
    add_change("recurrent", s["recurrent"], LOCAL, living, post @ r.T, rigid=1.0)


def inhibitory_plasticity(w: World, s: World, p: World, d: World) -> None:
    """|w| *= 1 + rate excess_i r_j / <r> on living excitatory targets."""
    rows = s["recurrent"]
    usual = np.mean((w["intact"] @ w["habit"])[~w["excitatory"]])
    change = excess(d["activity"], s["set_point"]) * p["inhibitory-plasticity.rate"]
    for i, k in occupied(rows, INHIBITORY):
        if not w["excitatory"][i] or s["integrity"][i] <= 0 or change[i] == 0:
            continue
        source = min(3.0, d["activity"][rows["source"][i, k]] / max(usual, 1e-6))
        size = min(1.0, max(1e-4, abs(rows["weight"][i, k]) * (1 + change[i] * source)))
        rows["stable"][i, k] *= size / abs(rows["weight"][i, k])
        rows["weight"][i, k] = -size


def _mean_share(s: World, i: int) -> float:
    """Mean over a day of exp(-K t), with K the slope of the excess on what was answered, days before fading by 0.8."""
    slope = min(10.0, max(0.0, s["response"][i] / max(s["drive"][i], 1e-6)))
    return (1 - math.exp(-slope)) / slope if slope > 1e-3 else 1 - slope / 2


def _over_the_day(s: World, i: int, now: float) -> float:
    """Note how the excess has followed what was answered last night; return what to answer now."""
    answered = s["excess"][i] * _mean_share(s, i)
    s["response"][i] = 0.8 * s["response"][i] + answered * (s["excess"][i] - now)
    s["drive"][i] = 0.8 * s["drive"][i] + answered**2
    s["excess"][i] = now
    return now * _mean_share(s, i)


def homeostasis(w: World, s: World, p: World, d: World) -> None:
    """Excitability and excitatory weights against the excess; the set point follows slowly."""
    off = np.where(w["excitatory"] & (s["integrity"] > 0), excess(d["activity"], s["set_point"]), 0.0)
    off = np.array([_over_the_day(s, i, float(now)) for i, now in enumerate(off)])
    most = p["homeostasis.excitability-most"]
    top = np.maximum(w["intact_excitability"], most)
    s["excitability"] = np.clip(s["excitability"] - p["homeostasis.excitability-rate"] * off, -1 - most, top)
    for kind, slots in (("recurrent", LOCAL), ("thalamic", THALAMIC)):
        rows, (least, most) = s[kind], BOUNDS[kind]
        for i, k in occupied(rows, slots):
            new = min(most, max(least, rows["weight"][i, k] * (1 - p["homeostasis.scaling-rate"] * off[i])))
            rows["stable"][i, k] *= new / rows["weight"][i, k]
            rows["weight"][i, k] = new
    s["set_point"] = s["set_point"] + (d["activity"] - s["set_point"]) / p["homeostasis.set-point-days"]


def _growth(calcium: Array, low: float, high: float) -> Array:
    """A bell on a floor of -1 that is 0 at ``low`` and at ``high``: 2^(1 - x^2) - 1, x from -1 to 1 between them."""
    x = (2 * calcium - low - high) / (high - low)
    return np.power(2.0, 1 - x**2) - 1


def _grow(w: World, s: World, p: World, d: World) -> None:
    calcium = d["calcium"] / np.maximum(0.02, s["set_point"])
    group = "structural-plasticity."
    speed = p[group + "rate"] * d["growth"] * s["integrity"]
    for name, low, high in (
        ("dendritic", p[group + "dendritic-low"], 1.0),
        ("axonal", p[group + "axonal-low"], 1.0),
        ("inhibitory_dendritic", 1.0, p[group + "inhibitory-high"]),
    ):
        s[name] = np.maximum(0, s[name] + speed * _growth(calcium, low, high))
    s["dendritic"] = np.minimum(s["dendritic"], len(LOCAL) + len(THALAMIC))
    s["inhibitory_dendritic"] = np.minimum(s["inhibitory_dendritic"], len(INHIBITORY))


def changing(w: World, synapses: World, slots: range) -> Iterator[tuple[int, int]]:
    """Target and slot of every synapse that may go: those onto excitatory units."""
    return ((i, k) for i, k in occupied(synapses, slots) if w["excitatory"][i])


def _bound(w: World, s: World) -> tuple[Array, Array, Array]:
    dendritic, axonal, inhibitory = (np.zeros(len(s["integrity"])) for _ in range(3))
    for i, k in changing(w, s["recurrent"], LOCAL):
        dendritic[i] += 1
        axonal[s["recurrent"]["source"][i, k]] += 1
    for i, _ in changing(w, s["thalamic"], THALAMIC):
        dendritic[i] += 1
    for i, _ in changing(w, s["recurrent"], INHIBITORY):
        inhibitory[i] += 1
    return dendritic, axonal, inhibitory


def remove(synapses: World, i: int, k: int) -> None:
    """Empty one slot."""
    for name in ("weight", "stable", "maturity"):
        synapses[name][i, k] = 0


def _drawn(synapses: list[Place], lost: float, uniform: float) -> list[Place]:
    """As many synapses as whole elements were lost: neighbours in a ring of all, from a start drawn at random."""
    start = math.floor(uniform * len(synapses))
    return [synapses[(start + step) % len(synapses)] for step in range(math.floor(lost))]


def _lose(w: World, s: World, uniform: Array) -> int:
    """Synapses on excitatory units go with lost dendritic elements, then, of those that are left, with lost axonal
    ones; inhibitory ones with inhibitory elements."""
    everyone, removed = range(len(s["integrity"])), 0
    for chance, elements, ends in zip(
        uniform,
        ("dendritic", "axonal", "inhibitory_dendritic"),
        (_on_dendrites, _on_axons, _on_inhibitory),
        strict=True,
    ):
        bound = ends(w, s)
        for unit in everyone:
            lost = max(0, len(bound[unit]) - s[elements][unit])
            for kind, i, k in _drawn(bound[unit], lost, float(chance[unit])):
                remove(s[kind], i, k)
                removed += 1
    return removed


def _on_dendrites(w: World, s: World) -> list[list[Place]]:
    """Excitatory synapses on each unit: recurrent ones first, then thalamic ones."""
    found: list[list[Place]] = [[] for _ in s["integrity"]]
    for kind, slots in (("recurrent", LOCAL), ("thalamic", THALAMIC)):
        for i, k in changing(w, s[kind], slots):
            found[i].append((kind, i, k))
    return found


def _on_axons(w: World, s: World) -> list[list[Place]]:
    """Recurrent excitatory synapses that each unit makes, in the order of targets."""
    found: list[list[Place]] = [[] for _ in s["integrity"]]
    for i, k in changing(w, s["recurrent"], LOCAL):
        found[s["recurrent"]["source"][i, k]].append(("recurrent", i, k))
    return found


def _on_inhibitory(w: World, s: World) -> list[list[Place]]:
    """Inhibitory synapses on each unit."""
    found: list[list[Place]] = [[] for _ in s["integrity"]]
    for i, k in changing(w, s["recurrent"], INHIBITORY):
        found[i].append(("recurrent", i, k))
    return found


def _meet(
    rows: World, slots: range, wants: Array, offers: Array, candidates: Array, chance: Array, start: float
) -> int:
    """Targets in order; one try each; a pair needs two vacancies, a free slot, and not to exist yet."""
    made = 0
    for i in range(len(wants)):
        if wants[i] < 1:
            continue
        partner = candidates[i, math.floor(chance[i] * candidates.shape[1])]
        taken = [k for k in slots if rows["weight"][i, k] != 0]
        free = [k for k in slots if k not in taken]
        known = any(rows["source"][i, k] == partner for k in taken)
        if partner < 0 or offers[partner] < 1 or known or not free:
            continue
        remove(rows, i, free[0])
        rows["source"][i, free[0]] = partner
        rows["weight"][i, free[0]] = rows["stable"][i, free[0]] = start
        offers[partner] -= 1
        made += 1
    return made


def _pair(w: World, s: World, p: World, d: World, chance: Array) -> int:
    """As many looks as growth signals allow; what is left of a whole look is the chance of one more."""
    looks = np.where(w["excitatory"], d["growth"] * s["integrity"], 0)
    return sum(_look(w, s, p, looks - n > chance[n, 4], chance[n]) for n in range(len(chance)))


def _look(w: World, s: World, p: World, seekers: Array, chance: Array) -> int:
    """Some of the seekers look for a channel, unless it carries nothing, the others for a unit; interneurons are sought
    besides."""
    dendritic, axonal, inhibitory = _bound(w, s)
    lives = s["integrity"] > 0
    channel_first = chance[3] < p["structural-plasticity.thalamic-share"]
    for i in np.flatnonzero(seekers & channel_first):
        partner = w["input_candidates"][i, math.floor(chance[0, i] * w["input_candidates"].shape[1])]
        channel_first[i] = partner >= 0 and np.dot(w["inputs"][partner], w["habit"]) > 0
    vacant, called = s["dendritic"] - dendritic, s["inhibitory_dendritic"] - inhibitory
    terminals = np.where(lives, s["axonal"] - axonal, 0)
    start = p["structural-plasticity.start-weight"]
    endless = np.full(max(len(lives), len(w["inputs"])), np.inf)
    to_channel, to_unit = np.where(seekers & channel_first, vacant, 0), np.where(seekers & ~channel_first, vacant, 0)
    made = _meet(s["thalamic"], THALAMIC, to_channel, endless, w["input_candidates"], chance[0], start)
    made += _meet(s["recurrent"], LOCAL, to_unit, terminals, w["candidates"], chance[1], start)
    called = np.where(seekers, called, 0)
    dark = -p["structural-plasticity.inhibitory-start"]
    return made + _meet(s["recurrent"], INHIBITORY, called, endless, w["inhibitory_candidates"], chance[2], dark)


def _sprout(w: World, s: World, p: World, d: World, support: Array) -> None:
    """A fibre branches into outputs in proportion to the input that they miss, at a calcium near the unit's own; what
    is cut of a bundle does not come back."""
    group = "structural-plasticity."
    low, high, needs = (p[group + "fibre-" + name] for name in ("low", "high", "window"))
    calcium = d["calcium"] / np.maximum(0.02, s["set_point"])
    reach = np.maximum(0, np.power(2.0, 1 - ((calcium - (low + high) / 2) / ((high - low) / 2)) ** 2) - 1)
    growth = needs * (np.max(d["growth"]) - 1) + 1 - needs
    for skill in w["skills"]:
        units, link, back = skill["units"], skill["weight"], skill["credit"]
        fibre = s["fibre"][units].copy()
        missing = np.zeros(len(link))
        for o in range(len(link)):
            missing[o] = max(0.0, 1 - np.dot(link[o], fibre) / max(1e-9, link[o].sum()))
        for n, i in enumerate(units):
            share = np.dot(back[n], missing) / max(1e-9, back[n].sum())
            new = fibre[n] * (1 + p[group + "fibre-rate"] * growth * reach[i] * support[i] * share)
            s["fibre"][i] = min(new, max(fibre[n], w["spared"][i] * p[group + "fibre-most"]))


def _prune(w: World, s: World, p: World, d: World, tick: Array) -> int:
    """Hazard x exp(-w / width) / (1 + use_i use_j) + young x exp(-w / scale) (1 - held_j maturity)^2, compared with a
    number from a grid of 65536 in [0, 1)."""
    use = np.minimum(4, d["calcium"] / np.maximum(0.02, s["set_point"]))
    retracts = max(1e-3, p["structural-plasticity.axonal-low"])
    held = np.minimum(1, (d["calcium"] + 0.02) / (s["set_point"] + 0.02) / retracts)
    lost = 0
    for kind, slots, shift in (("recurrent", LOCAL, 0), ("thalamic", THALAMIC, len(LOCAL))):
        rows = s[kind]
        for i, k in list(changing(w, rows, slots)):
            j = rows["source"][i, k]
            heard = float(kind == "thalamic" and np.dot(w["inputs"][j], w["habit"]) > 0)
            other, kept = (use[j], held[j]) if kind == "recurrent" else (heard, heard)
            size, age = abs(rows["weight"][i, k]), rows["maturity"][i, k]
            risk = p["pruning.hazard"] * math.exp(-size / p["pruning.weight-scale"]) / (1 + use[i] * other)
            risk += p["pruning.young-hazard"] * math.exp(-size / p["pruning.young-scale"]) * (1 - kept * age) ** 2
            if (int(tick[i, k + shift]) + 0.5) / 65536 < risk:
                remove(rows, i, k)
                lost += 1
    return lost


def night(w: World, s: World, p: World, d: World, random: Random, ticks: Ticks) -> None:
    """Everything that happens while the patient sleeps, in order; notes synapses formed and removed in ``d``."""
    units = len(s["integrity"])
    potentiate(s, p, d["induced"])
    support = trophic_support(w, s, p, d)
    consolidate(s, p, support)
    bcm(w, s, p)
    inhibitory_plasticity(w, s, p, d)
    homeostasis(w, s, p, d)
    _grow(w, s, p, d)
    d["removed"] = _lose(w, s, random("retract", (3, units)))
    d["formed"] = _pair(w, s, p, d, random("pair", (6, 5, units)))
    _sprout(w, s, p, d, support)
    d["removed"] += _prune(w, s, p, d, ticks("prune", (units, len(LOCAL) + len(THALAMIC))))
    s["resource"] = 1 - (1 - s["resource"]) * math.exp(-1 / p["resources.recovery-days"])
    s["gain"] = np.zeros(units)
    s["minute_threshold"] = np.ones(units)
