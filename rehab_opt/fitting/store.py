"""Fits kept on disk: one small JSON file each, named by everything that the fit depends on."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from rehab_opt.fitting.fit import Fit

if TYPE_CHECKING:
    from rehab_opt.course import ModelSpec
    from rehab_opt.patient import Patient


def default_folder(spec: ModelSpec) -> Path | None:
    """Return where fits of a model are kept; None for a plug.

    The folder carries a hash of the package's sources. Nobody knows all the sources that a plug depends on, so its fits
    would go stale unseen; they are kept only in a folder that the caller names.

    Examples
    --------
    >>> from rehab_opt.course import ModelSpec
    >>> default_folder(ModelSpec("rehab_opt.models.toy:ToyModel")) is None
    True
    """
    if spec.plug is not None:
        return None
    from rehab_opt.network.kernels.accelerate import cache_folder

    return cache_folder() / "fits"


def file_name(patient: Patient, spec: ModelSpec, seed: int, settings: tuple[float, int, int]) -> str:
    """Return the name of a fit's file, from the patient, the model, the noise, the search and the number libraries."""
    key = {
        "patient": patient.to_data(),
        "model": asdict(spec),
        "seed": seed,
        "settings": settings,
        "versions": [metadata.version(name) for name in ("numpy", "numba")],
    }
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32] + ".json"


def read_fit(path: Path) -> Fit | None:
    """Return a stored fit; None when there is none, or the file is of no use."""
    try:
        return Fit.from_data(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_fit(path: Path, fit: Fit) -> None:
    """Store a fit atomically; a full or read-only disk costs time later, nothing else."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(fit.to_data(), allow_nan=False) + "\n")
        os.replace(temporary, path)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
