"""Models whose best schedule is known, to prove a search on.

They fit the plug (``model = "rehab_opt.models.planted:SIX"``) and make no claim about patients.
"""

from rehab_opt.models.planted.landscapes import CONSTRAINED, FRONT, NOISY, SIX, THIRTY, TWELVE
from rehab_opt.models.planted.model import SCALES, PlantedModel, Stretch, features

__all__ = ["CONSTRAINED", "FRONT", "NOISY", "SCALES", "SIX", "THIRTY", "TWELVE", "PlantedModel", "Stretch", "features"]
