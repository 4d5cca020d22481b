"""A sensory sheet: the package's own anatomy and state, filled with one sheet of auditory cortex and no task."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from rehab_opt.network.layout import SENSORY, Layout
from rehab_opt.network.settling import Dynamics, Settling
from rehab_opt.network.state import Anatomy, Rows, State
from rehab_opt.network.wiring import INHIBITORY, LOCAL
from rehab_opt.parameters import stream
from rehab_opt.validation.sheet.numbers import Numbers
from rehab_opt.validation.sheet.sizes import Sizes
from rehab_opt.validation.sheet.sounds import SHARED, SOUNDS, build_sounds
from rehab_opt.validation.sheet.synapses import Synapses, draw_input, draw_recurrent, meet

REAL = np.float32
SIDE = 0.35  # mm: a field of view; nothing depends on distance within it
CANDIDATES = 48

Floats = NDArray[np.floating]
Odds = NDArray[np.float64]


@dataclass(slots=True)
class Sheet:
    """One sheet: what stays the same, what changes, and the noise that it lives with.

    Attributes
    ----------
    numbers, seed
        Parameters; root of all its random numbers.
    anatomy, state
        As in a patient's brain, with the columns of a day's sounds as stimuli.
    sounds
        [channels, SOUNDS].
    noise_source, noise_weight
        [units, 1 + SHARED]: synapses of the private and the shared noise; they never change.
    sizes
        Spontaneous change of synapses.
    settling
        Workspace of the rate dynamics.
    """

    numbers: Numbers
    seed: int
    anatomy: Anatomy
    state: State
    sounds: NDArray[np.float64]
    noise_source: NDArray[np.int32]
    noise_weight: NDArray[np.float32]
    sizes: Sizes
    settling: Settling

    @property
    def excitatory(self) -> NDArray[np.bool_]:
        """Which units are excitatory."""
        return self.anatomy.layout.excitatory

    def copy_state(self, state: State) -> State:
        """Return a copy of a state that shares no array with it."""
        copies = {name: getattr(state, name).copy() for name in _VECTORS}
        return replace(state, recurrent=_copied(state.recurrent), thalamic=_copied(state.thalamic), **copies)


_VECTORS = tuple(f.name for f in fields(State) if f.name not in ("recurrent", "thalamic"))


def _copied(rows: Rows) -> Rows:
    return Rows(rows.source.copy(), rows.weight.copy(), rows.stable.copy(), rows.maturity.copy())


def _layout(numbers: Numbers, seed: int) -> Layout:
    n = numbers.count("units")
    zero = np.zeros(n, dtype=np.int64)
    places = stream(seed, "sheet", "layout").uniform(0, SIDE, (n, 2))
    return Layout(zero, np.full(n, SENSORY, dtype=np.int64), np.arange(n) < n * 4 // 5, places, SIDE)


def _anatomy(
    numbers: Numbers, layout: Layout, channels: int, seed: int, channel_odds: Odds, unit_odds: Odds
) -> Anatomy:
    n, excitatory = layout.units, np.flatnonzero(layout.excitatory)
    columns = SOUNDS * numbers.count("life-trials")
    zero, inner = np.zeros(n, dtype=REAL), np.flatnonzero(~layout.excitatory)
    rng = stream(seed, "sheet", "candidates")

    def candidates(pool: NDArray[np.int64], log_odds: Odds) -> NDArray[np.int32]:
        found = np.full((n, CANDIDATES), -1, dtype=np.int32)
        found[excitatory] = pool[meet(log_odds, CANDIDATES, rng)]
        return found

    return Anatomy(
        layout=layout,
        skills=(),
        dynamics=Dynamics.of(layout, numbers.shared, REAL),
        # The sounds of a trial take their place; until then every channel carries something.
        inputs=np.ones((channels, columns), dtype=REAL),
        lesioned=0,
        dead=np.zeros(n, dtype=bool),
        rim=zero.copy(),
        spared=np.ones(n, dtype=REAL),
        oedema=zero.copy(),
        cut_input=zero.copy(),
        intact_rates=np.zeros((n, columns), dtype=REAL),
        habit=np.full(columns, 1 / columns, dtype=REAL),
        usual=zero.copy(),
        usual_release=zero.copy(),
        intact_excitability=zero.copy(),
        neighbours=np.zeros((n, 1), dtype=np.int32),
        candidates=candidates(excitatory, unit_odds),
        input_candidates=candidates(np.arange(channels), channel_odds[excitatory]),
        inhibitory_candidates=candidates(inner, np.zeros((len(excitatory), len(inner)))),
        callosal=np.zeros((n, 1), dtype=REAL),
        placement=zero.copy(),
        orientation=zero.copy(),
    )


def _rows(synapses: Synapses) -> Rows:
    weight = synapses.weight.astype(REAL)
    return Rows(synapses.source, weight, weight.copy(), np.ones(weight.shape, dtype=REAL))


def _state(
    thalamic: Synapses,
    recurrent: Synapses,
    bias: Floats,
    set_point: Floats,
    excitatory: NDArray[np.bool_],
    columns: int,
) -> State:
    n = len(bias)
    local = recurrent.weight[:, LOCAL] != 0
    one, zero = np.ones(n, dtype=REAL), np.zeros(n, dtype=REAL)
    return State(
        recurrent=_rows(recurrent),
        thalamic=_rows(thalamic),
        rates=np.zeros((n, columns), dtype=REAL),
        integrity=one.copy(),
        silence=zero.copy(),
        blocked=zero.copy(),
        fibre=one.copy(),
        excitability=bias.astype(REAL),
        set_point=set_point.astype(REAL),
        excess=zero.copy(),
        response=zero.copy(),
        drive=zero.copy(),
        threshold=zero.copy(),
        resource=one.copy(),
        dendritic=(local.sum(axis=1) + (thalamic.weight != 0).sum(axis=1)).astype(REAL),
        axonal=np.bincount(recurrent.source[:, LOCAL][local & excitatory[:, None]].ravel(), minlength=n).astype(REAL),
        inhibitory_dendritic=(recurrent.weight[:, INHIBITORY] != 0).sum(axis=1).astype(REAL),
        gain=zero.copy(),
        minute_threshold=one.copy(),
        value=np.ones(2),
    )


def build_sheet(numbers: Numbers, seed: int) -> Sheet:
    """Draw a sheet before its youth: wiring, set points and noise; thresholds are only roughly right yet.

    Examples
    --------
    >>> sheet = build_sheet(Numbers(own={"units": 200}), seed=1)
    >>> int(sheet.excitatory.sum()), sheet.state.rates.shape[0]
    (160, 200)
    """
    layout = _layout(numbers, seed)
    n, excitatory, sounds = layout.units, layout.excitatory, build_sounds(numbers, seed)
    spread = np.clip(stream(seed, "sheet", "set-point").standard_normal(n), -2.5, 2.5)
    set_point = numbers["set-point"] * np.exp(numbers["set-point-spread"] * spread)
    sizes = Sizes(numbers, n, seed, -numbers.count("youth-days"))
    first = sizes.on(-numbers.count("youth-days"))
    thalamic, drive, channel_odds = draw_input(numbers, seed, sounds, excitatory, first)
    recurrent, unit_odds = draw_recurrent(numbers, seed, drive, set_point, excitatory, first)
    own = numbers["interneuron-bias"] + numbers["interneuron-bias-sd"] * stream(seed, "sheet", "bias").standard_normal(
        n
    )
    bias = np.where(excitatory, numbers["threshold-start"], own) - drive.mean(axis=1)
    anatomy = _anatomy(numbers, layout, len(sounds), seed, channel_odds, unit_odds)
    source = len(sounds) + np.column_stack([np.arange(n), *(np.full(n, n + k) for k in range(SHARED))])
    private = np.where(excitatory, numbers["noise-excitatory"], numbers["noise-inhibitory"])
    shared = numbers["noise-shared"] * stream(seed, "sheet", "shared").standard_normal((n, SHARED))
    return Sheet(
        numbers,
        seed,
        anatomy,
        _state(thalamic, recurrent, bias, set_point, excitatory, len(anatomy.habit)),
        sounds,
        source.astype(np.int32),
        np.column_stack([private, shared]).astype(REAL),
        sizes,
        Settling(anatomy.dynamics, recurrent.source.shape),
    )
