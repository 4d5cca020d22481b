"""The day and the course again in plain numpy and double precision, written from the equations. Imports only numpy.

``w`` is what stays in a patient (anatomy), ``s`` what changes (state), ``p`` the numbers, ``d`` the day so far; all are
dicts of arrays and numbers. A bout is a dict with minutes, skill, repetitions, half, feedback, difficulty and current.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from reference_night import LOCAL, THALAMIC, Array, Random, Ticks, World, add_change, night, occupied

REACH, GOOD_ARM, TOUCH, RECALL = range(4)
SILENT = 0.01
Normal = Callable[[str], float]


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _dense(synapses: World, sources: int) -> Array:
    matrix = np.zeros((len(synapses["weight"]), sources))
    rows = np.repeat(np.arange(len(matrix)), synapses["weight"].shape[1])
    np.add.at(matrix, (rows, synapses["source"].ravel()), synapses["weight"].ravel())
    return matrix


def settled(w: World, s: World, p: World, columns: slice, bias: Array) -> Array:
    """Rates after Euler steps of tau dr/dt = -r + alive phi(gain (W r + T x + bias)) from today's rates."""
    matrix = _dense(s["recurrent"], len(bias))
    fixed = _dense(s["thalamic"], len(w["inputs"])) @ w["inputs"][:, columns] + bias[:, None]
    alive = s["integrity"] * (1 - s["silence"])
    r = s["rates"][:, columns].copy()
    for _ in range(int(p["network.settle-steps"])):
        u = np.maximum(0, (1 + s["gain"])[:, None] * (matrix @ r + fixed))
        wanted = alive[:, None] * u**2 / (u + w["softness"] + u**2 / w["ceiling"][:, None])
        move = np.where(alive[:, None] > 0, w["step"][:, None] * (wanted - r), 0)
        r = np.where(alive[:, None] > 0, r + move, 0)
        r[r <= 1e-12] = 0
        if np.abs(move).max() <= p["network.settle-tolerance"]:
            break
    return r


def output(s: World, skill: World, columns: slice) -> Array:
    """What the fibres that are left and conduct carry to the muscles or to report."""
    units = skill["units"]
    fibre = (s["fibre"] * (1 - s["blocked"]))[units, None]
    return np.asarray(skill["weight"] @ (fibre * s["rates"][units, columns]))


def _fidelity(moved: Array, wanted: Array) -> Array:
    return np.maximum(0, 1 - np.linalg.norm(moved - wanted, axis=0) / np.linalg.norm(wanted, axis=0))


def examine(w: World, s: World) -> dict[str, float]:
    """Fidelity of each skill relative to health; the activity score counts end points only."""
    found = {}
    for index, name in ((REACH, "motor"), (GOOD_ARM, "good-arm"), (TOUCH, "sensory"), (RECALL, "cognitive")):
        skill = w["skills"][index]
        now = _fidelity(output(s, skill, skill["columns"]), skill["targets"])
        found[name] = min(1.0, now.mean() / skill["intact"].mean())
        if index == REACH:
            n = skill["practised"]
            found["impairment"] = min(1.0, now[n:].mean() / skill["intact"][n:].mean())
            angle = 2 * np.pi * np.arange(len(skill["targets"])) / len(skill["targets"])
            plane = np.vstack([np.cos(angle), np.sin(angle)])
            moved = output(s, skill, skill["columns"])
            found["activity"] = _fidelity(plane @ moved[:, :n], plane @ skill["targets"][:, :n]).mean()
    return {name: float(value) for name, value in found.items()}


