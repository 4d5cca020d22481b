"""One virtual environment per peer, made once with pinned requirements and used again afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import say, write

_MARK = "installed.json"
_MOST_SECONDS = 1200.0  # for pip: a compiler may be at work


@dataclass(frozen=True, slots=True)
class Environment:
    """A name and what pip installs; pinned, so that a table of last year can be made again."""

    name: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Installed:
    """A ready environment, or the reason why there is none.

    Attributes
    ----------
    python
        Interpreter of the environment; None if there is none.
    seconds
        What making it took, s (also when that was long ago).
    megabytes
        Its size on disk.
    reason
        One line on what went wrong; empty if nothing did.
    """

    python: Path | None
    seconds: float = 0.0
    megabytes: float = 0.0
    reason: str = ""


ENVIRONMENTS = {
    row.name: row
    for row in (
        Environment("numpy", ("numpy==2.4.6",)),
        Environment("scipy", ("numpy==2.4.6", "scipy==1.17.1")),
        Environment("jax", ("numpy==2.4.6", "jax==0.10.2", "jaxlib==0.10.2")),
        Environment("torch", ("numpy==2.4.6", "torch==2.13.0")),
        # Brian2 2.9.0 still calls ndarray.ptp, which numpy 2.4 has no more.
        Environment("brian2", ("numpy==2.3.5", "brian2==2.9.0", "cython==3.2.4", "setuptools==80.9.0")),
        Environment("annarchy", ("numpy==2.4.6", "ANNarchy==5.0.4.1")),
    )
}


def default_folder() -> Path:
    """Return where environments are kept: a place that does not depend on the version of the package."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "rehab-opt-benchmarks"


def _last_line(text: str) -> str:
    """The line of an installer's or a program's output that says what went wrong."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return ((errors or lines or ["no message"])[-1])[:200]


def _install(environment: Environment, folder: Path) -> str:
    """Make the environment; return a reason if it failed."""
    python = folder / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", *environment.requirements],
    )
    for command in commands:
        try:
            done = subprocess.run(
                command, env=activated(folder), capture_output=True, text=True, timeout=_MOST_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{type(error).__name__}: {error}"[:200]
        if done.returncode != 0:
            return _last_line(done.stderr or done.stdout)
    return ""


def activated(folder: Path) -> dict[str, str]:
    """Return the process environment of an activated virtual environment: build tools look for it on the path."""
    settings = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    settings["VIRTUAL_ENV"] = str(folder)
    settings["PATH"] = os.pathsep.join([str(folder / "bin"), settings.get("PATH", os.defpath)])
    return settings


def prepare(environment: Environment, base: Path, allow_install: bool) -> Installed:
    """Return an environment from disk, or make it.

    Parameters
    ----------
    base
        Folder of all environments.
    allow_install
        False: only what is there already is used.
    """
    key = hashlib.sha256(repr((environment.requirements, sys.version_info[:2])).encode()).hexdigest()[:12]
    folder = base / f"{environment.name}-{key}"
    try:
        known = json.loads((folder / _MARK).read_text("utf-8"))
        return Installed(folder / "bin" / "python", float(known["seconds"]), float(known["megabytes"]))
    except (OSError, ValueError, KeyError):
        if not allow_install:
            return Installed(None, reason="not installed (only installed peers with --quick)")
    say(f"making the environment of {environment.name} ...")
    start = time.perf_counter()
    reason = _install(environment, folder)
    seconds = time.perf_counter() - start
    if reason:
        shutil.rmtree(folder, ignore_errors=True)
        return Installed(None, seconds, reason=f"does not install: {reason}")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) / 1e6
    write(folder / _MARK, json.dumps({"seconds": seconds, "megabytes": size, "pins": environment.requirements}) + "\n")
    return Installed(folder / "bin" / "python", seconds, size)
