"""Named random streams: a number depends on what it is used for, never on the order or the worker in which it was
drawn."""

from __future__ import annotations

import hashlib

import numpy as np


def _words(seed: int, names: tuple[str | int, ...]) -> list[int]:
    text = "\x1f".join(f"{type(name).__name__}:{name}" for name in names)
    digest = hashlib.sha256(text.encode()).digest()
    return [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4)]


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the generator of one named use under one seed.

    Parameters
    ----------
    seed
        Any non-negative integer: the root of the seed tree.
    names
        The path of the use, for example ``"patient", 17, "drift"``. Two different paths give independent streams.

    Raises
    ------
    ValueError
        If ``seed`` is negative.

    Examples
    --------
    >>> a, b = stream(1, "patient", 7, "drift"), stream(1, "patient", 7, "drift")
    >>> bool(a.random() == b.random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=_words(seed, names))))


def derive_seed(seed: int, *names: str | int) -> int:
    """Return a 63-bit seed for one named use, to be handed on as a plain number.

    Examples
    --------
    >>> derive_seed(1, "panel", "search") == derive_seed(1, "panel", "choice")
    False
    """
    sequence = np.random.SeedSequence(seed, spawn_key=_words(seed, names))
    return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