def milieu(w: World, s: World, p: World, d: World) -> None:
    """Penumbra and diaschisis, block of conduction, window of growth, tonic inhibition."""
    rim = w["rim"]
    drained = d["index"] / (p["conduction-block.days"] * p["milieu.clock"])
    s["blocked"] = w["oedema"] * (1 + drained) * math.exp(-drained)
    if d["index"] == 0:
        spared = (1 - p["penumbra.depth"] * rim) * (1 - p["penumbra.diaschisis"] * w["cut_input"])
        s["silence"] = np.where(w["dead"], 0, 1 - spared)
    else:
        speed = rim / p["penumbra.reperfusion-days"] + (1 - rim) / p["penumbra.diaschisis-days"]
        s["silence"] = s["silence"] * np.exp(-speed)
    d["growth"] = np.ones(len(rim))
    if np.any(w["dead"]) or np.any(s["fibre"] < 1):
        phase = d["index"] / (p["growth-window.peak-day"] * p["milieu.clock"])
        signal = (phase * math.exp(1 - phase)) ** p["growth-window.sharpness"]
        d["growth"] = 1 + rim * (p["growth-window.peak"] - 1) * signal
        for kind in ("recurrent", "thalamic"):
            s[kind]["maturity"] = s[kind]["maturity"] * (1 - p["growth-window.loosening"] * signal * rim)[:, None]
    on, off = p["tonic-gaba.on-day"], p["tonic-gaba.off-day"]
    level = _sigmoid((d["index"] - on) / 0.5) * _sigmoid((off - d["index"]) / 2)
    extra = p["tonic-gaba.strength"] * level
    since = d["index"] - p["tonic-gaba.drug-day"]
    blocked = p["tonic-gaba.drug"] * (0 <= since < p["tonic-gaba.drug-days"])
    d["tonic"] = (extra - blocked * (p["tonic-gaba.everyday"] + extra)) * rim


def choose(w: World, s: World, p: World, d: World, normal: Normal) -> None:
    """Probability of the affected arm, the day's acts, and what they teach about the arms' value."""
    lead = s["value"][0] - s["value"][1] + p["arm-choice.threshold"]
    own = _sigmoid(lead / p["arm-choice.temperature"])
    choice = (d["mitt"] + (1 - d["mitt"]) * own) * (1 - d["sling"])
    share = choice / _sigmoid(p["arm-choice.threshold"] / p["arm-choice.temperature"])
    affected, good = w["skills"][REACH]["columns"], w["skills"][GOOD_ARM]["columns"]
    acts = p["arm-choice.acts"] * w["habit"] / (w["habit"][affected].sum() + w["habit"][good].sum())
    acts[affected] *= share
    acts[good] *= 2 - share
    d["choice"], d["practice"], d["heard"] = choice, acts, acts * p["arm-choice.life-feedback"]
    seen = d["scores"]["activity"] + p["arm-choice.evidence-noise"] * normal("evidence")
    rate = p["arm-choice.value-rate"]
    # Four kinds of acts: each arm chosen and free, or chosen and held fast, when it fails and the other one takes over.
    tried, failed = (own * (1 - d["sling"]), (1 - own) * (1 - d["mitt"])), (own * d["sling"], (1 - own) * d["mitt"])
    instead = (failed[1] * (1 - d["sling"]), failed[0] * (1 - d["mitt"]))
    for arm, success in enumerate((seen, d["scores"]["good-arm"])):
        v = s["value"][arm]
        s["value"][arm] += rate * ((tried[arm] + instead[arm]) * (success - v) - failed[arm] * v)


def learn(w: World, s: World, p: World, skill: World, times: Array, bout: World) -> None:
    """dw = rate x times x resource x eligibility_i x fed-back error_i x pre_j for the skill's first stimuli."""
    first, units = skill["columns"].start, skill["units"]
    columns = slice(first, first + len(times))
    r, fibre = s["rates"][units, columns], (s["fibre"] * (1 - s["blocked"]))[units, None]
    miss = skill["targets"][:, : len(times)] - output(s, skill, columns)
    scale = p["task-learning.error-scale"]
    wanted = min(1.0, 2 * bout["difficulty"]) * miss
    back = fibre * (skill["credit"] @ (wanted * 2 * scale / (scale + np.abs(wanted))))
    q = r / np.maximum(0.02, s["threshold"][units, None])
    floor = p["task-learning.feedback-floor"]
    strength = p["task-learning.rate"] * times * (floor + (1 - floor) * bout["feedback"])
    current = bout["current"]
    if current is not None and current["gate"] > 0:
        size = (miss**2).sum(axis=0)
        strength = np.where(size <= np.median(size), 1 + current["gate"], 1) * strength
    supply = (s["supply"] * s["integrity"] * (1 - s["silence"]))[units, None]
    post = back * 2 * q**2 / (1 + q**2) * supply * strength
    rigid, share = p["consolidation.rigid"], p["task-learning.recurrent-share"]
    add_change("thalamic", s["thalamic"], THALAMIC, units, post @ w["inputs"][:, columns].T, rigid)
    add_change("recurrent", s["recurrent"], LOCAL, units, share * post @ s["rates"][:, columns].T, rigid)


