"""Makes the model of the fitting tests importable, here and in spawned worker processes."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
