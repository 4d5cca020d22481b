"""Makes the helper modules beside the tests importable, here and in spawned worker processes."""

import sys
from pathlib import Path

import pytest

from rehab_opt.validation import Bench, Setup

sys.path.append(str(Path(__file__).parent))


@pytest.fixture
def setup(tmp_path):
    """Conditions of a run in this process that keeps its results in a folder of its own."""
    with Bench(workers=1, folder=tmp_path / "kept") as bench:
        yield Setup(bench=bench)
