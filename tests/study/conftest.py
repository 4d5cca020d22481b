"""Let the tests of this directory share the studies that they make at random."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
