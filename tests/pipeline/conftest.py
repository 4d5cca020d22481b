"""Makes the tiny study of the search tests importable, here and in spawned worker processes."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "search"))
sys.path.append(str(Path(__file__).parents[1] / "fitting"))
