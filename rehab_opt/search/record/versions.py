"""What produced a result: versions of the packages that matter, the machine, and a hash of the sources of the model."""

from __future__ import annotations

import hashlib
import importlib.util
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path

PACKAGES = ("rehab-opt", "numpy", "numba", "scipy", "optuna", "cmaes", "pandas")
ROOMS_WITHOUT_EFFECT = ("compare", "trial", "report", "validation", "cli")
"""Rooms that read results and cannot change a trial; their sources are left out of the hash."""


def installed_versions() -> dict[str, str]:
    """Return name -> version of Python, the packages that numbers depend on, and the kind of machine.

    Examples
    --------
    >>> installed_versions()["optuna"].split(".")[0]
    '5'
    """
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def version_words(versions: Mapping[str, str]) -> str:
    """Return versions as one phrase.

    Examples
    --------
    >>> version_words({"optuna": "5.0.0", "numpy": "2.4.6"})
    'optuna 5.0.0, numpy 2.4.6'
    """
    return ", ".join(f"{name} {version}" for name, version in versions.items()) or "unknown versions"


def source_hash(plug: str | None = None) -> str:
    """Return a hash of everything in the package that can change a trial and, if given, of the module of a plug.

    Examples
    --------
    >>> len(source_hash())
    64
    """
    digest = hashlib.sha256(_package_hash().encode())
    if plug is not None:
        digest.update(_module_source(plug.partition(":")[0]))
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _package_hash() -> str:
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        if path.suffix in (".py", ".toml", ".json", ".csv") and inner.parts[0] not in ROOMS_WITHOUT_EFFECT:
            digest.update(inner.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _module_source(name: str) -> bytes:
    try:
        spec = importlib.util.find_spec(name)
    except ImportError:
        return b""
    if spec is None or spec.origin is None or not Path(spec.origin).is_file():
        return b""
    return Path(spec.origin).read_bytes()
