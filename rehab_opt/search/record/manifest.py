"""The manifest of a run: versions, source hash, seeds and times. For people; the log is what the search itself relies
on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rehab_opt.errors import InputError

MANIFEST_NAME = "manifest.json"


def read_manifest(directory: Path) -> dict[str, Any]:
    """Return the manifest of a run, or an empty dict when there is none yet.

    Raises
    ------
    InputError
        If the file is not what a run writes.

    Examples
    --------
    >>> read_manifest(Path("no-such-directory"))
    {}
    """
    path = directory / MANIFEST_NAME
    if not path.exists():
        return {}
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"is not valid JSON: {error}", file=path) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sessions"), list):
        raise InputError("is not the manifest of a run", file=path)
    return manifest
