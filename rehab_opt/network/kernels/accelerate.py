"""One place for the compile options of every kernel, and a compile cache keyed by the sources of the model."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


_ABOVE_THE_MODEL = {"study", "search", "compare", "trial", "report", "pipeline", "validation", "cli"}


@cache
def source_hash() -> str:
    """Return a hash over the sources of the model: two installations with the same hash simulate the same courses.

    Rooms that only use courses are left out, so that a change of a report keeps what was compiled.

    Examples
    --------
    >>> len(source_hash())
    16
    """
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        place = path.relative_to(root)
        if path.suffix in {".py", ".toml"} and place.parts[0] not in _ABOVE_THE_MODEL:
            digest.update(str(place).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def cache_folder() -> Path:
    """Return a writable folder for what this version of the package computes once: compiled kernels, healthy networks.

    ``REHAB_OPT_CACHE`` names another place; without a writable home a folder in the system's temporary directory
    serves.

    Examples
    --------
    >>> cache_folder().is_dir()
    True
    """
    named = os.environ.get("REHAB_OPT_CACHE")
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    places = [Path(named)] if named else []
    places += [Path(base) / "rehab-opt", Path(tempfile.gettempdir()) / f"rehab-opt-{os.getuid()}"]
    for place in places:
        if _writable(place / source_hash()):
            return place / source_hash()
    return Path(tempfile.mkdtemp(prefix="rehab-opt-"))


def kernel() -> Callable[[Kernel], Kernel]:
    """Return the decorator of a pure kernel: arrays and scalars in, arrays changed in place, GIL released, cached
    on disk.

    numba watches only the file of the kernel itself, so the cache folder carries the hash of the model's sources and
    file times are not trusted. A product and a sum may be fused; sums are never reordered.
    """
    flags = {"contract", "nsz"}

    def compile_kernel(function: Kernel) -> Kernel:
        settings = cast("Any", numba.config)
        before = settings.CACHE_DIR
        settings.CACHE_DIR = str(cache_folder() / "kernels")
        try:
            compiled = numba.njit(cache=True, nogil=True, error_model="numpy", fastmath=flags)(function)
        finally:
            settings.CACHE_DIR = before
        return cast("Kernel", compiled)

    return compile_kernel