def tire(w: World, s: World, p: World, times: float, columns: slice) -> None:
    """Resource falls with repetitions x rate relative to the usual one; its mean meanwhile is the supply."""
    load = s["rates"][:, columns].mean(axis=1) / np.maximum(0.05, w["intact"] @ w["habit"])
    spent = np.maximum(1e-6, p["resources.depletion"] * times * np.minimum(3, load))
    s["supply"] = s["resource"] * (1 - np.exp(-spent)) / spent
    s["resource"] = s["resource"] * np.exp(-spent)


def release(s: World, d: World, columns: slice, heard: Array) -> None:
    """Every heard repetition of a stimulus releases the square of the rate that it drives now."""
    for n, column in zip(heard, range(columns.start, columns.stop), strict=True):
        d["release"] = d["release"] + n * s["rates"][:, column] ** 2


def _field(w: World, p: World, current: World | None) -> tuple[Array, Array]:
    """Bias current and calcium of a field, per unit."""
    if current is None:
        return np.zeros(len(w["rim"])), np.zeros(len(w["rim"]))
    here = 1.0 * ((w["hemisphere"] == current["hemisphere"]) & (w["area"] == current["area"]))
    turn = w["orientation"] if current["oriented"] else 1.0
    reach = here * p["stimulation.coupling"] * w["placement"]
    return current["amplitude"] * reach * turn, current["calcium"] * reach


def after_effect(w: World, s: World, p: World, d: World, bout: World, usual: Array, columns: slice) -> None:
    """Labile gain and its threshold over the minutes of a bout, in steps of at most half a minute."""
    current = bout["current"]
    _, calcium = _field(w, p, current)
    driven = np.zeros(len(w["rim"]), dtype=bool)
    pulses = current is not None and not current["oriented"]
    if pulses and (current["amplitude"] != 0 or current["calcium"] != 0):
        driven = (w["hemisphere"] == current["hemisphere"]) & (w["area"] == current["area"])
    before, now = usual[:, columns].mean(axis=1), s["rates"][:, columns].mean(axis=1)
    z = np.ones(len(now))
    resting = current is None and bout["skill"] is None
    for i in [] if resting else np.flatnonzero(before > SILENT):
        z[i] = min(2.0, max(0.0, now[i] / before[i]))
    g, theta = s["gain"].copy(), s["minute_threshold"].copy()
    steps = max(1, math.ceil(bout["minutes"] * 2))
    dt, most = bout["minutes"] / steps, p["stimulation.after-most"]
    for _ in range(steps):
        y = z + calcium
        rise = p["stimulation.after-rate"] * y * (y - theta / p["stimulation.reference-activity"]) * driven
        g = np.clip(g + dt * (rise - g / p["stimulation.after-minutes"]), -most, most)
        theta = theta + dt * (y**2 - theta) / p["stimulation.threshold-minutes"]
    g = np.where(w["excitatory"] & (s["integrity"] > 0), g, 0)
    d["induced"] = d["induced"] + (g - s["gain"]) * driven
    s["gain"], s["minute_threshold"] = g, theta


def therapy(w: World, s: World, p: World, d: World) -> None:
    """Bouts in clock order: field, response, after-effect, learning, fatigue."""
    usual = s["rates"].copy()
    d["induced"] = np.zeros(len(usual))
    stimulated = any(bout["current"] is not None and bout["current"]["gate"] == 0 for bout in d["bouts"])
    for bout in d["bouts"]:
        skill = w["skills"][REACH if bout["skill"] is None else bout["skill"]]
        first, n = skill["columns"].start, skill["practised"]
        columns = slice(first, first + n)
        bias, _ = _field(w, p, bout["current"])
        if bout["skill"] is not None or stimulated:
            s["rates"][:, columns] = settled(w, s, p, columns, s["excitability"] - d["tonic"] + bias)
        if stimulated:
            after_effect(w, s, p, d, bout, usual, columns)
        if bout["skill"] is None or bout["repetitions"] == 0:
            continue
        low, high = ((0, n), (0, n // 2), (n // 2, n))[bout["half"]]
        times = np.zeros(high)
        times[low:] = bout["repetitions"] / (high - low)
        tire(w, s, p, bout["repetitions"] * (0.5 + bout["difficulty"]), columns)
        learn(w, s, p, skill, times, bout)
        d["practice"][first : first + high] += times
        release(s, d, slice(first, first + high), times * bout["feedback"])


def guard(w: World, s: World, p: World, d: World) -> None:
    """A seizure if too many units of an area fire near their ceiling at once; overuse kills units at the rim early
    on."""
    high = s["rates"] > p["runaway-guard.level"] * w["ceiling"][:, None]
    worst = 0.0
    for hemisphere in range(2):
        for area in range(3):
            here = (w["hemisphere"] == hemisphere) & (w["area"] == area) & w["excitatory"] & (s["integrity"] > 0.5)
            if here.any():
                worst = max(worst, high[here].mean(axis=0).max())
    d["seizure"] = worst > p["runaway-guard.share"]
    if d["seizure"]:
        fired = w["excitatory"] & (s["rates"].max(axis=1) > 0.5 * w["ceiling"])
        s["excitability"] = s["excitability"] - p["runaway-guard.aftermath"] * fired
        s["resource"] = s["supply"] = np.zeros(len(fired))
    vulnerable = math.exp(-((d["index"] / p["vulnerable-rim.days"]) ** 2))
    if vulnerable < 1e-6 or not np.any(w["dead"]):
        return
    over = d["calcium"] / np.maximum(1e-3, p["vulnerable-rim.threshold"] * (w["intact"] @ w["habit"]))
    s["integrity"] = s["integrity"] * np.exp(-p["vulnerable-rim.harm"] * vulnerable * w["rim"] * over**2 / (1 + over))


def day(w: World, s: World, p: World, d: World, random: Random, ticks: Ticks, normal: Normal) -> None:
    """One day from waking to waking; ``d`` comes with index, mitt and bouts."""
    milieu(w, s, p, d)
    s["rates"] = settled(w, s, p, slice(None), s["excitability"] - d["tonic"])
    d["scores"] = examine(w, s)
    choose(w, s, p, d, normal)
    affected = w["skills"][REACH]["columns"]
    tire(w, s, p, d["heard"][affected].sum(), affected)
    for skill in w["skills"]:
        life = {"feedback": p["arm-choice.life-feedback"], "difficulty": 0.5, "current": None}
        learn(w, s, p, skill, d["practice"][skill["columns"]].copy(), life)
    d["release"] = np.zeros(len(w["rim"]))
    release(s, d, slice(0, len(w["habit"])), d["heard"])
    d["activity"] = s["rates"] @ w["habit"]
    woken = s["rates"].copy()
    therapy(w, s, p, d)
    reaching = w["habit"][affected].sum() + w["habit"][w["skills"][GOOD_ARM]["columns"]].sum()
    done = d["practice"] * reaching / p["arm-choice.acts"]
    d["calcium"] = woken @ (p["practice.background"] * w["habit"] + (1 - p["practice.background"]) * done)
    guard(w, s, p, d)
    night(w, s, p, d, random, ticks)


def _synapses(s: World) -> int:
    return sum(1 for kind, slots in (("recurrent", LOCAL), ("thalamic", THALAMIC)) for _ in occupied(s[kind], slots))


def course(
    w: World, s: World, p: World, days: list[World], random: Random, ticks: Ticks, normal: Normal
) -> dict[str, Array]:
    """Readouts of every morning; synapses formed and removed, and units lost, by the end of the night after it."""
    s["recurrent"]["weight"][:, 38:48] = w["callosal"][:, 38:48]
    s["rates"][w["dead"]] = 0
    healthy = _sigmoid(p["arm-choice.threshold"] / p["arm-choice.temperature"])
    living = max(s["integrity"].sum(), 1e-9)
    found: dict[str, list[float]] = {}
    for d in days:
        day(w, s, p, d, random, ticks, normal)
        row = {
            "fm_ue": 66 * d["scores"]["impairment"],
            "arat": 57 * d["scores"]["activity"],
            "use": 5 * min(1.0, d["choice"] / healthy),
            "formed": d["formed"],
            "removed": d["removed"],
            "turnover": 100 * (d["formed"] + d["removed"]) / max(_synapses(s), 1),
            "lesion_growth": 100 * max(0.0, 1 - s["integrity"].sum() / living),
            **{f"function_{name}": 100 * d["scores"][name] for name in ("motor", "sensory", "cognitive")},
        }
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in found.items()}
